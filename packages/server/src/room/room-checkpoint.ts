import { cloneJson, restoreWorld, saveWorld } from "@realmwright/core/internal";
import { RealmError } from "@realmwright/protocol";
import type { StructCodec } from "@realmwright/protocol/internal";
import {
  type CheckpointState,
  type DocumentCheckpoint,
  invalid,
  readCheckpoint,
  type SeatCheckpoint,
  writeCheckpoint,
} from "./checkpoint-layout.ts";
import type { Answer } from "./answers.ts";
import type { InputQueueState, QueuedInput } from "./input-queue.ts";
import { RoomAuthority, type RoomAuthorityOptions } from "./room-authority.ts";
import type { RoomState } from "./room-state.ts";
import type { Seat } from "./seat.ts";

/**
 * Everything that a room is, between two ticks. What waits in its inbox is no part of it, nor is what it waits for. Throws `CHECKPOINT_INVALID` when
 * the game has put something into `room.state` that its schema does not allow.
 */
export function checkpoint(authority: RoomAuthority): Uint8Array {
  const room = authority.state;
  const { plan } = room;
  try {
    plan.stateCodec.check(room.state);
  } catch (cause) {
    throw invalid(`room.state of "${plan.name}" does not fit its schema`, cause);
  }
  return writeCheckpoint({
    room: plan.name,
    id: room.id,
    epoch: room.epoch,
    tick: room.tick,
    tickRate: plan.rates.tickRate,
    hash: plan.compiled.hash,
    locked: room.locked,
    permanent: room.permanent,
    ...(room.keptUntilTick > room.tick ? { keptUntilTick: room.keptUntilTick } : {}),
    random: room.random.save(),
    world: saveWorld(room.world),
    shared: saveDocument(room.shared),
    state: cloneJson(room.state),
    seats: [...room.seats.all()].map((seat) => saveSeat(room, seat)),
    reservations: room.reservations.save(),
    timers: room.timers.save(),
  });
}

function saveSeat(room: RoomState, seat: Seat): SeatCheckpoint {
  const queue = seat.queue.save();
  return {
    seat: seat.seat,
    account: seat.account,
    name: seat.name,
    role: seat.role,
    spectator: seat.spectator,
    graceEndTick: seat.graceEndTick,
    doorsShutUntilTick: seat.doorsShutUntilTick,
    team: seat.team,
    entityId: seat.entity?.id ?? 0,
    view: seat.view,
    pins: [...seat.pins].filter((id) => room.world.isAlive(id)),
    document: saveDocument(seat.synced),
    queue: {
      ...queue,
      items: queue.items.map(({ seq, input, view, value }) => ({
        seq,
        input: room.plan.compiled.inputs[input]!.name,
        view,
        value: value as Record<string, unknown>,
      })),
    },
    answers: [...seat.answers.save(), ...lostAnswers(seat)],
  };
}

/** The code that would answer what is open does not survive, so nobody knows what became of it. */
function lostAnswers(seat: Seat): Answer[] {
  return [...seat.open].map((seq) => ({ seq, code: "ANSWER_LOST" }));
}

function saveDocument(of: { version: number; value: object }): DocumentCheckpoint {
  return { version: of.version, value: of.value as Record<string, unknown> };
}

/**
 * A room from its checkpoint: as it was, under another game definition if need be. What the definition no longer has is
 * left out, what it has anew starts at its default. Runs `setup`, not `create`. Connected seats stay connected; the first
 * frame is a keyframe. Throws `CHECKPOINT_INVALID`, `LIMIT_REACHED` when there are more entities than the room may have now,
 * or `ROOM_FAILED` when `setup` throws.
 */
export function restore(
  bytes: Uint8Array,
  options: Omit<RoomAuthorityOptions, "id" | "epoch" | "permanent" | "shared" | "state">,
): RoomAuthority {
  const saved = readCheckpoint(bytes);
  const { plan, log } = options;
  const lost: string[] = [];
  const authority = new RoomAuthority({
    ...options,
    id: saved.id,
    epoch: saved.epoch + 1,
    permanent: saved.permanent,
    shared: {
      version: saved.shared.version + 1,
      value: fitted(plan.sharedCodec, saved.shared.value, "document", lost),
    },
    state: fitted(plan.stateCodec, saved.state, "state", lost),
  });
  const room = authority.state;
  room.tick = saved.tick;
  room.locked = saved.locked;
  room.random.restore(saved.random);
  lost.push(...restoreWorld(room.world, saved.world, plan.maxEntities));
  const later = rescaled(saved, plan.rates.tickRate);
  room.keptUntilTick = later(saved.keptUntilTick ?? 0);
  for (const seat of saved.seats) restoreSeat(room, seat, later, lost);
  restoreTimes(room, saved, later, lost);
  if (lost.length > 0) {
    log.warn("A restored room left out what its schema no longer has.", { room: room.id, lost });
  }
  authority.restored();
  return authority;
}

