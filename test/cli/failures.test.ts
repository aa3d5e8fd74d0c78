// What a person at the terminal can mend is said in one sentence, with the next step, and never as a stack.
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { root } from "../tidy/repository.ts";
import { GameFolder, outcome, serve, walkers, field } from "./support/command.ts";

let game: GameFolder;
beforeEach(() => {
  game = new GameFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  game.remove();
});

async function failure(args: readonly string[]): Promise<string> {
  const { code, output } = await outcome(args);
  expect(code, output.join("\n")).toBe(1);
  expect(output.filter((line) => /^\s+at /.test(line))).toEqual([]);
  return output.join("\n");
}

describe.each(["dev", "start"])("%s", (command) => {
  test.each(["0", "8123"])("--host of another machine, on port %s", async (port) => {
    const said = await failure([command, game.path, "--host", "203.0.113.5", "--port", port]);
    expect(said).toMatch(/^✗ Nothing can listen on 203\.0\.113\.5: .+\n {2}Leave --host out/);
  });

  test("a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const said = await failure([command, game.path, "--port", String(port)]);
    other.close();
    expect(said).toBe(
      `✗ Port ${port} on 127.0.0.1 is taken.\n  Stop what listens there, or name another: --port ${port + 1}.`,
    );
  });
});

describe("start", () => {
  test("no folder, and a folder without a game", async () => {
    const nowhere = path.join(game.path, "nowhere");
    expect(await failure(["start", nowhere])).toMatch(
      /^✗ There is no folder .+nowhere\.\n {2}Name/,
    );
    mkdirSync(nowhere);
    expect(await failure(["start", nowhere])).toMatch(
      /^✗ .+ holds no game: .+\n {2}Write server\.ts/,
    );
  });

  test("a game that does not compile", async () => {
    game.write("server.ts", "export default nothing at all;");
    expect(await failure(["start", game.path, "--port", "0"])).toMatch(/server\.ts:1:\d+/);
  });

  test("a game that can not begin, with the place in its source", async () => {
    game.write(
      "server.ts",
      field["server.ts"]!.replace(
        "predict:",
        'permanent: true,\n      create() {\n        throw new Error("no sky");\n      },\n      predict:',
      ),
    );
    const said = await failure(["start", game.path, "--port", "0"]);
    expect(said).toMatch(/✗ server\.ts:11:\d+ {2}ROOM_FAILED: .+: no sky$/m);
    expect(said).toMatch(/^11: +throw new Error\("no sky"\);\n +\^$/m);
  });

  test("a game whose definition is wrong", async () => {
    game.write(
      "server.ts",
      field["server.ts"]!.replace("predict:", "tickRate: 1000,\n      predict:"),
    );
    expect(await failure(["start", game.path, "--port", "0"])).toContain("GAME_INVALID");
  });
});

test.each([
  ["start"],
  ["dev"],
  ["doctor"],
  ["config", "print"],
  ["accounts", "role", "bob", "admin", "--game"],
  ["accounts", "list", "--game"],
  ["migrate", "up", "--game"],
  ["db", "backup", "copy.db", "--game"],
])(
  "a folder that is not there is refused by %s %s, before any database is asked",
  async (...args) => {
    vi.stubEnv("DATABASE_URL", "postgres://game:hidden@127.0.0.1:1/game");
    const nowhere = path.join(root, "games/nix");
    const { code, output } = await outcome([...args, nowhere]);
    expect(code).toBe(1);
    expect(output).toEqual([
      `✗ There is no folder ${nowhere}.`,
      "  Name the folder of a game, or go there.",
    ]);
  },
);

test("two servers on one file of SQLite: warned of, for players refused, and no trace of a kill", async () => {
  const start = ["start", game.path, "--port", "0"];
  const first = await serve(start);
  const said =
    /Another server \(process \d+\) runs on the same database, .*game\.db; SQLite is for one/;
  const second = await serve(["dev", game.path, "--port", "0"]);
  await second.child.until((output) => output.some((line) => said.test(line)));
  await second.child.stop();
  vi.stubEnv("REALMWRIGHT_AUTH_SECRET", "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J");
  const third = await outcome([...start, "--production"]);
  expect(third.code).toBe(1);
  expect(third.output.join("\n")).toMatch(said);
  first.child.signal("SIGKILL");
  await first.child.ended;
  const fourth = await serve([...start, "--production"]);
  expect(fourth.child.output.join("\n")).not.toContain("Another server");
  await fourth.child.stop();
});

describe.each(["start", "dev"])("scripts that do not compile under %s", (command) => {
  const broken = "-- room: lobby\nx = = 2";
  const events = (output: readonly string[]): readonly string[] =>
    output.filter((line) => line.startsWith('{"event":"fault"'));

  test("leave no rooms: the last word is where, not that there are none", async () => {
    const scripted = new GameFolder({ "scripts/lobby.lua": broken });
    const said = await failure([command, scripted.path, "--port", "0"]);
    scripted.remove();
    expect(said).toMatch(/✗ scripts\/lobby\.lua:2 .+\n1: -- room: lobby\n2: x = = 2\n +\^$/m);
    expect(said).not.toContain("GAME_INVALID");
    expect(events(said.split("\n"))).toHaveLength(1);
  });

  test("are told once in the log and once as an event", async () => {
    game.write("scripts/lobby.lua", broken);
    const { child } = await serve([command, game.path, "--port", "0"]);
    await child.stop();
    expect(events(child.output)).toHaveLength(1);
    expect(child.output.filter((line) => line.includes("lobby.lua:2"))).toHaveLength(2);
    expect(child.output.join("\n")).not.toContain("✗");
  });
});

describe("bots", () => {
  test("nothing answers", async () => {
    const said = await failure(["bots", "1", "--url", "http://127.0.0.1:1", "--game", game.path]);
    expect(said).toMatch(/^✗ Nothing answers at http:\/\/127\.0\.0\.1:1\.\n {2}Start a game first/);
  });

  test("a report into a missing folder, before the run and not after it", async () => {
    const { child, url } = await serve(["start", game.path, "--port", "0"]);
    const report = path.join(game.path, "nowhere", "report.json");
    // a run without an end: it fails before it has begun
    const said = await failure([
      "bots",
      "1",
      "--url",
      url,
      "--game",
      game.path,
      "--report",
      report,
    ]);
    expect(said).toMatch(/^✗ The report can not be written to .+: there is no folder .+\n {2}Make/);
    expect(
      await failure(["bots", "1", "--url", url, "--game", game.path, "--report", game.path]),
    ).toMatch(/^✗ The report can not be written to .+: EISDIR\.\n {2}Make/);
    await child.stop();
    expect(existsSync(report)).toBe(false);
  });

  test("a behaviour that is none", async () => {
    const { child, url } = await serve(["start", game.path, "--port", "0"]);
    game.write("bots.ts", walkers("nobody").replace("export default", "export const other ="));
    const said = await failure(["bots", "1", "--url", url, "--game", game.path]);
    expect(said).toMatch(/^✗ The default export of bots\.ts is not a behaviour\.\n {2}Write:/);
    await child.stop();
  });
});
