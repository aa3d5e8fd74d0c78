import { field, Stand } from "./stand.ts";

/*
 * Prints how much memory one tick allocates, as JSON. Runs in a process of its own whose young generation is so large that
 * nothing is collected while it is measured: what the heap grows by is what was allocated.
 */

const movers = 1_000;
const clients = 20;
const warmUp = 1_200;
const ticks = 600;

const stand = await Stand.start(field(movers, true));
for (let i = 0; i < clients; i++) await stand.join("binary");
stand.run(warmUp);
const writesBefore = writes();
globalThis.gc?.();
const before = process.memoryUsage();
stand.run(ticks);
const after = process.memoryUsage();

const bytes = grownBy(before, after);
const writesPerTick = (writes() - writesBefore) / ticks;

// The same while the clients are not silent.
stand.play(warmUp);
globalThis.gc?.();
const playedBefore = process.memoryUsage();
stand.play(ticks);
const playedBytes = grownBy(playedBefore, process.memoryUsage());

// The naive version: the state as objects, written as text once for all.
const naive = { x: new Float64Array(movers), y: new Float64Array(movers) };
let text = 0;
const state = (): string =>
  JSON.stringify(
    Array.from({ length: movers }, (_, id) => ({ id, x: naive.x[id], y: naive.y[id], hp: 100 })),
  );
for (let i = 0; i < 50; i++) text += state().length;
globalThis.gc?.();
const naiveBefore = process.memoryUsage().heapUsed;
for (let i = 0; i < 100; i++) text += state().length;
const naiveBytes = (process.memoryUsage().heapUsed - naiveBefore) / 100;

process.stdout.write(
  JSON.stringify({
    kibPerTick: bytes / ticks / 1024,
    playedKibPerTick: playedBytes / ticks / 1024,
    writesPerTick,
    clients,
    movers,
    naiveKib: naiveBytes / 1024,
    text,
  }),
);

function grownBy(before: NodeJS.MemoryUsage, after: NodeJS.MemoryUsage): number {
  return after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers);
}

function writes(): number {
  return stand.connections.reduce((sum, connection) => sum + connection.writes, 0);
}
