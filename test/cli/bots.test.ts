// `bots` and its flags, against a game that runs.
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  begin,
  GameFolder,
  metric,
  outcome,
  serve,
  walkers,
  type Serving,
} from "./support/command.ts";

interface Report {
  readonly wanted: number;
  readonly joined: number;
  readonly connected: number;
  readonly lost: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly passed: boolean;
  readonly failures: readonly string[];
}

const reportIn = (output: readonly string[]): Report =>
  JSON.parse(output.find((line) => line.startsWith("{")) ?? "{}") as Report;

describe("in a game that goes on", () => {
  let game: GameFolder;
  let server: Serving;
  beforeAll(async () => {
    game = new GameFolder();
    game.write("bots.ts", walkers("somebody"));
    server = await serve(["start", game.path, "--port", "0"]);
  });
  afterAll(async () => {
    await server.child.stop();
    game.remove();
  });

  const bots = (...flags: readonly string[]): ReturnType<typeof outcome> =>
    outcome(["bots", "3", "--url", server.url, "--game", game.path, ...flags]);

  test.each(["binary", "msgpack", "json"])("--encoding %s, --seconds, --ramp", async (encoding) => {
    const { code, output } = await bots(
      ...["--encoding", encoding, "--seconds", "2", "--ramp", "0.5", "--errors", "0"],
      ...["--joined", "100", "--rtt-p95", "10000"],
    );
    expect(code, output.join("\n")).toBe(0);
    expect(reportIn(output)).toMatchObject({
      wanted: 3,
      joined: 3,
      lost: 0,
      errors: {},
      passed: true,
    });
  });

  test("--game says how they behave, and --report keeps how they fared", async () => {
    game.write("report.json", "an older one, which is longer than nothing");
    const { code, output } = await bots(
      ...["--seconds", "1", "--ramp", "0", "--report", `${game.path}/report.json`],
    );
    expect(code).toBe(0);
    expect(output.filter((line) => line === "somebody walks")).toHaveLength(3);
    expect(JSON.parse(game.read("report.json"))).toMatchObject({ wanted: 3, joined: 3 });
  });

  test("--rtt-p95: a threshold that is missed is the exit code 1, and said", async () => {
    const { code, output } = await bots("--seconds", "2", "--rtt-p95", "0.001");
    expect(code).toBe(1);
    expect(reportIn(output).failures).toEqual([expect.stringContaining("round trip p95 is")]);
    expect(output.join("\n")).toMatch(/✗ round trip p95 is [\d.]+ ms, more than 0\.001/);
  });

  test("--joined, --ramp: who has not come yet is missed", async () => {
    const { code, output } = await bots("--seconds", "1.5", "--ramp", "3600", "--joined", "60");
    expect(code).toBe(1);
    expect(reportIn(output).failures).toEqual(["33 % are in a room, fewer than 60 %"]);
  });

  test("--quiet prints nothing of its own, and keeps the exit code", async () => {
    const { code, output } = await bots("--seconds", "1", "--rtt-p95", "0.001", "--quiet");
    expect(code).toBe(1);
    expect(output.filter((line) => line !== "somebody walks")).toEqual([]);
  });

  test("without --seconds until a signal", async () => {
    const child = begin(["bots", "2", "--url", server.url, "--game", game.path]);
    await expect.poll(() => metric(server.url, "realmwright_players"), slow).toBe(2);
    child.signal("SIGINT");
    expect(await child.ended).toBe(0);
    expect(reportIn(child.output)).toMatchObject({ wanted: 2, joined: 2, passed: true });
  });
});

describe("when the server dies", () => {
  let game: GameFolder;
  beforeEach(() => {
    game = new GameFolder();
    game.write("bots.ts", walkers("somebody"));
  });
  afterEach(() => game.remove());

  test("lost connections are errors, shown at once, and the run has failed without any threshold", async () => {
    const server = await serve(["start", game.path, "--port", "0"]);
    const report = `${game.path}/report.json`;
    const bots = begin(
      ["bots", "3", "--url", server.url, "--game", game.path, "--ramp", "0", "--report", report],
      { isTerminal: true },
    );
    const shows = (what: RegExp): Promise<void> =>
      bots.until((output) => output.some((line) => what.test(stripVTControlCharacters(line))));
    await shows(/in a room +3 of 3 +connected 3$/);
    server.child.signal("SIGKILL");
    await shows(/in a room +0 of 3 +connected 0 +lost 3$/);
    bots.signal("SIGINT");
    expect(await bots.ended).toBe(1);
    expect(JSON.parse(game.read("report.json"))).toMatchObject({
      lost: 3,
      errors: { CONNECTION_LOST: 3 },
      passed: false,
      failures: expect.arrayContaining(["3 of 3 connections are lost"]) as string[],
    });
    expect(bots.output.map((line) => stripVTControlCharacters(line))).toContain(
      "✗ 3 of 3 connections are lost",
    );
  });
});

const slow = { timeout: 30_000 };
