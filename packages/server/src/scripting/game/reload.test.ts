import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ScriptEngine } from "../../ports/script-engine.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { createMemoryHot } from "../../hot/memory/memory-hot.ts";
import { EmbeddedEngine } from "../embedded-engine.ts";
import { GameScripts } from "./game-scripts.ts";
import { ada, asRoom } from "./testing/scripts-stage.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 });

const RELOADS = 1000;
const CALLERS = 20;
/** Of each text. All of them together are many times what Lua may hold here. */
const TEXT_BYTES = 20_000;

let engine: EmbeddedEngine;
let scripts: GameScripts;
/** Versions that the engine has now. */
const loaded = new Set<string>();

beforeAll(async () => {
  const common = { clock: systemClock(), log: new RecordedLog() };
  const limits = limitValues({ scriptMemoryBytes: 2 * 1024 * 1024 });
  engine = await EmbeddedEngine.start({ ...common, limits });
  const watched: ScriptEngine = {
    async load(name, source) {
      const version = await engine.load(name, source);
      loaded.add(`${name} ${version.version}`);
      return version;
    },
    release(name, version) {
      loaded.delete(`${name} ${version}`);
      engine.release(name, version);
    },
    call: (...call) => engine.call(...call),
    close: () => engine.close(),
  };
  scripts = new GameScripts({
    ...common,
    engine: watched,
    hot: createMemoryHot(common),
    random: (length) => new Uint8Array(length),
    game: "arena",
    limits,
    rooms: () => undefined,
  });
});
afterAll(() => scripts.close());

/** Its number is what it answers; every fourth one does not load. */
const source = (number: number, head = ""): string =>
  `${head}-- ${number}\nlocal s = "${"x".repeat(TEXT_BYTES)}"\nreturn ${number}${isBroken(number) ? " (" : ""}`;
const isBroken = (number: number): boolean => number % 4 === 3;

test(`[S-LUA28] ${RELOADS} reloads under load, broken ones among them`, async () => {
  const kept = `-- room: kept\n${asRoom}\n`;
  const live = `-- room: live\n-- reload: live\n${asRoom}\n`;
  await scripts.load(
    new Map([
      ["rpc", source(0)],
      ["kept", source(0, kept)],
      ["live", source(0, live)],
    ]),
  );
  const rooms = { kept: scripts.hold("kept"), live: scripts.hold("live") };
  /** The newest one that was in use when a call began, and the newest one that may be in use when it ends. */
  let sure = 0;
  let asked = 0;
  const load = { isOver: false };
  let calls = 0;
  const number = async (answer: Promise<unknown>): Promise<number> => {
    const atLeast = sure;
    const got = (await answer) as number;
    calls++;
    expect(got).toBeGreaterThanOrEqual(atLeast);
    expect(got).toBeLessThanOrEqual(asked);
    expect(isBroken(got)).toBe(false);
    return got;
  };
  const inRoom = async (name: "kept" | "live"): Promise<unknown> => {
    const outcome = await scripts.call(name, rooms[name].version, [], []);
    return outcome.ok ? outcome.result : outcome.error;
  };
  const caller = async (): Promise<void> => {
    while (!load.isOver) {
      await number(scripts.run({ subject: ada, script: "rpc", args: {} }));
      await number(inRoom("live"));
      expect(await inRoom("kept")).toBe(0);
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  for (let i = 1; i <= RELOADS; i++) {
    asked = i;
    const problems = await scripts.load(
      new Map([
        ["rpc", source(i)],
        ["kept", source(i, kept)],
        ["live", source(i, live)],
      ]),
    );
    expect(problems).toHaveLength(isBroken(i) ? 3 : 0);
    if (!isBroken(i)) sure = i;
  }
  load.isOver = true;
  await Promise.all(callers);
  expect(calls).toBeGreaterThan(RELOADS);
  // those in use, and the one that the room began with
  expect(loaded.size).toBe(4);
  rooms.kept.release();
  rooms.live.release();
  await scripts.load(new Map());
  expect(loaded.size).toBe(0);
});