function restoreSeat(
  room: RoomState,
  saved: SeatCheckpoint,
  later: (tick: number) => number,
  lost: string[],
): void {
  const { seat: number, document } = saved;
  if (room.seats.get(number) !== undefined) throw invalid(`seat ${number} is in it twice`);
  const seat = room.seat(number, saved, saved.spectator, {
    version: document.version + 1,
    value: fitted(room.plan.privateCodec, document.value, `seat ${number} document`, lost),
  });
  seat.isSettled = true;
  seat.place = "in";
  seat.team = saved.team;
  seat.entityId = saved.entityId;
  seat.doorsShutUntilTick = later(saved.doorsShutUntilTick);
  if (saved.graceEndTick !== undefined) seat.graceEndTick = later(saved.graceEndTick);
  if (saved.view !== undefined) {
    seat.view = saved.view;
    room.writer.viewpoint(number, saved.view);
  }
  for (const id of saved.pins) {
    if (!room.world.isAlive(id)) continue;
    seat.pins.add(id);
    room.writer.pin(number, id, true);
  }
  seat.answers.restore(saved.answers);
  seat.queue.restore(restoreQueue(room, seat, saved, lost));
}

/** Inputs that no longer fit are answered when they come again: nobody would hear of it now. */
function restoreQueue(
  room: RoomState,
  seat: Seat,
  saved: SeatCheckpoint,
  lost: string[],
): InputQueueState {
  const items: QueuedInput[] = [];
  for (const item of saved.queue.items) {
    const input = room.plan.compiled.input(item.input);
    if (input === undefined || !passes(input.codec, item.value)) {
      lost.push(`seat ${saved.seat} input ${item.input}`);
      seat.answers.add({ seq: item.seq, code: "INPUT_INVALID" });
      continue;
    }
    items.push({ seq: item.seq, input: input.index, view: item.view, value: item.value });
  }
  return { ...saved.queue, items };
}

function restoreTimes(
  room: RoomState,
  saved: CheckpointState,
  later: (tick: number) => number,
  lost: string[],
): void {
  const { next, held } = saved.reservations;
  room.reservations.restore({
    next,
    held: held.map((one) => ({ ...one, endTick: later(one.endTick) })),
  });
  const known = room.plan.options.timers ?? {};
  const waiting = saved.timers.waiting.flatMap((timer) => {
    if (Object.hasOwn(known, timer.name)) {
      const { id, name, data } = timer;
      return [{ id, name, data, dueTick: Math.max(saved.tick + 1, later(timer.dueTick)) }];
    }
    lost.push(`timer ${timer.name}`);
    return [];
  });
  room.timers.restore({ nextId: saved.timers.nextId, waiting });
}

/** Ticks of the saved rate after the checkpoint, as ticks of the new rate. */
function rescaled(saved: CheckpointState, tickRate: number): (tick: number) => number {
  const { tick, tickRate: before } = saved;
  return (at) => (at <= tick ? at : tick + Math.ceil(((at - tick) * tickRate) / before));
}

/** A saved record as its schema wants it now: field by field, the default for what is missing or does not fit. */
function fitted(
  codec: StructCodec,
  saved: Record<string, unknown>,
  what: string,
  lost: string[],
): Record<string, unknown> {
  const value = cloneJson(codec.defaultValue);
  for (const key of Object.keys(saved)) {
    const isKnown = Object.hasOwn(value, key);
    if (isKnown && passes(codec, { ...codec.defaultValue, [key]: saved[key] })) {
      value[key] = saved[key];
    } else lost.push(`${what} ${key}`);
  }
  return value;
}

function passes(codec: StructCodec, value: Record<string, unknown>): boolean {
  try {
    codec.check(value);
    return true;
  } catch (error) {
    if (error instanceof RealmError) return false;
    throw error;
  }
}
