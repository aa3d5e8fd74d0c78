import { Random } from "@realmwright/core";
import type { InterestShape } from "../model/rules.ts";
import { Happenings } from "./happenings.ts";
import type { ClientOp, ClientScript, CounterStart, Op, RoomScript, Script } from "./script.ts";

export interface Wish {
  readonly link: "local" | "bus";
  readonly ticks: number;
  readonly clients: number;
}

/** Ticks at the end of a run in which all is calm. */
const calmTicks = 60;

/** Everything that is to happen in a run, from a number. */
export function generate(seed: number, wish: Wish): Script {
  const random = new Random(seed);
  const isBus = wish.link === "bus";
  const tickRate = random.pick([20, 20, 20, 30]);
  const clients = Array.from({ length: wish.clients }, (_, client) => clientOf(random, client));
  const rooms = roomsOf(random, tickRate, wish);
  const isTight = rooms.some(({ interest }) => (interest?.bytesPerSecond ?? Infinity) < 65_536);
  for (const [i, client] of clients.entries()) {
    // the sizes of its snapshots can not be told apart
    const isBlind = isTight && client.kind === "sdk" && client.encoding === "binary";
    if (isBlind) clients[i] = { ...client, encoding: "msgpack" };
  }
  // much to look through for everyone, so not too often
  const hasRubble = random.chance(0.15);
  if (hasRubble) rooms[1] = { ...rooms[1]!, sendRate: random.pick([5, tickRate / 2]) };
  const happenings = new Happenings(random, rooms, wish.clients);
  const last = wish.ticks - calmTicks;
  const ops: Op[] = happenings.begin();
  if (hasRubble) ops.push(...happenings.rubble("hall", random.integer(1500, 1700)));
  const flickers = random.chance(0.3);
  if (flickers) {
    ops.push(...happenings.flicker(last));
    clients[watcher] = { ...clients[watcher]!, ...steady, kind: "thin" };
  }
  if (random.chance(0.3)) {
    // so often through doors that the numbers of its memberships come round
    clients[0] = { ...clients[0]!, ...steady, encoding: "binary" };
    ops.push(...happenings.commute(0, 30, last - 6));
  }
  for (const { client, delayMs } of clients) {
    if (delayMs !== steady.delayMs) ops.push(...comings(random, client, last));
    else ops.push({ at: 1, do: "enter", client, room: "field", spectate: false });
  }
  for (let at = 2; at < last; at++) {
    const now = happenings.tick(at);
    ops.push(...(flickers ? now.filter((op) => !disturbs(op)) : now));
  }
  if (flickers) {
    const from = { x: 1, y: 1 };
    ops.push({ at: 10, do: "look", room: "field", client: watcher, from });
  }
  return {
    seed,
    ticks: wish.ticks,
    calmFrom: last,
    link: wish.link,
    edges: isBus ? 2 : 1,
    bus: isBus
      ? {
          delayMs: random.pick([0, 5, 40]),
          jitterMs: random.pick([0, 10, 60]),
          frameLossRate: random.pick([0, 0.005, 0.02]),
        }
      : { delayMs: 0, jitterMs: 0, frameLossRate: 0 },
    rooms,
    clients,
    ops: ops.sort((a, b) => a.at - b.at),
  };
}

function roomsOf(random: Random, tickRate: number, wish: Wish): RoomScript[] {
  const sendRates = tickRate === 20 ? [20, 20, 10, 5] : [15, 10];
  const isAged = random.chance(0.25);
  const room = (name: string, interest: InterestShape | undefined): RoomScript => ({
    name,
    tickRate,
    sendRate: random.pick(sendRates),
    maxEntities: 4000,
    ...(interest === undefined ? {} : { interest }),
    ...(isAged ? { start: startOf(random, wish) } : {}),
  });
  const field = room("field", interestOf(random));
  const hall = room("hall", random.chance(0.5) ? undefined : interestOf(random));
  return [field, withSeqNear(hall, field)];
}

/** Who goes from room to room goes on counting, so no room's numbers are half of all numbers away from another's. */
function withSeqNear(room: RoomScript, other: RoomScript): RoomScript {
  if (room.start === undefined || other.start === undefined) return room;
  const ahead = room.start.seq - other.start.seq;
  if (Math.abs(ahead) < 2 ** 30) return room;
  const seq = room.start.seq - Math.sign(ahead) * 2 ** 31;
  return { ...room, start: { ...room.start, seq } };
}

