import { monitorEventLoopDelay } from "node:perf_hooks";
import { peer } from "../peers.ts";
import { settings } from "./desk.ts";
import { Watch, type Player, type PlayerOptions, type SeenTick } from "./player.ts";
import { RealmPlayer } from "./realm-player.ts";
import { headings, inputsPerSecond } from "./scene.ts";

/*
 * Load clients, in a process of their own that the bench has forked: they join, say so, and from then on steer at random
 * phases. They answer "begin" and "end" as servers do; on "still" some of them stop reading, on "silent" all of them do, and say
 * no more.
 */

export type Kind = "realm" | "colyseus" | "floor";

export interface ClientSettings {
  readonly kind: Kind;
  readonly port: number;
  readonly secret: string;
  /** Of all players, this process has those whose number leaves `share` when divided by `shares`. */
  readonly players: number;
  readonly share: number;
  readonly shares: number;
  /** One in so many decodes everything. */
  readonly watchEvery: number;
  /** One in so many will stop reading on "still", and gets the room's stream from the start. */
  readonly slowEvery?: number;
  /** They log in and join nothing. */
  readonly isIdle?: boolean;
}

/** Before this moment no client of a process had said its last, in milliseconds since 1970. */
export interface SilentFigures {
  readonly firstMs: number;
}

/** What the clients of one process saw between "begin" and "end". */
export interface ClientFigures {
  readonly latencies: readonly number[];
  readonly bytesIn: number;
  readonly updates: number;
  readonly cpuMs: number;
  readonly lagP99Ms: number;
  readonly seconds: number;
  readonly seen: readonly SeenTick[];
  /** Watched players who saw no effect of any input of theirs. */
  readonly blind: number;
  /** Why connections ended that should not have, at any time since they were opened. */
  readonly lost: readonly string[];
  /** The same of those who were to stop reading. */
  readonly lostSlow: readonly string[];
}

interface Steered {
  readonly player: Player;
  readonly watch: Watch | undefined;
  readonly isSlow: boolean;
  dueMs: number;
}

const about = settings<ClientSettings>();
const { isIdle = false, slowEvery } = about;
const periodMs = 1_000 / inputsPerSecond;
/** Handshakes of this process at once: a server lets few strangers of one address wait. */
const handshakes = 8;
/** An input that was not echoed within this time counts as one that took as long as it has waited. */
const lostMs = 250;

const crowd: Steered[] = [];
const lost: string[] = [];
const lostSlow: string[] = [];
const delay = monitorEventLoopDelay({ resolution: 1 });
let cpu = process.cpuUsage();
let bytesBefore = 0;
let updatesBefore = 0;
let beganMs = 0;
let steering: NodeJS.Timeout | undefined;

process.on("disconnect", () => process.exit(1));
process.on("message", (message) => {
  if (message === "begin") begin();
  else if (message === "end") process.send?.({ type: "figures", ...end() });
  else if (message === "still") {
    for (const { player, isSlow } of crowd) if (isSlow) player.stopReading();
  } else if (message === "silent") {
    clearInterval(steering);
    const figures: SilentFigures = { firstMs: performance.timeOrigin + performance.now() };
    for (const { player } of crowd) player.fallSilent();
    process.send?.({ type: "silent", ...figures });
  }
});

const join = await joinOf(about.kind);
const indices: number[] = [];
for (let i = about.share; i < about.players; i += about.shares) indices.push(i);
await Promise.all(Array.from({ length: handshakes }, async () => comeIn()));
delay.enable();
if (about.kind !== "floor" && !isIdle) steering = setInterval(steer, 2);
process.send?.({ type: "joined" });

async function comeIn(): Promise<void> {
  for (let index = indices.shift(); index !== undefined; index = indices.shift()) {
    const isSlow = slowEvery !== undefined && index % slowEvery === 0;
    const isWatched = index % about.watchEvery === about.watchEvery >> 1 && !isSlow;
    const isMute = about.kind === "floor" || isIdle;
    const watch = isWatched && !isMute ? new Watch(index + 1) : undefined;
    const player = await join({
      port: about.port,
      from: `127.0.0.${2 + about.share}`,
      index,
      secret: about.secret,
      watch,
      wantsStream: isSlow,
      isIdle,
      onClose: (why) => (isSlow ? lostSlow : lost).push(why),
    });
    const dueMs = performance.now() + Math.random() * periodMs;
    crowd.push({ player, watch, isSlow, dueMs });
  }
}

/** Those who are due steer; each keeps its own phase. */
function steer(): void {
  const nowMs = performance.now();
  for (const each of crowd) {
    if (each.dueMs > nowMs) continue;
    each.dueMs += periodMs * Math.max(1, Math.floor((nowMs - each.dueMs) / periodMs));
    const { player, watch } = each;
    const heading = watch?.echo.next() ?? Math.floor(Math.random() * headings);
    watch?.echo.sent(heading, performance.now());
    player.steer(heading);
  }
}

function begin(): void {
  for (const { watch } of crowd) {
    if (watch === undefined) continue;
    watch.echo.forget();
    watch.seen.length = 0;
    watch.isMeasuring = true;
  }
  bytesBefore = sum((player) => player.bytesIn);
  updatesBefore = sum((player) => player.updates);
  delay.reset();
  cpu = process.cpuUsage();
  beganMs = performance.now();
}

function end(): ClientFigures {
  const { user, system } = process.cpuUsage(cpu);
  const nowMs = performance.now();
  const watches = crowd.flatMap(({ watch }) => (watch === undefined ? [] : [watch]));
  return {
    latencies: watches.flatMap(({ echo }) => [...echo.latencies, ...echo.overdueMs(nowMs, lostMs)]),
    bytesIn: sum((player) => player.bytesIn) - bytesBefore,
    updates: sum((player) => player.updates) - updatesBefore,
    cpuMs: (user + system) / 1_000,
    lagP99Ms: delay.percentile(99) / 1e6,
    seconds: (nowMs - beganMs) / 1_000,
    seen: watches.flatMap(({ seen }) => seen),
    blind: watches.filter(({ echo }) => echo.latencies.length === 0).length,
    lost,
    lostSlow,
  };
}

function sum(of: (player: Player) => number): number {
  return crowd.reduce((total, { player }) => total + of(player), 0);
}

async function joinOf(kind: Kind): Promise<(options: PlayerOptions) => Promise<Player>> {
  if (kind === "realm") return (options) => RealmPlayer.join(options);
  // Whoever needs the peers' libraries lies among the peers.
  const module = (await import(peer(`${kind}-player`).href)) as {
    join: (options: PlayerOptions) => Promise<Player>;
  };
  return module.join;
}
