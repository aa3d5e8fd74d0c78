// What docs/guide/security.md shows is so: its commands are refused as they say, its settings start a server.
import path from "node:path";
import { chmodSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GameFolder, serve, type Serving } from "../cli/support/command.ts";
import { shell } from "./support/child.ts";
import { blocksOf } from "./support/code-blocks.ts";

const blocks = blocksOf("docs/guide/security.md");
const only = (language: string): string => {
  const [block, ...more] = blocks.filter((one) => one.language === language);
  expect(more).toEqual([]);
  return block!.code;
};

let serving: Serving;
let game: GameFolder;
beforeEach(() => {
  game = new GameFolder();
});
afterEach(async () => {
  await serving.child.stop();
  game.remove();
});

test("security.md: each command is refused as it says", async () => {
  serving = await serve(["start", game.path, "--port", "0"]);
  const commands = only("sh").replace("http://localhost:8080", serving.url);
  const expected = [...commands.matchAll(/^curl .+ # ([A-Z_]+)$/gmu)].map(([, code]) => code);
  expect(expected.length).toBeGreaterThan(6);
  const child = shell(commands, ".");
  expect(await child.ended).toBe(0);
  const answers = child.output.join("").split(/(?<=\})(?=\{"type":"about)/u);
  expect(answers.map((text) => (JSON.parse(text) as { code: string }).code)).toEqual(expected);
});

test("security.md: the settings for the internet are fit for production, and hold", async () => {
  game.write("config.yaml", only("yaml"));
  for (const name of ["auth-secret", "metrics-token"]) {
    game.write(name, "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J\n");
    chmodSync(path.join(game.path, name), 0o600);
  }
  serving = await serve(["start", game.path, "--port", "0", "--production"]);
  const url = `http://127.0.0.1:${serving.port}`;
  const ask = async (rest: string): Promise<string> => {
    const child = shell(`curl -sS -w '%{http_code}' ${url}${rest}`, ".");
    await child.ended;
    return child.output.join("");
  };
  const host = "-H 'Host: play.example.com'";
  expect(await ask(`/readyz ${host}`)).toMatch(/200$/u);
  expect(await ask("/readyz -H 'Host: 127.0.0.1'")).toMatch(/HOST_REFUSED.*421$/u);
  expect(await ask(`/metrics ${host} -H 'X-Forwarded-For: 192.0.2.1'`)).toMatch(/401$/u);
  const upgrade =
    "-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' " +
    "-H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='";
  expect(await ask(`'/ws?token=x' ${host} ${upgrade}`)).toMatch(/QUERY_TOKEN_OFF.*400$/u);
});