/** Counters that come to their ends in the run, or to where they need another bit. */
function startOf(random: Random, { ticks, clients }: Wish): CounterStart {
  const soon = (end: number, most = 200): number => end - random.integer(1, most);
  // that of ticks is never reached
  const ends = [2 ** 30, 2 ** 31, 2 ** 32, 2 ** 45 - ticks];
  return {
    tick: soon(random.pick(ends)),
    epoch: random.pick([2 ** 31, 2 ** 32]) - 1,
    generation: 32_767 - random.integer(0, 3),
    version: soon(random.pick([2 ** 31, 2 ** 32]), 20),
    held: Array.from({ length: clients }, (_, client) => client).filter(() => random.chance(0.3)),
    seq: soon(random.pick([2 ** 31, 2 ** 32])),
  };
}

function interestOf(random: Random): InterestShape {
  // more to see than there are bytes for
  const isTight = random.chance(0.3);
  const enter = isTight ? random.integer(50, 70) : random.integer(25, 60);
  return {
    enter,
    leave: enter * random.pick([1.1, 1.2, 1.25]),
    nearest: isTight ? 100 : random.pick([6, 12, 30, 60, 100]),
    dwellMs: random.pick([0, 400, 1000]),
    bytesPerSecond: isTight ? random.pick([300, 1000, 2000]) : 65_536,
  };
}

function clientOf(random: Random, client: number): ClientScript {
  return {
    client,
    kind: random.chance(0.15) ? "sdk" : "thin",
    encoding: random.pick(["binary", "binary", "json", "msgpack"] as const),
    delayMs: random.pick([0, 10, 40, 120]),
    jitterMs: random.pick([0, 5, 40]),
    lossRate: random.chance(0.2) ? 0.02 : 0,
    bytesPerSecond: random.chance(0.1) ? random.pick([4000, 20_000]) : null,
    acknowledges: random.chance(0.8),
  };
}

/** Where things flicker this client sees all of it. */
const watcher = 1;

function disturbs(op: Op): boolean {
  const isAway = op.do === "door" || op.do === "kick" || op.do === "look";
  return isAway && op.client === watcher;
}

/** A connection to which nothing happens. */
const steady = {
  delayMs: 1,
  jitterMs: 0,
  lossRate: 0,
  bytesPerSecond: null,
  acknowledges: true,
} as const;

/** How one client comes, goes, falters and comes back. */
function comings(random: Random, client: number, last: number): Op[] {
  const ops: Op[] = [];
  const add = (at: number, op: ClientOp): void => void ops.push({ at: Math.round(at), ...op });
  const start = random.integer(1, 60);
  const isWatcher = random.chance(0.1);
  const room = random.pick(["field", "field", "hall"]);
  add(start, { do: "enter", client, room, spectate: isWatcher });
  if (random.chance(0.2)) {
    const other = room === "field" ? "hall" : "field";
    add(start + random.integer(5, 200), { do: "enter", client, room: other, spectate: true });
  }
  for (let at = start + random.integer(30, 150); at < last - 80; at += random.integer(40, 260)) {
    const what = random.unit();
    if (what < 0.35) {
      add(at, { do: "break", client, ticks: random.integer(1, 60), resumes: random.chance(0.8) });
    } else if (what < 0.6) add(at, { do: "stall", client, ticks: random.integer(5, 70) });
    else if (what < 0.7) {
      add(at, { do: "exit", client, room });
      add(at + random.integer(1, 30), { do: "enter", client, room, spectate: false });
    } else if (what < 0.72 && at + 130 < last) add(at, { do: "stall", client, ticks: 130 });
  }
  for (let at = start + random.integer(5, 60); at < last; at += random.integer(10, 80)) {
    add(at, { do: "walk", client, dx: random.pick([0, 0, 1, -0.5]) });
    const [pick, refuse] = [random.integer(0, 99), random.chance(0.2)];
    add(at + 3, { do: "poke", client, pick, refuse });
  }
  add(last, { do: "walk", client, dx: 0 });
  return ops;
}
