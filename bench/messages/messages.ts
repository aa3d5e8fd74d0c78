import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { barChart } from "../plot.ts";
import type { Report, Row } from "../report.ts";
import { alone, highest, interleave, type BenchOptions, type Sample } from "../rounds.ts";
import { kilobyte, planned, sampleOf, type Planned } from "./plan.ts";
import type { Tapped } from "./tap.ts";

const command = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));
const game = fileURLToPath(new URL("../../games/realm", import.meta.url));
const tap = new URL("tap.ts", import.meta.url).href;
const settleMs = 3_000;

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
    unit: "KB/s",
    ...alone(binary, key),
  });
  rows.push(
    {
      case: "the seed's table",
      metric: "kinds that never came",
      unit: "",
      ours: highest(binary, "unseen"),
      bound: { of: "ours", max: 0 },
      about: "the worst of the runs",
    },
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
          alone(binary, `${kind.name} ${kind.direction} flow`).ours * kilobyte,
          kind.bytes! * kind.perSecond!,
        ],
      })),
  });
  return { bench: "messages", rows, plots: [{ name: "messages", svg }] };
}

function rowsOf(kind: Planned, samples: readonly Sample[]): Row[] {
  const { name, direction, bytes, perSecond, bytesMax, range, note } = kind;
  const key = `${name} ${direction}`;
  const seed = range === undefined ? "" : `; the seed: ${range} B`;
  const more = note === undefined ? "" : `; ${note}`;
  const about = `${direction}: ${kind.kinds.join(", ")}${seed}${more}`;
  const row = (metric: string, unit: string, of: string, plan: number | undefined): Row => ({
    case: name,
    metric,
    unit,
    ...alone(samples, `${key} ${of}`),
    ...(plan === undefined ? {} : { peer: plan }),
    about,
  });
  const bound: Pick<Row, "bound"> =
    bytesMax === undefined ? {} : { bound: { of: "ours", max: bytesMax } };
  const sum = bytes === undefined || perSecond === undefined ? undefined : bytes * perSecond;
  return [
    { ...row("payload", "B", "size", bytes), ...bound },
    {
      ...row("largest payload", "B", "largest", bytesMax),
      ours: highest(samples, `${key} largest`),
      ...bound,
    },
    row("per player", "1/s", "rate", perSecond),
    row("per player", "KB/s", "flow", sum === undefined ? undefined : sum / kilobyte),
  ];
}

/** Plays the game with the real commands; answers what went over the wire per player and second. */
export async function play(
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
