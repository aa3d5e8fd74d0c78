import { availableParallelism } from "node:os";
import { limits } from "@realmwright/protocol";
import { installPeers } from "../peers.ts";
import { barChart, lineChart, type Line } from "../plot.ts";
import type { Plot, Report, Row } from "../report.ts";
import { alone, beside, highest, interleave, progress, type BenchOptions } from "../rounds.ts";
import { capacity, echoMaxMs, presentMin, updatesMin } from "./capacity.ts";
import { tickRate, type Scene } from "./scene.ts";
import { play, type Pace, type Side, type Trial } from "./stage.ts";

/** What peers.md says of Colyseus, with 50 nearest on another machine: players, share of a core, B/s, p95. */
const published = [
  { players: 200, cpu: 0.27, bytes: 10_500, p95: 60 },
  { players: 500, cpu: 0.62, bytes: 11_400, p95: 89 },
] as const;
const fixedCounts = [200, 500] as const;
const edges = Math.max(1, availableParallelism() - 1);
const names = {
  ours: "Realmwright",
  edges: `Realmwright, ${edges} edge threads`,
  peer: "Colyseus",
};
const sides = {
  ours: { name: "ours", edges: 0 },
  edges: { name: "ours", edges },
  peer: { name: "colyseus" },
} as const satisfies Record<string, Side>;
type SideName = keyof typeof sides;

const most: Readonly<Record<SideName, number>> = {
  ours: limits.playersPerRoom.value,
  edges: limits.playersPerRoom.value,
  peer: 8_000,
};

/** One room full of players: how long it takes until they see what they did, and what that costs. */
export async function load(options: BenchOptions): Promise<Report> {
  installPeers();
  const { runs, quick } = options;
  const pace: Pace = quick
    ? { settleMs: 500, measureMs: 2_000, processes: 2 }
    : { settleMs: 3_000, measureMs: 8_000, processes: 2 };
  const trials: Record<SideName, Trial[]> = { ours: [], edges: [], peer: [] };
  const rows: Row[] = [];
  for (const players of quick ? [100] : fixedCounts) {
    rows.push(...(await atCount(players, runs, pace, trials)));
  }
  if (!quick) {
    rows.push(...(await largest(runs, pace, trials)), ...(await asPublished(runs, pace)));
  }
  return { bench: "load", rows, plots: plotsOf(trials), notes: notesOf(trials) };
}

/** What a trial gave, at once: all of them take most of an hour. */
function tell(who: string, trial: Trial): void {
  const { players, p95, cpuMicroseconds, updatesPerSecond, present } = trial;
  progress(
    `${who}, ${players} players: p95 ${p95.toFixed(0)} ms, ${cpuMicroseconds.toFixed(1)} µs per client and tick, ` +
      `${updatesPerSecond.toFixed(1)} updates a second, ${(present * 100).toFixed(0)} % present`,
  );
}

function sceneOf(players: number): Scene {
  return { players, visible: 60, walk: "always" };
}

/** All sides with the same number of players. */
async function atCount(
  players: number,
  runs: number,
  pace: Pace,
  trials: Record<SideName, Trial[]>,
): Promise<Row[]> {
  const trial = async (name: SideName): Promise<Trial> => {
    const result = await play(sides[name], sceneOf(players), pace);
    trials[name].push(result);
    tell(names[name], result);
    return result;
  };
  const samples = await interleave(`${players} players`, runs, {
    ours: () => trial("ours"),
    edges: () => trial("edges"),
    peer: () => trial("peer"),
  });
  const bytes = Math.round(samples.ours[0]!.bytesPerSecond / tickRate);
  const floor = await interleave(`${players} players`, runs, {
    raw: () => play({ name: "floor", isRaw: true, bytes }, sceneOf(players), pace),
    ws: () => play({ name: "floor", isRaw: false, bytes }, sceneOf(players), pace),
  });
  const rows: Row[] = [];
  for (const name of ["ours", "edges"] as const) {
    const what = name === "ours" ? `${players} players` : `${players} players, ${edges} edges`;
    const row = (metric: string, unit: string, key: keyof Trial, bound?: Row["bound"]): Row => ({
      case: what,
      metric,
      unit,
      ...beside(samples[name], samples.peer, key),
      ...(bound === undefined ? {} : { bound }),
    });
    const worst = (metric: string, key: keyof Trial): Row => ({
      ...row(metric, "", key, { of: "ours", max: 0 }),
      ours: highest(samples[name], key),
      peer: highest(samples.peer, key),
      about: "the worst of the runs",
    });
    const echoBound = players === 200 ? ({ of: "ours", max: 65 } as const) : undefined;
    rows.push(
      row("echo p50", "ms", "p50"),
      row("echo p95", "ms", "p95", echoBound),
      row("echo p99", "ms", "p99"),
      row("down per client", "B/s", "bytesPerSecond", { of: "ours", max: 4_000 }),
      row("updates per client", "1/s", "updatesPerSecond", { of: "ours", min: updatesMin }),
      row("nearest present, at most 2 ticks old", "of 1", "present", {
        of: "ours",
        min: presentMin,
      }),
      worst("watched players without any echo", "blind"),
      worst("connections that ended", "lost"),
      row("server CPU per client and tick", "µs", "cpuMicroseconds"),
      row("server CPU", "cores", "serverCpu"),
      row("server's loop lag p99", "ms", "serverLagMs"),
      row("busiest load process: CPU", "cores", "clientCpu"),
      row("busiest load process: loop lag p99", "ms", "clientLagMs"),
    );
  }
  const cpu = { case: `${players} players`, unit: "µs" } as const;
  rows.push(
    {
      ...cpu,
      metric: "CPU per client and tick beside the floor",
      ...beside(samples.ours, floor.raw, "cpuMicroseconds"),
      bound: { of: "ratio", max: 3 },
      about: `writes ${bytes} B frames made by hand, reads nothing`,
    },
    {
      ...cpu,
      metric: "CPU per client and tick beside the floor, ws",
      ...beside(samples.ours, floor.ws, "cpuMicroseconds"),
      about: "the same with the library ws",
    },
  );
  return rows;
}

