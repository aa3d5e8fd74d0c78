// What docs/guide/security.md shows is so: its commands are refused as they say, its settings start a server.
import path from "node:path";
import { chmodSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { GameFolder, serve, type Serving } from "../cli/support/command.ts";
import { AccountsHost } from "./support/accounts-host.ts";
import { shell } from "./support/child.ts";
import { blocksOf } from "./support/code-blocks.ts";

const blocks = blocksOf("docs/guide/security.md");
const only = (language: string): string => {
  const [block, ...more] = blocks.filter((one) => one.language === language);
  expect(more).toEqual([]);
  return block!.code;
};

test("security.md: each command is refused as it says", async () => {
  const host = await AccountsHost.start();
  try {
    const commands = only("sh").replace("http://localhost:8080", host.server.url);
    const expected = [...commands.matchAll(/^curl .+ # ([A-Z_]+)$/gmu)].map(([, code]) => code);
    expect(expected.length).toBeGreaterThan(6);
    const child = shell(commands, ".");
    expect(await child.ended).toBe(0);
    const answers = child.output.join("").split(/(?<=\})(?=\{"type":"about)/u);
    expect(answers.map((text) => (JSON.parse(text) as { code: string }).code)).toEqual(expected);
  } finally {
    await host.stop();
  }
});

describe("security.md: the settings for the internet", () => {
  let serving: Serving | undefined;
  const game = new GameFolder();
  afterEach(async () => {
    await serving?.child.stop();
    game.remove();
  });

  test("are fit for production, and hold", async () => {
    game.write("config.yaml", only("yaml"));
    for (const name of ["auth-secret", "metrics-token"]) {
      game.write(name, "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J\n");
      chmodSync(path.join(game.path, name), 0o600);
    }
    serving = await serve(["start", game.path, "--port", "0", "--production"]);
    const url = `http://127.0.0.1:${serving.port}`;
    const ask = async (host: string): Promise<string> => {
      const child = shell(`curl -sS -o - -w '%{http_code}' ${url}/readyz -H 'Host: ${host}'`, ".");
      await child.ended;
      return child.output.join("");
    };
    expect(await ask("play.example.com")).toMatch(/200$/u);
    expect(await ask("127.0.0.1")).toMatch(/HOST_REFUSED.*421$/u);
  });
});
