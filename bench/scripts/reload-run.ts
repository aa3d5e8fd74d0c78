// Reloads scripts that are being called, and measures what a room's ticks on the same thread see of it.
import { randomBytes } from "node:crypto";
import {
  createMemoryHot,
  EmbeddedEngine,
  GameScripts,
  limitValues,
  systemClock,
} from "@realmwright/server/internal";
import type { Log } from "@realmwright/server";

interface Settings {
  /** 0: calls alone, for a while */
  readonly reloads: number;
  readonly callers: number;
}

const tickMs = 1000 / 60;
const calmMs = 2000;
const nothing = (): void => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, with: () => log };

/** A script of some size, another one each time. */
function source(number: number): string {
  const lines = Array.from({ length: 100 }, (_, i) => `local function f${i}() return ${i} end`);
  const end = number % 4 === 3 ? "= broken" : 'return redis.call("INCR", KEYS[1])';
  return ["-- keys: n:{arg.n}", `-- ${number}`, ...lines, end].join("\n");
}

async function run({ reloads, callers }: Settings): Promise<Record<string, number>> {
  const common = { clock: systemClock(), log, limits: limitValues() };
  const engine = await EmbeddedEngine.start(common);
  const hot = createMemoryHot(common);
  const scripts = new GameScripts({
    ...common,
    engine,
    hot,
    random: randomBytes,
    game: "bench",
    rooms: () => undefined,
  });
  await scripts.load(new Map([["count", source(0)]]));

  const load = { isOver: false };
  let calls = 0;
  const subject = { account: "a", name: "A", role: "player", isGuest: true, session: "s" } as const;
  const work = Array.from({ length: callers }, async (_, n) => {
    for (; !load.isOver; calls++) {
      await scripts.run({ subject, script: "count", args: { n: String(n) } });
    }
  });

  let latestMs = 0;
  let dueMs = performance.now() + tickMs;
  const tick = setInterval(() => {
    const nowMs = performance.now();
    latestMs = Math.max(latestMs, nowMs - dueMs);
    dueMs = nowMs + tickMs;
  }, tickMs);

  const beganMs = performance.now();
  let grownFrom = 0;
  for (let i = 1; i <= reloads; i++) {
    await scripts.load(new Map([["count", source(i)]]));
    if (i === Math.ceil(reloads / 4)) {
      grownFrom = memoryBytes();
      // the collection was no part of it
      dueMs = performance.now() + tickMs;
    }
  }
  if (reloads === 0) await new Promise((resolve) => setTimeout(resolve, calmMs));
  const seconds = (performance.now() - beganMs) / 1000;
  load.isOver = true;
  clearInterval(tick);
  await Promise.all(work);
  const grownMib = (memoryBytes() - grownFrom) / 1024 / 1024;
  await scripts.close();
  await hot.close();
  return {
    latestMs,
    grownMib,
    reloadsPerSecond: reloads / seconds,
    callsPerSecond: calls / seconds,
  };
}

/** What this thread uses. What Lua holds in the other one has a limit of its own. */
function memoryBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const settings = JSON.parse(process.argv[2] ?? "{}") as Settings;
process.stdout.write(`${JSON.stringify(await run(settings))}\n`);
