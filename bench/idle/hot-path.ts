import { GCProfiler } from "node:v8";
import { field, Stand } from "./stand.ts";

/*
 * Prints how much memory one tick allocates, as JSON. Runs in a process of its own whose young generation is so large that
 * nothing is collected while it is measured, and fails if something is: what the heap grows by is what was allocated.
 */

const movers = 1_000;
const clients = 20;
const warmUp = 1_200;
const ticks = 600;

const stand = await Stand.start(field(movers, true));
for (let i = 0; i < clients; i++) await stand.join("binary");
stand.run(warmUp);
const writesBefore = writes();
const bytes = allocatedBy("the movers", () => stand.run(ticks));
const writesPerTick = (writes() - writesBefore) / ticks;

// The same while the clients are not silent.
stand.play(warmUp);
const playedBytes = allocatedBy("the players", () => stand.play(ticks));

// The naive version: the state as objects, written as text once for all.
const naive = { x: new Float64Array(movers), y: new Float64Array(movers) };
let text = 0;
const state = (): string =>
  JSON.stringify(
    Array.from({ length: movers }, (_, id) => ({ id, x: naive.x[id], y: naive.y[id], hp: 100 })),
  );
for (let i = 0; i < 50; i++) text += state().length;
const naiveTicks = 100;
const naiveBytes = allocatedBy("the naive version", () => {
  for (let i = 0; i < naiveTicks; i++) text += state().length;
});

process.stdout.write(
  JSON.stringify({
    kibPerTick: bytes / ticks / 1024,
    playedKibPerTick: playedBytes / ticks / 1024,
    writesPerTick,
    clients,
    movers,
    naiveKib: naiveBytes / naiveTicks / 1024,
    text,
  }),
);

/** By how many bytes the heap and its buffers grow. Throws when garbage was collected meanwhile, which hides some of them. */
function allocatedBy(what: string, work: () => void): number {
  globalThis.gc?.();
  const collections = new GCProfiler();
  collections.start();
  const before = process.memoryUsage();
  work();
  const after = process.memoryUsage();
  const { statistics } = collections.stop();
  if (statistics.length > 0) {
    const kinds = statistics.map(({ gcType }) => gcType).join(", ");
    throw new Error(
      `Garbage was collected while ${what} were measured (${kinds}): the figure would be too low. Give more room by --max-semi-space-size.`,
    );
  }
  return after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers);
}

function writes(): number {
  return stand.connections.reduce((sum, connection) => sum + connection.writes, 0);
}
