import { wait, withChildren } from "../children.ts";
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
  /** Per client, as TCP carries them. */
  readonly bytesPerSecond: number;
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
  /** Watched players who saw no effect of any input of theirs. */
  readonly blind: number;
  /** Connections that ended, from the first that was opened to the end. */
  readonly lost: number;
};

export const secret = "the bench's own secret, which is nobody's";
/** So many clients decode everything. */
const watched = 48;

/** Starts a server and its clients, measures them, and ends them all. */
export async function play(side: Side, scene: Scene, pace: Pace): Promise<Trial> {
  return await withChildren(async (start) => {
    const { players } = scene;
    const server = start(scriptOf(side), { ...side, scene, secret });
    const { port } = await server.answer<{ port: number }>("listening");
    const clients = clientsOf(side, { port, players, shares: pace.processes }).map((about) =>
      start(clientScript, about),
    );
    await Promise.all(clients.map((client) => client.answer("joined")));
    await wait(pace.settleMs);
    for (const child of [server, ...clients]) child.tell("begin");
    await wait(pace.measureMs);
    const [spent, ...seen] = await Promise.all([
      server.ask<ServerFigures>("end", "figures"),
      ...clients.map((client) => client.ask<ClientFigures>("end", "figures")),
    ]);
    return trialOf(scene, spent, seen);
  });
}

export const clientScript: URL = new URL("clients.ts", import.meta.url);

/** The settings of client processes, who share the players among them. */
export function clientsOf(
  side: Side,
  about: { readonly port: number; readonly players: number; readonly shares: number },
): ClientSettings[] {
  const kind: Kind = side.name === "ours" ? "realm" : side.name;
  const watchEvery = Math.max(1, Math.floor(about.players / watched));
  return Array.from({ length: about.shares }, (_, share) => ({
    kind,
    secret,
    share,
    watchEvery,
    ...about,
  }));
}

/** The server of a side. */
export function scriptOf(side: Side): URL {
  if (side.name === "ours") return new URL("server.ts", import.meta.url);
  return peer(side.name === "floor" ? "floor" : "colyseus-room");
}

/** The value below which a share of the values lies. NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function trialOf(scene: Scene, server: ServerFigures, clients: ClientFigures[]): Trial {
  const { players, visible } = scene;
  const latencies = clients.flatMap((client) => client.latencies);
  const seconds = clients[0]!.seconds;
  const per = (of: (client: ClientFigures) => number): number =>
    clients.reduce((sum, client) => sum + of(client), 0) / (players * seconds);
  return {
    players,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    bytesPerSecond: per(({ bytesIn }) => bytesIn),
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
    blind: clients.reduce((sum, { blind }) => sum + blind, 0),
    lost: clients.reduce((sum, { lost }) => sum + lost.length, 0),
  };
}
