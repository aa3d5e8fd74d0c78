import { readFileSync } from "node:fs";
import { withChildren, wait } from "../children.ts";
import type { ClientFigures } from "../load/clients.ts";
import type { MemoryFigures, ServerFigures } from "../load/desk.ts";
import { clientScript, clientsOf, scriptOf, secret, type Side } from "../load/stage.ts";
import { installPeers, peer } from "../peers.ts";
import type { Report, Row } from "../report.ts";
import {
  alone,
  beside,
  highest,
  interleave,
  lowest,
  type BenchOptions,
  type Sample,
} from "../rounds.ts";

const shares = 2;
/** Longer than two of the server's pings and the time to miss them. */
const holdMs = 50_000;
/** Connections that come and go before: code is compiled and buffers are there when memory is first looked at. */
const warmUp = 200;
const scene = { players: 1, visible: 60, walk: "always" } as const;

interface Pace {
  readonly count: number;
  readonly holdMs: number;
}

/** Connections that are authenticated and do nothing: what each takes, and whether they stay. */
export async function connections({ runs, quick }: BenchOptions): Promise<Report> {
  installPeers();
  const pace: Pace = quick ? { count: 500, holdMs: 2_000 } : { count: 10_000, holdMs };
  mustOpen(pace.count + warmUp + 100);
  const what = `${pace.count} idle connections`;
  const samples = await interleave(what, runs, {
    ours: () => hold({ name: "ours", edges: 0 }, scriptOf({ name: "ours", edges: 0 }), pace),
    peer: () => hold({ name: "colyseus" }, peer("colyseus-idle"), pace),
  });
  const about = "a Colyseus client is in a room without state";
  const row = (metric: string, unit: string, name: string, bound?: Row["bound"]): Row => ({
    case: what,
    metric,
    unit,
    ...beside(samples.ours, samples.peer, name),
    ...(bound === undefined ? {} : { bound }),
    about,
  });
  return {
    bench: "connections",
    rows: [
      {
        ...row("dropped", "", "dropped", { of: "ours", max: 0 }),
        ours: highest(samples.ours, "dropped"),
        peer: highest(samples.peer, "dropped"),
        about: "from the first that was opened to the end, the worst of the runs",
      },
      {
        ...row("at the end, by the server's own word", "", "sessions", {
          of: "both",
          min: pace.count,
          max: pace.count,
        }),
        ours: lowest(samples.ours, "sessions"),
        peer: lowest(samples.peer, "sessions"),
        about: "the least of the runs",
      },
      row("resident memory of the server, each", "KiB", "rssKib", { of: "ours", max: 30 }),
      row("heap and buffers, each", "KiB", "heapKib"),
      row("loop lag p99", "ms", "lagMs", { of: "ours", max: 20 }),
      row("server CPU", "cores", "cpu"),
      { case: what, metric: "opened", unit: "1/s", ...alone(samples.ours, "openedPerSecond") },
    ],
  };
}

/** Holds connections of one side for a while. */
export async function hold(side: Side, script: URL, { count, holdMs }: Pace): Promise<Sample> {
  return await withChildren(async (start) => {
    const server = start(script, { ...side, scene, secret }, ["--expose-gc"]);
    const { port } = await server.answer<{ port: number }>("listening");
    const [early] = clientsOf(side, { port, players: warmUp, shares: 1 });
    const first = start(clientScript, { ...early, isIdle: true });
    await first.answer("joined");
    await first.end();
    await wait(500);
    const before = await server.ask<MemoryFigures>("memory", "memory");
    const beganMs = performance.now();
    const clients = clientsOf(side, { port, players: count, shares }).map((about) =>
      start(clientScript, { ...about, isIdle: true }),
    );
    await Promise.all(clients.map((client) => client.answer("joined")));
    const openedMs = performance.now() - beganMs;
    await wait(1_000);
    for (const child of [server, ...clients]) child.tell("begin");
    await wait(holdMs);
    const seen = await Promise.all(
      clients.map((client) => client.ask<ClientFigures>("end", "figures")),
    );
    const spent = await server.ask<ServerFigures>("end", "figures");
    const after = await server.ask<MemoryFigures>("memory", "memory");
    const heap = ({ heapUsed, external }: MemoryFigures): number => heapUsed + external;
    return {
      dropped: seen.reduce((sum, { lost }) => sum + lost.length, 0),
      sessions: spent.moments.at(-1)!.sessions,
      rssKib: (after.rss - before.rss) / count / 1024,
      heapKib: (heap(after) - heap(before)) / count / 1024,
      lagMs: spent.lagP99Ms,
      cpu: spent.cpuMs / holdMs,
      openedPerSecond: (count * 1_000) / openedMs,
    };
  });
}

/** Fails with advice where the system does not let a process open so many files. */
function mustOpen(files: number): void {
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  const limit = Number(line?.[1] ?? Infinity);
  if (limit >= files) return;
  throw new Error(
    `This bench opens ${files} files in a process; the limit is ${limit}. Raise it: ulimit -n ${files}`,
  );
}
