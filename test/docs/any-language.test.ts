// The two scripts of docs/guide/any-language.md play the game as they stand there.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import realm from "@realmwright/game-realm/server.ts";
import { codecs } from "@realmwright/protocol/internal";
import { createLog, createServer, type Server } from "@realmwright/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../tidy/repository.ts";
import { serve } from "../cli/support/command.ts";
import { node, program, type Child } from "./support/child.ts";
import { blocksOf, fileBlock } from "./support/code-blocks.ts";

const scripts = ["hunter.mjs", "hunter-msgpack.mjs"] as const;
const blocks = blocksOf("docs/guide/any-language.md");
const linesOf = (script: string): string[] => fileBlock(blocks, script).code.trimEnd().split("\n");

describe("the scripts", () => {
  test.each(scripts)("%s has about thirty lines", (script) => {
    const lines = linesOf(script).filter((line) => line !== "");
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThanOrEqual(37);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test("need ws and MessagePack alone, and differ in how messages are written", () => {
    const [json, msgpack] = [linesOf("hunter.mjs"), linesOf("hunter-msgpack.mjs")];
    expect(json.filter((line) => line.includes("import"))).toEqual(['import WebSocket from "ws";']);
    const added = msgpack.filter((line) => !json.includes(line));
    const gone = json.filter((line) => !msgpack.includes(line));
    expect(gone.map((line) => line.split("=")[0]?.trim())).toEqual([
      "const subprotocol",
      "const encode",
      "const decode",
    ]);
    expect(added.map((line) => line.split(/=|\{/)[0]?.trim())).toEqual([
      "import",
      "const subprotocol",
      "const encode",
      "const decode",
    ]);
    // what they share stands in the same order
    expect(msgpack.filter((line) => json.includes(line))).toEqual(
      json.filter((line) => msgpack.includes(line)),
    );
  });
});

test("P-MSG6 the messages about operations are messages", () => {
  const block = blocks.find(({ code }) => code.startsWith('{ "type": "rpc"'));
  const [rpc = "", result = ""] = block!.code.trim().split("\n");
  expect(codecs["realm.json"].decode(rpc, "client")).toMatchObject([{ type: "rpc", id: 7 }]);
  expect(codecs["realm.json"].decode(result, "server")).toMatchObject([{ type: "result", id: 7 }]);
});

describe("against a server", () => {
  let folder: string;
  let server: Server;
  let players: { readonly script: string; readonly child: Child }[];

  beforeAll(async () => {
    server = createServer({
      game: realm,
      secret: new Uint8Array(32).fill(7),
      assets: path.join(root, "games/realm/assets"),
      http: { port: 0 },
      log: createLog({ level: "error" }),
    });
    await server.start();
    // inside of `test`, where the two libraries are
    folder = mkdtempSync(path.join(root, "test", ".tmp-any-language-"));
    players = scripts.map((script) => {
      writeFileSync(path.join(folder, script), fileBlock(blocks, script).code);
      return { script, child: node([script, server.url], folder) };
    });
  });

  afterAll(async () => {
    for (const { child } of players) await child.stop();
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  test.each(scripts)("%s walks, sees others, chats and is answered", async (script) => {
    const { child } = players.find((player) => player.script === script)!;
    await child.until(
      (output) =>
        places(output).length >= 3 &&
        output.some((line) => line.startsWith("chat ")) &&
        output.some((line) => line.startsWith("confirm ")),
    );
    const { output } = child;
    const { name } = payload(output, "welcome") as { name: string };
    expect(payload(output, "joined")).toMatchObject({ name: "forest", spectator: false });

    const [first, , third] = places(output);
    expect(Math.hypot(third!.x - first!.x, third!.y - first!.y)).toBeGreaterThan(0.5);
    expect(third!.others).toBeGreaterThan(0);

    const chats = output.filter((line) => line.startsWith("chat ")).map((line) => line.slice(5));
    expect(chats.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ name, text: "Hello!" }),
    );
    expect(payload(output, "confirm")).toMatchObject({ seq: 12, ok: true });
    expect(output.filter((line) => /^(error|closed) /.test(line))).toEqual([]);
  });
});

const hasPython = spawnSync("python3", ["-c", "import websockets"]).status === 0;
if (!hasPython) console.warn("SKIPPED: saves.py needs python3 with the package websockets.");

test.skipIf(!hasPython)("saves.py logs in, writes, reads, joins and listens", async () => {
  const own = mkdtempSync(path.join(root, ".tmp-python-"));
  const flags = ["--port", "0", "--db-dsn", ":memory:"];
  const serving = await serve(["start", path.join(root, "games/realm"), ...flags]);
  writeFileSync(path.join(own, "saves.py"), fileBlock(blocks, "saves.py").code);
  const child = program("python3", ["saves.py", serving.url], own);
  await child.until((output) => output.some((line) => line.startsWith("snapshot ")));
  const { output } = child;
  expect(output.map((line) => line.split(" ")[0]).slice(0, 3)).toEqual([
    "welcome",
    "saved",
    "joined",
  ]);
  expect(output[1]).toBe('saved {"level": 3}');
  expect(output.filter((line) => /^(error|closed|Traceback) /.test(line))).toEqual([]);
  await child.stop();
  await serving.child.stop();
  rmSync(own, { recursive: true });
});

/** What the first line of a type says. */
function payload(output: readonly string[], type: string): unknown {
  const line = output.find((line) => line.startsWith(`${type} `));
  return JSON.parse(line?.slice(type.length) ?? "null");
}

function places(output: readonly string[]): { x: number; y: number; others: number }[] {
  return output.flatMap((line) => {
    const [, x, y, others] = /^at (.+), (.+), (\d+) others in sight$/.exec(line) ?? [];
    return x === undefined ? [] : [{ x: Number(x), y: Number(y), others: Number(others) }];
  });
}
