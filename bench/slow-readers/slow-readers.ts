import { withChildren, wait } from "../children.ts";
import type { ClientFigures } from "../load/clients.ts";
import type { ServerFigures } from "../load/desk.ts";
import type { Scene } from "../load/scene.ts";
import { clientScript, clientsOf, percentile, scriptOf, secret, type Side } from "../load/stage.ts";
import { installPeers } from "../peers.ts";
import type { Report, Row } from "../report.ts";
import { alone, beside, interleave, type BenchOptions, type Sample } from "../rounds.ts";

const shares = 2;
/** One in ten stops reading. */
const slowEvery = 10;
const ours: Side = { name: "ours", edges: 0 };
const colyseus: Side = { name: "colyseus" };
const mib = 1024 * 1024;

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
    rows.push(
      row("memory at the highest, per slow reader", "MiB", "mibEach", { of: "ours", max: 2 }),
      row("cut by the end", "of 1", "cut", { of: "ours", min: 1 }),
      {
        case: what,
        metric: "the last one cut after",
        unit: "s",
        ...alone(samples.ours, "cutSeconds"),
        ...theirs(samples.peer, "cutSeconds"),
        bound: { of: "ours", max: 5 },
      },
      row("the others' p95 before", "ms", "before"),
      row("the others' p95 after", "ms", "after"),
      row("rise of the others' p95", "of 1", "rise", { of: "ours", max: 1.1 }),
      {
        case: what,
        metric: "seats kept for the grace time",
        unit: "of 1",
        ...alone(samples.ours, "kept"),
        bound: { of: "ours", min: 1 },
      },
    );
  }
  rows.push(await halfOpen(quick));
  return { bench: "slow-readers", rows };
}

async function stall(side: Side, scene: Scene, pace: Pace): Promise<Sample> {
  return await withChildren(async (start) => {
    const { players } = scene;
    const server = start(scriptOf(side), { ...side, scene, secret });
    const { port } = await server.answer<{ port: number }>("listening");
    const clients = clientsOf(side, { port, players, shares }).map((about) =>
      start(clientScript, { ...about, slowEvery }),
    );
    await Promise.all(clients.map((client) => client.answer("joined")));
    await wait(pace.settleMs);
    const measured = async (ms: number): Promise<{ p95: number; server: ServerFigures }> => {
      for (const child of [server, ...clients]) child.tell("begin");
      await wait(ms);
      const [figures, ...seen] = await Promise.all([
        server.ask<ServerFigures>("end", "figures"),
        ...clients.map((client) => client.ask<ClientFigures>("end", "figures")),
      ]);
      const latencies = seen.flatMap((client) => client.latencies);
      return { p95: percentile(latencies, 0.95), server: figures };
    };
    const calm = await measured(pace.calmMs);
    for (const client of clients) client.tell("still");
    const stuck = await measured(pace.stuckMs);
    const slow = Math.ceil(players / slowEvery);
    const { moments } = stuck.server;
    const [first] = moments;
    const cut = moments.find(({ closed }) => closed - first!.closed >= slow);
    const rss = moments.map(({ rssBytes }) => rssBytes);
    return {
      before: calm.p95,
      after: stuck.p95,
      rise: stuck.p95 / calm.p95,
      mibEach: (Math.max(...rss) - first!.rssBytes) / slow / mib,
      cut: (moments.at(-1)!.closed - first!.closed) / slow,
      cutSeconds: (cut?.ms ?? Infinity) / 1_000,
      kept: moments.at(-1)!.players / players,
    };
  });
}

/** What the peer took, where it did it in every run. */
function theirs(samples: readonly Sample[], key: string): { peer?: number } {
  return samples.every((sample) => sample[key] !== Infinity)
    ? { peer: alone(samples, key).ours }
    : {};
}

/** Connections whose other end is gone without a word: nothing comes, and what is sent is taken by the kernel. */
async function halfOpen(quick: boolean): Promise<Row> {
  const players = quick ? 10 : 100;
  const waitMs = 32_000;
  const seconds = await withChildren(async (start) => {
    const scene: Scene = { players: 1, visible: 60, walk: "always" };
    const server = start(scriptOf(ours), { ...ours, scene, secret });
    const { port } = await server.answer<{ port: number }>("listening");
    const [about] = clientsOf(ours, { port, players, shares: 1 });
    const clients = start(clientScript, { ...about, isIdle: true, slowEvery: 1 });
    await clients.answer("joined");
    clients.tell("still");
    server.tell("begin");
    await wait(waitMs);
    const { moments } = await server.ask<ServerFigures>("end", "figures");
    return (moments.find(({ closed }) => closed >= players)?.ms ?? Infinity) / 1_000;
  });
  return {
    case: `${players} half-open connections`,
    metric: "the last one found after",
    unit: "s",
    ours: seconds,
    bound: { of: "ours", max: 30 },
  };
}
