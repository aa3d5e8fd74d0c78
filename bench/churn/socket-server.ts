import { readdir } from "node:fs/promises";
import { inspect } from "node:util";
import type { Worker } from "node:worker_threads";
import { createServer, type ServerOptions } from "@realmwright/server";
import { wait } from "../children.ts";
import { settings } from "../load/desk.ts";
import { churnGame } from "./churn-game.ts";
import { garbageCollector } from "./memory-churn.ts";

/*
 * The server of the churn over sockets, in a process of its own. It says where it listens, and answers "measure" with what
 * it keeps.
 */

/** What the server keeps when everybody has gone. */
export interface ServerRemains {
  /** Heap and array buffers in use after collection: of the main thread, then of each edge thread. */
  readonly bytes: readonly number[];
  readonly timers: number;
  /** Sockets, pipes and other handles that keep a process alive, timers apart. */
  readonly handles: number;
  readonly files: number;
  readonly sessions: number;
  readonly rooms: number;
  readonly threads: number;
  /** Since the start. */
  readonly unhandled: number;
  readonly errors: readonly string[];
}

/** Seats wait a second, kept-alive HTTP connections five; edge threads report once a second. */
const restMs = 8_000;
/** The heap of a thread is looked at so often; the least counts. */
const looks = 3;
/** Timers are armed and fire all the time; of so many counts the largest counts. */
const counts = 20;

const { edges, secret } = settings<{ edges: number; secret: string }>();
const threads = new Set<Worker>();
process.on("worker", (worker) => {
  threads.add(worker);
  worker.on("exit", () => threads.delete(worker));
});
let unhandled = 0;
process.on("unhandledRejection", () => unhandled++);
const errors: string[] = [];
const log: NonNullable<ServerOptions["log"]> = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, data) => errors.push(`${message} ${inspect(data)}`),
  with: () => log,
};
const server = createServer({
  game: churnGame,
  secret: Buffer.from(secret),
  edges,
  http: { port: 0 },
  log,
  // All bots have one address.
  limits: { loginsPerMinute: 10_000_000, pendingHandshakesPerAddress: 1_000 },
});
const collect = garbageCollector();

process.on("message", (message) => {
  if (message === "measure") void measure();
});
process.on("disconnect", () => process.exit(1));
await server.start();
process.send?.({ type: "listening", port: server.port });

async function measure(): Promise<void> {
  await wait(restMs);
  const { sessions, rooms } = server.stats();
  const bytes = [await collect(), ...(await Promise.all([...threads].map(usedBy)))];
  let timers = 0;
  let handles = 0;
  for (let i = 0; i < counts; i++) {
    const resources = process.getActiveResourcesInfo();
    const firing = resources.filter((name) => name === "Timeout").length;
    const immediate = resources.filter((name) => name === "Immediate").length;
    timers = Math.max(timers, firing);
    handles = Math.max(handles, resources.length - firing - immediate);
    await wait(31);
  }
  const remains: ServerRemains = {
    bytes,
    timers,
    handles,
    files: (await readdir("/proc/self/fd")).length,
    sessions,
    rooms: rooms.length,
    threads: threads.size,
    unhandled,
    errors,
  };
  process.send?.({ type: "remains", ...remains });
}

/** What a thread has in use. Taking a snapshot of its heap collects all garbage in it first. */
async function usedBy(thread: Worker): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < looks; i++) {
    const snapshot = await thread.getHeapSnapshot();
    for await (const _ of snapshot) continue;
    const { used_heap_size: heap, external_memory: external } = await thread.getHeapStatistics();
    least = Math.min(least, heap + external);
  }
  return least;
}
