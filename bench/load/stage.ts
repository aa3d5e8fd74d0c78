import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { peer } from "../peers.ts";
import type { ClientFigures, ClientSettings, Kind } from "./clients.ts";
import type { ServerFigures } from "./desk.ts";
import { freshness } from "./freshness.ts";
import { tickRate, type Scene } from "./scene.ts";

/** One side of the bench. */
export type Side =
  | { readonly name: "ours"; readonly edges: number }
  | { readonly name: "colyseus" }
  | { readonly name: "floor"; readonly isRaw: boolean; readonly bytes: number };

/** How long a trial takes. */
export interface Pace {
  readonly settleMs: number;
  readonly measureMs: number;
  readonly processes: number;
}

/** What was measured of one side in one scene. */
export type Trial = {
  readonly players: number;
  /** Milliseconds from an input to its effect. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** 1,024 bytes per second and client, as TCP carries them. */
  readonly kibPerSecond: number;
  readonly updatesPerSecond: number;
  /** Of the true nearest, those that clients hold no older than two ticks. */
  readonly present: number;
  /** Processor time of the server's process, all threads, per client and tick of 50 ms. */
  readonly cpuMicroseconds: number;
  readonly serverCpu: number;
  readonly serverLagMs: number;
  /** Of the busiest client process: share of a core, and how late its timers were. */
  readonly clientCpu: number;
  readonly clientLagMs: number;
  readonly lost: number;
};

const secret = "the bench's own secret, which is nobody's";
/** So many clients decode everything. */
const watched = 48;

/** Starts a server and its clients, measures them, and ends them all. */
export async function play(side: Side, scene: Scene, pace: Pace): Promise<Trial> {
  const children: ChildProcess[] = [];
  try {
    const { players } = scene;
    const server = start(scriptOf(side), { ...side, scene, secret });
    children.push(server);
    const { port } = await answer<{ port: number }>(server, "listening");
    const shares = pace.processes;
    const kind: Kind = side.name === "ours" ? "realm" : side.name;
    const watchEvery = Math.max(1, Math.floor(players / watched));
    const clients = Array.from({ length: shares }, (_, share) => {
      const about: ClientSettings = { kind, port, secret, players, share, shares, watchEvery };
      return start(new URL("clients.ts", import.meta.url), about);
    });
    children.push(...clients);
    await Promise.all(clients.map((client) => answer(client, "joined")));
    await wait(pace.settleMs);
    for (const child of children) child.send("begin");
    await wait(pace.measureMs);
    for (const child of children) child.send("end");
    const [spent, ...seen] = await Promise.all([
      answer<ServerFigures>(server, "figures"),
      ...clients.map((client) => answer<ClientFigures>(client, "figures")),
    ]);
    return trialOf(scene, spent, seen);
  } finally {
    await Promise.all(children.map(stop));
  }
}

function trialOf(scene: Scene, server: ServerFigures, clients: ClientFigures[]): Trial {
  const { players, visible } = scene;
  const latencies = clients.flatMap((client) => client.latencies).sort((a, b) => a - b);
  const seconds = clients[0]!.seconds;
  const per = (of: (client: ClientFigures) => number): number =>
    clients.reduce((sum, client) => sum + of(client), 0) / (players * seconds);
  return {
    players,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    kibPerSecond: per(({ bytesIn }) => bytesIn) / 1024,
    updatesPerSecond: per(({ updates }) => updates),
    present: freshness(
      server.truth,
      clients.flatMap(({ seen }) => seen),
      visible,
    ),
    cpuMicroseconds: (server.cpuMs * 1_000) / (players * seconds * tickRate),
    serverCpu: server.cpuMs / (seconds * 1_000),
    serverLagMs: server.lagP99Ms,
    clientCpu: Math.max(...clients.map(({ cpuMs }) => cpuMs)) / (seconds * 1_000),
    clientLagMs: Math.max(...clients.map(({ lagP99Ms }) => lagP99Ms)),
    lost: clients.reduce((sum, { lost }) => sum + lost.length, 0),
  };
}

function scriptOf(side: Side): URL {
  if (side.name === "ours") return new URL("server.ts", import.meta.url);
  return peer(side.name === "floor" ? "floor" : "colyseus-room");
}

function start(script: URL, settings: object): ChildProcess {
  return fork(fileURLToPath(script), [JSON.stringify(settings)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** The next message of a kind; rejects when the process ends before. */
function answer<T>(child: ChildProcess, type: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      if ((message as { type?: string }).type !== type) return;
      child.off("exit", onExit);
      child.off("message", onMessage);
      resolve(message as T);
    };
    const onExit = (code: number | null): void => {
      reject(new Error(`${child.spawnargs[2] ?? "a child"} ended with ${String(code)}`));
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGKILL");
  });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param sorted ascending */
function percentile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