/** How many players each side can serve, searched for anew in each round. */
async function largest(
  runs: number,
  pace: Pace,
  trials: Record<SideName, Trial[]>,
): Promise<Row[]> {
  const guess: Record<SideName, number> = { ours: 2_000, edges: 3_300, peer: 850 };
  const search = async (name: SideName): Promise<{ players: number }> => {
    const players = await capacity(guess[name], most[name], async (count) => {
      const result = await play(sides[name], sceneOf(count), pace);
      trials[name].push(result);
      tell(names[name], result);
      return result;
    });
    progress(`${names[name]}: ${players} players at most`);
    // The next round begins where this one ended.
    if (players > 0) guess[name] = players;
    return { players };
  };
  const samples = await interleave("largest room", runs, {
    ours: () => search("ours"),
    peer: () => search("peer"),
    edges: () => search("edges"),
  });
  const row = (name: "ours" | "edges", min: number): Row => {
    const figures = beside(samples[name], samples.peer, "players");
    const isLimit = figures.ours === most[name];
    return {
      case: name === "ours" ? "largest room, one thread" : `largest room, ${edges} edges`,
      metric: `players with echo p95 at most ${echoMaxMs} ms`,
      unit: "",
      ...figures,
      bound: { of: "ratio", min },
      ...(isLimit ? { about: "the most that a room may have: limits.playersPerRoom" } : {}),
    };
  };
  return [row("ours", 2.5), row("edges", 4)];
}

/** The Colyseus peer as it was measured elsewhere: is this peer a fair one? */
async function asPublished(runs: number, pace: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { players, cpu, bytes, p95 } of published) {
    const scene: Scene = { players, visible: 50, walk: "always" };
    const samples = await interleave(`Colyseus as published, ${players} players`, runs, {
      peer: () => play(sides.peer, scene, pace),
    });
    const row = (metric: string, unit: string, key: keyof Trial, then: number): Row => ({
      case: `Colyseus itself, ${players} players, 50 nearest`,
      metric,
      unit,
      ...alone(samples.peer, key),
      peer: then,
      about: "ours: measured now; peer: published in peers.md",
    });
    rows.push(
      row("server CPU", "cores", "serverCpu", cpu),
      row("down per client", "B/s", "bytesPerSecond", bytes),
      row("echo p95", "ms", "p95", p95),
    );
  }
  return rows;
}

function plotsOf(trials: Record<SideName, Trial[]>): Plot[] {
  const lines = (Object.keys(names) as SideName[]).map((name): Line => ({
    name: names[name],
    points: curve(trials[name], "p95"),
  }));
  const farthest = Math.max(...lines.flatMap(({ points }) => points.map(([players]) => players)));
  const bound: Line = {
    name: `${echoMaxMs} ms`,
    points: [
      [0, echoMaxMs],
      [farthest, echoMaxMs],
    ],
    isDashed: true,
  };
  const cpu = fixedCounts.map((players) => ({
    name: `${players} players`,
    values: (Object.keys(names) as SideName[]).map((name) =>
      middle(trials[name].filter((t) => t.players === players).map((t) => t.cpuMicroseconds)),
    ),
  }));
  return [
    {
      name: "load-echo",
      svg: lineChart({
        title: "From an input to its effect: 95th percentile",
        x: "players in one room, 20 Hz, 60 nearest in sight",
        y: "ms",
        yMax: 200,
        lines: [...lines, bound],
      }),
    },
    {
      name: "load-cpu",
      svg: barChart({
        title: "Server's processor time per client and tick",
        y: "µs",
        bars: Object.values(names),
        groups: cpu,
      }),
    },
  ];
}

/** Medians by number of players, ascending. */
function curve(trials: readonly Trial[], key: keyof Trial): [number, number][] {
  const counts = [...new Set(trials.map(({ players }) => players))].sort((a, b) => a - b);
  return counts.map((count) => [
    count,
    middle(trials.filter(({ players }) => players === count).map((trial) => trial[key])),
  ]);
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Whether the load processes were the bottleneck in any trial that counts. */
function notesOf(trials: Record<SideName, Trial[]>): string[] {
  const all = Object.values(trials).flat();
  const cpu = Math.max(...all.map(({ clientCpu }) => clientCpu));
  const lag = Math.max(...all.map(({ clientLagMs }) => clientLagMs));
  return [
    `Load processes over all ${all.length} trials: at most ${(cpu * 100).toFixed(0)} % of a core each, ` +
      `their timers at most ${lag.toFixed(1)} ms late (p99).`,
  ];
}
