import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { barChart } from "../plot.ts";
import type { Report, Row } from "../report.ts";
import { alone, interleave, type BenchOptions, type Sample } from "../rounds.ts";
import type { Direction, Tapped } from "./tap.ts";

const command = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));
const game = fileURLToPath(new URL("../../games/realm", import.meta.url));
const tap = new URL("tap.ts", import.meta.url).href;
const settleMs = 3_000;
const kib = 1024;

interface Planned {
  readonly name: string;
  readonly direction: "up" | "down";
  readonly kinds: readonly string[];
  /** The seed's table: bytes, and times a second. */
  readonly bytes?: number;
  readonly perSecond?: number;
  readonly bytesMax?: number;
  /** Where the seed gives one. */
  readonly range?: string;
}

/** What the seed plans, and what else we send. Its StateUpdate and GameEvent are ranges: the middle it reckons with. */
const planned: readonly Planned[] = [
  {
    name: "PlayerInput",
    direction: "up",
    kinds: ["input"],
    bytes: 50,
    perSecond: 10,
    bytesMax: 50,
  },
  {
    name: "Heartbeat",
    direction: "up",
    kinds: ["ping", "pong"],
    bytes: 4,
    perSecond: 1,
    bytesMax: 4,
  },
  { name: "ack", direction: "up", kinds: ["ack"] },
  {
    name: "StateUpdate",
    direction: "down",
    kinds: ["snapshot"],
    bytes: 200,
    perSecond: 10,
    bytesMax: 500,
    range: "100 to 500",
  },
  {
    name: "GameEvent",
    direction: "down",
    kinds: ["event"],
    bytes: 100,
    perSecond: 5,
    bytesMax: 200,
    range: "50 to 200",
  },
  { name: "Heartbeat", direction: "down", kinds: ["ping", "pong"], bytes: 4, perSecond: 1 },
  { name: "ActionConfirm", direction: "down", kinds: ["confirm"], bytes: 20, bytesMax: 20 },
  { name: "document", direction: "down", kinds: ["document"] },
  {
    name: "chat, doors, errors",
    direction: "down",
    kinds: ["chat", "joined", "left", "notice", "error"],
  },
];

/** What each kind of message weighs in the game `realm`, played by bots, beside what the seed reckons with. */
export async function messages({ runs, quick }: BenchOptions): Promise<Report> {
  const players = quick ? 8 : 60;
  const seconds = quick ? 8 : 30;
  const samples = await interleave(`realm, ${players} bots`, runs, {
    binary: () => play(players, seconds, "binary"),
    msgpack: () => play(players, seconds, "msgpack"),
    json: () => play(players, seconds, "json"),
  });
  const { binary } = samples;
  const rows: Row[] = planned.flatMap((kind) => rowsOf(kind, binary));
  const total = (name: string, key: string): Row => ({
    case: "all, with the heads of frames",
    metric: name,
    unit: "KiB/s",
    ...alone(binary, key),
  });
  rows.push(
    total("up per player", "up"),
    total("down per player", "down"),
    { ...total("per player", "total"), peer: 3, bound: { of: "ours", max: 5 } },
    { ...total("per player in realm.msgpack", "total"), ...alone(samples.msgpack, "total") },
    { ...total("per player in realm.json", "total"), ...alone(samples.json, "total") },
  );
  const named = planned.filter(({ bytes }) => bytes !== undefined);
  const svg = barChart({
    title: `What a player of realm sends and receives (${players} bots)`,
    y: "B/s",
    bars: ["measured", "the seed's plan"],
    groups: named
      .filter(({ perSecond }) => perSecond !== undefined)
      .map((kind) => ({
        name: `${kind.name} ${kind.direction}`,
        values: [
          alone(binary, `${kind.name} ${kind.direction} flow`).ours * kib,
          kind.bytes! * kind.perSecond!,
        ],
      })),
  });
  return { bench: "messages", rows, plots: [{ name: "messages", svg }] };
}

function rowsOf(kind: Planned, samples: readonly Sample[]): Row[] {
  const { name, direction, bytes, perSecond, bytesMax, range } = kind;
  const key = `${name} ${direction}`;
  const seed = range === undefined ? "" : `; the seed: ${range} B`;
  const about = `${direction}: ${kind.kinds.join(", ")}${seed}`;
  const row = (metric: string, unit: string, of: string, plan: number | undefined): Row => ({
    case: name,
    metric,
    unit,
    ...alone(samples, `${key} ${of}`),
    ...(plan === undefined ? {} : { peer: plan }),
    about,
  });
  const sum = bytes === undefined || perSecond === undefined ? undefined : bytes * perSecond;
  return [
    {
      ...row("payload", "B", "size", bytes),
      ...(bytesMax === undefined ? {} : { bound: { of: "ours", max: bytesMax } }),
    },
    row("per player", "1/s", "rate", perSecond),
    row("per player", "KiB/s", "flow", sum === undefined ? undefined : sum / kib),
  ];
}

/** Plays the game with the real commands; answers what went over the wire per player and second. */
async function play(
  players: number,
  seconds: number,
  encoding: "binary" | "msgpack" | "json",
): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), "realmwright-bench-"));
  const server = run(["start", game, "--port", "0"]);
  try {
    const url = await ready(server);
    const file = join(folder, "tap.json");
    const args = ["bots", String(players), "--url", url, "--game", game, "--encoding", encoding];
    const bots = run([...args, "--seconds", String(seconds), "--quiet"], ["--import", tap], {
      REALMWRIGHT_BENCH_TAP: JSON.stringify({ file, sockets: players, settleMs }),
    });
    const [code] = (await once(bots, "exit")) as [number | null];
    if (code !== 0) throw new Error(`the bots ended with ${String(code)}`);
    return sampleOf(JSON.parse(await readFile(file, "utf8")) as Tapped);
  } finally {
    server.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  args: readonly string[],
  flags: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, ...flags, command, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...variables },
  });
}

/** Where the server listens, as it says itself. */
async function ready(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const said = JSON.parse(line) as { event: string; url: string };
    if (said.event === "ready") return said.url;
  }
  throw new Error("the game ended before it was ready");
}

function sampleOf({ seconds, sockets, up, down }: Tapped): Sample {
  if (!(seconds > 0)) throw new Error("not all bots came in time");
  const sample: Record<string, number> = {};
  const each = seconds * sockets;
  for (const { name, direction, kinds } of planned) {
    const { count, bytes } = sum(direction === "up" ? up : down, kinds);
    sample[`${name} ${direction} size`] = count === 0 ? 0 : bytes / count;
    sample[`${name} ${direction} rate`] = count / each;
    sample[`${name} ${direction} flow`] = bytes / each / kib;
  }
  const perPlayer = ({ bytes }: Direction): number => bytes / each / kib;
  return {
    ...sample,
    up: perPlayer(up),
    down: perPlayer(down),
    total: perPlayer(up) + perPlayer(down),
  };
}

function sum({ kinds }: Direction, names: readonly string[]): { count: number; bytes: number } {
  const found = names.flatMap((name) => kinds[name] ?? []);
  return {
    count: found.reduce((total, kind) => total + kind.count, 0),
    bytes: found.reduce((total, kind) => total + kind.bytes, 0),
  };
}
