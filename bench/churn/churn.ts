import { withChildren } from "../children.ts";
import type { Report, Row } from "../report.ts";
import { measure, progress, type BenchOptions, type Sample } from "../rounds.ts";
import type { BotsDone } from "./socket-bots.ts";
import type { ServerRemains } from "./socket-server.ts";

const bots = 200;
const secret = "a secret of the benchmark's own, 32 bytes long";
const growthMax = 2_048;
/** Connections that an edge thread keeps to the main thread for the next HTTP requests, at most; each has two ends. */
const keptOpen = 16;

/** Stays after which memory is first looked at, and after which it is looked at again. */
interface Cycles {
  readonly first: number;
  readonly last: number;
}

/** 200 bots come and go: what the server keeps of them when they have gone. */
export async function churn({ quick, minutes }: BenchOptions): Promise<Report> {
  const cycles: Cycles = quick ? { first: 500, last: 2_000 } : { first: 2_000, last: 20_000 };
  const rows = await inMemory(cycles);
  for (const edges of [0, 2]) rows.push(...(await overSockets(edges, cycles, minutes)));
  return {
    bench: "churn",
    rows,
    notes: [
      "One round, however many are asked for. What is kept is counted when everybody has gone.",
    ],
  };
}

async function inMemory(cycles: Cycles): Promise<Row[]> {
  progress(`churn in memory: ${cycles.last} cycles`);
  const sample = await measure(new URL("memory-run.ts", import.meta.url), cycles);
  const name = "in memory, virtual time";
  return [
    growth(name, cycles, sample["bytes"]!, sample["grown"]!),
    none(name, "timers more", "", sample["timers"]!),
    none(name, "sessions left", "", sample["left"]!),
    none(name, "rooms more", "", sample["rooms"]!),
    none(name, "unhandled rejections, errors", "", sample["unhandled"]! + sample["errors"]!),
    rate(name, sample["perSecond"]!),
  ];
}

/** What a crowd of bots told, and what the server kept of it. */
interface Crowd {
  readonly first: BotsDone;
  readonly last: BotsDone;
  readonly remains: ServerRemains;
}

async function overSockets(
  edges: number,
  cycles: Cycles,
  minutes: number | undefined,
): Promise<Row[]> {
  const name = `sockets, ${edges === 0 ? "one thread" : `${edges} edge threads`}`;
  return await withChildren(async (start) => {
    const server = start(new URL("socket-server.ts", import.meta.url), { edges, secret });
    const { port } = await server.answer<{ port: number }>("listening");
    let seed = 0;
    /** A crowd of its own each time: what bots keep alive ends with them. */
    const crowd = async (...orders: string[]): Promise<Crowd> => {
      const about = { port, count: bots, seed: ++seed };
      const clients = start(new URL("socket-bots.ts", import.meta.url), about);
      await clients.answer("ready");
      const done: BotsDone[] = [];
      for (const order of orders) {
        progress(`churn over ${name}: ${order}`);
        done.push(await clients.ask<BotsDone>(order, "done"));
      }
      await clients.end();
      const remains = await server.ask<ServerRemains>("measure", "remains");
      for (const error of remains.errors) progress(`the server reported: ${error}`);
      return { first: done[0]!, last: done.at(-1)!, remains };
    };
    const one = await crowd(`cycles ${cycles.first}`);
    const two = await crowd(
      `cycles ${cycles.first}`,
      minutes === undefined ? `cycles ${cycles.last - cycles.first}` : `minutes ${minutes / 2}`,
    );
    const [before, after] = [one.remains, two.remains];
    const span = { first: one.last.cycles, last: one.last.cycles + two.last.cycles };
    const ofBots = { first: two.first.cycles, last: two.last.cycles };
    return [
      ...after.bytes.map((bytes, thread) => {
        const where = thread === 0 ? name : `${name}: edge ${thread}`;
        return growth(where, span, bytes, bytes - before.bytes[thread]!);
      }),
      none(name, "timers more", "", after.timers - before.timers),
      none(name, "handles more", "", after.handles - before.handles, keptOpen * edges),
      none(name, "open files more", "", after.files - before.files, 2 * keptOpen * edges),
      none(name, "sessions left", "", after.sessions),
      none(name, "rooms more", "", after.rooms - before.rooms),
      none(name, "unhandled rejections", "", after.unhandled),
      none(name, "errors reported", "", after.errors.length),
      growth(`${name}, the bots`, ofBots, two.last.bytes, two.last.bytes - two.first.bytes),
      none(
        `${name}, the bots`,
        "unhandled rejections",
        "",
        one.last.unhandled + two.last.unhandled,
      ),
      rate(name, two.last.perSecond),
    ];
  });
}

function growth(name: string, { first, last }: Cycles, bytes: number, grown: number): Row {
  return {
    case: name,
    metric: "heap and buffers more",
    unit: "KiB",
    ours: grown / 1_024,
    bound: { of: "ours", max: growthMax },
    about: `after ${last} cycles than after ${first}; ${(bytes / 2 ** 20).toFixed(1)} MiB in all`,
  };
}

function none(name: string, metric: string, unit: string, ours: number, max = 0): Row {
  return { case: name, metric, unit, ours, bound: { of: "ours", max } };
}

function rate(name: string, perSecond: Sample[string]): Row {
  return { case: name, metric: "cycles", unit: "1/s", ours: perSecond };
}
