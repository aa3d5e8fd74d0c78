import { withChildren, wait } from "../children.ts";
import type { ClientFigures } from "../load/clients.ts";
import type { Moment, ServerFigures } from "../load/desk.ts";
import type { Scene } from "../load/scene.ts";
import { clientScript, clientsOf, percentile, scriptOf, secret, type Side } from "../load/stage.ts";
import { installPeers } from "../peers.ts";
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
import { halfOpen } from "./half-open.ts";

const shares = 2;
/** One in ten stops reading. */
const slowEvery = 10;
const ours: Side = { name: "ours", edges: 0 };
const colyseus: Side = { name: "colyseus" };
const mib = 1024 * 1024;

/** What was seen of those who go on reading, and of the server. */
interface Measured {
  readonly p95: number;
  readonly blind: number;
  readonly lost: number;
  readonly server: ServerFigures;
}

interface Pace {
  readonly players: number;
  readonly settleMs: number;
  readonly calmMs: number;
  readonly stuckMs: number;
}

/** A tenth of a room stops reading while it goes on steering: what that costs, and whom. */
export async function slowReaders({ runs, quick }: BenchOptions): Promise<Report> {
  installPeers();
  const pace: Pace = quick
    ? { players: 100, settleMs: 1_000, calmMs: 2_000, stuckMs: 6_500 }
    : { players: 500, settleMs: 3_000, calmMs: 6_000, stuckMs: 8_000 };
  const rows: Row[] = [];
  for (const [name, streamBytes] of [
    ["state alone, about 4 KB/s", 0],
    ["with a stream of 1 MB/s", 1_000_000],
  ] as const) {
    const slow = pace.players / slowEvery;
    const what = `${slow} of ${pace.players} stop reading, ${name}`;
    const scene: Scene = { players: pace.players, visible: 60, walk: "always", streamBytes };
    const samples = await interleave(what, runs, {
      ours: () => stall(ours, scene, pace),
      peer: () => stall(colyseus, scene, pace),
    });
    const row = (metric: string, unit: string, key: string, bound?: Row["bound"]): Row => ({
      case: what,
      metric,
      unit,
      ...beside(samples.ours, samples.peer, key),
      ...(bound === undefined ? {} : { bound }),
    });
    const worst = (
      metric: string,
      unit: string,
      of: typeof highest,
      key: string,
      bound: Row["bound"] & {},
    ): Row => ({
      ...row(metric, unit, key, bound),
      ours: of(samples.ours, key),
      peer: of(samples.peer, key),
      about: "the worst of the runs",
    });
    rows.push(
      row("memory at the highest, per slow reader", "MiB", "mibEach", { of: "ours", max: 2 }),
      worst("cut by the end", "of 1", lowest, "cut", { of: "ours", min: 1, max: 1 }),
      worst("cut of the others, or for another reason", "", highest, "others", {
        of: "ours",
        max: 0,
      }),
      {
        case: what,
        metric: "the last one cut after",
        unit: "s",
        ...alone(samples.ours, "cutSeconds"),
        ...theirs(samples.peer, "cutSeconds"),
        bound: { of: "ours", max: 5 },
      },
      worst("of the others watched, without any echo", "", highest, "blind", {
        of: "ours",
        max: 0,
      }),
      row("the others' p95 before", "ms", "before"),
      row("the others' p95 after", "ms", "after"),
      row("rise of the others' p95", "of 1", "rise", { of: "ours", max: 1.1 }),
      {
        case: what,
        metric: "seats kept at the end",
        unit: "of 1",
        ours: lowest(samples.ours, "kept"),
        bound: { of: "ours", min: 1, max: 1 },
        about: "the worst of the runs",
      },
    );
  }
  rows.push(...(await halfOpen(runs, quick)));
  return { bench: "slow-readers", rows };
}

/** One side, whose slow readers stop after a while. */
export async function stall(side: Side, scene: Scene, pace: Pace): Promise<Sample> {
  return await withChildren(async (start) => {
    const { players } = scene;
    const server = start(scriptOf(side), { ...side, scene, secret });
    const { port } = await server.answer<{ port: number }>("listening");
    const clients = clientsOf(side, { port, players, shares }).map((about) =>
      start(clientScript, { ...about, slowEvery }),
    );
    await Promise.all(clients.map((client) => client.answer("joined")));
    await wait(pace.settleMs);
    const measured = async (ms: number): Promise<Measured> => {
      for (const child of [server, ...clients]) child.tell("begin");
      await wait(ms);
      const [figures, ...seen] = await Promise.all([
        server.ask<ServerFigures>("end", "figures"),
        ...clients.map((client) => client.ask<ClientFigures>("end", "figures")),
      ]);
      const latencies = seen.flatMap((client) => client.latencies);
      return {
        p95: percentile(latencies, 0.95),
        blind: seen.reduce((sum, { blind }) => sum + blind, 0),
        lost: seen.reduce((sum, { lost }) => sum + lost.length, 0),
        server: figures,
      };
    };
    const calm = await measured(pace.calmMs);
    for (const client of clients) client.tell("still");
    const stuck = await measured(pace.stuckMs);
    const slow = Math.ceil(players / slowEvery);
    const { moments } = stuck.server;
    const [first] = moments;
    const end = moments.at(-1)!;
    // Theirs does not say why.
    const why = side.name === "ours" ? "TOO_SLOW" : "closed";
    const cutBy = ({ closed }: Moment): number => (closed[why] ?? 0) - (first!.closed[why] ?? 0);
    const cut = moments.find((moment) => cutBy(moment) >= slow);
    const ended = Object.values(end.closed).reduce((sum, count) => sum + count, 0);
    const rss = moments.map(({ rssBytes }) => rssBytes);
    return {
      before: calm.p95,
      after: stuck.p95,
      rise: stuck.p95 / calm.p95,
      mibEach: (Math.max(...rss) - first!.rssBytes) / slow / mib,
      cut: cutBy(end) / slow,
      // By the clients' word, and by the server's.
      others: Math.max(stuck.lost, ended - cutBy(end)),
      blind: calm.blind + stuck.blind,
      cutSeconds: (cut?.ms ?? Infinity) / 1_000,
      kept: end.players / players,
    };
  });
}

/** What the peer took, where it did it in every run. */
function theirs(samples: readonly Sample[], key: string): { peer?: number } {
  return samples.every((sample) => sample[key] !== Infinity)
    ? { peer: alone(samples, key).ours }
    : {};
}
