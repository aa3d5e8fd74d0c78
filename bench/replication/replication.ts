import { installPeers, peer } from "../peers.ts";
import { barChart } from "../plot.ts";
import type { Plot, Report, Row } from "../report.ts";
import { alone, beside, interleave, measure, type BenchOptions, type Sample } from "../rounds.ts";
import type { CrowdCase } from "./crowd.ts";
import { crowdBits } from "./crowd-bits.ts";

/** With the bound on theirs that ours keeps to, and two more that are told beside. */
const bounded: readonly CrowdCase[] = [
  { entities: 500, clients: 500, visible: 60 },
  { entities: 2_000, clients: 500, visible: 100 },
];
const unbounded: readonly CrowdCase[] = [
  { entities: 300, clients: 300, visible: 60 },
  { entities: 500, clients: 500, visible: 200 },
];
/** A side that keeps up less than this saves work that the other does. */
const presentMin = 0.9;
const freshMin = 0.95;
const perClient = "per client and tick";
const quarter = { of: "ratio", max: 0.25 } as const;

/** CPU and bytes of the encoding alone, without sockets: ours beside `@colyseus/schema`, and beside whole states. */
export async function replication({ runs, quick }: BenchOptions): Promise<Report> {
  installPeers();
  const rows: Row[] = [];
  for (const about of quick ? bounded : [...bounded, ...unbounded]) {
    rows.push(...(await besideSchema(about, runs, quick)));
  }
  rows.push(...(await besideWholeStates(bounded[0]!, runs, quick)), ...crowdBits());
  return { bench: "replication", rows, plots: [plotOf("µs"), plotOf("B")] };

  function plotOf(unit: "µs" | "B"): Plot {
    const groups = rows
      .filter((row) => row.metric === perClient && row.unit === unit)
      .map(({ case: name, ours, peer = 0 }) => ({ name, values: [ours, peer] }));
    const what = unit === "B" ? "Bytes" : "Processor time";
    const svg = barChart({
      title: `${what} per client and tick, encoding alone`,
      y: unit,
      bars: ["Realmwright", "@colyseus/schema, one StateView per client"],
      groups,
    });
    return { name: unit === "B" ? "replication-bytes" : "replication-cpu", svg };
  }
}

function settingsOf(about: CrowdCase, quick: boolean): object {
  return { ...about, seed: 1, warmUp: quick ? 60 : 300, ticks: quick ? 60 : 300 };
}

function ours(settings: object): Promise<Sample> {
  return measure(new URL("pipeline.ts", import.meta.url), settings);
}

async function besideSchema(about: CrowdCase, runs: number, quick: boolean): Promise<Row[]> {
  const what = nameOf(about);
  const settings = settingsOf(about, quick);
  const samples = await interleave(what, runs, {
    ours: () => ours(settings),
    peer: () => measure(peer("schema-encoder"), settings),
  });
  const row = (metric: string, unit: string, names: string | [string, string]): Row => {
    const [name, peerName] = typeof names === "string" ? [names, names] : names;
    return { case: what, metric, unit, ...beside(samples.ours, samples.peer, name, peerName) };
  };
  const bound = bounded.includes(about) ? { bound: quarter } : {};
  return [
    row("all clients, per tick", "ms", "msPerTick"),
    row("the same by the clock on the wall", "ms", "wallMs"),
    { ...row(perClient, "µs", "microseconds"), ...bound },
    {
      ...row("the same", "µs", ["microseconds", "encodeMicroseconds"]),
      about: "ours with, theirs without keeping up the nearest",
    },
    { ...row(perClient, "B", "bytes"), ...bound },
    row("per visible entity and tick", "bits", "bits"),
    {
      ...row("of the true nearest, present", "of 1", "present"),
      bound: { of: "both", min: presentMin },
    },
    {
      ...row("of those held, of this very tick", "of 1", "fresh"),
      bound: { of: "both", min: freshMin },
    },
    row("of the time: writing the state", "ms", "stateMs"),
    {
      ...row("of the time: snapshots, encoding", "ms", ["snapshotMs", "encodeMs"]),
      about: "ours choose the nearest too",
    },
    { case: what, metric: "of the time: frame", unit: "ms", ...alone(samples.ours, "frameMs") },
  ];
}

async function besideWholeStates(about: CrowdCase, runs: number, quick: boolean): Promise<Row[]> {
  const what = nameOf(about);
  const settings = settingsOf(about, quick);
  const samples = await interleave(`${what}, whole states`, runs, {
    ours: () => ours(settings),
    peer: () => measure(peer("full-state"), settings),
  });
  const names = { json: "JSON", msgpack: "MessagePack", msgpackLists: "MessagePack lists" };
  return Object.entries(names).flatMap(([key, name]): Row[] => [
    {
      case: what,
      metric: `beside whole states in ${name}`,
      unit: "µs",
      ...beside(samples.ours, samples.peer, "microseconds", `${key}Microseconds`),
    },
    {
      case: what,
      metric: `beside whole states in ${name}`,
      unit: "B",
      ...beside(samples.ours, samples.peer, "bytes", `${key}Bytes`),
    },
  ]);
}

function nameOf({ entities, clients, visible }: CrowdCase): string {
  return `${clients} × ${visible} of ${entities}`;
}
