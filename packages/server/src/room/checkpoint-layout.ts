import { crc32 } from "node:zlib";
import type { Point } from "@realmwright/core";
import type { WorldState } from "@realmwright/core/internal";
import { type EntityId, RealmError } from "@realmwright/protocol";
import {
  ByteReader,
  ByteWriter,
  readMessagePack,
  writeMessagePack,
} from "@realmwright/protocol/internal";
import { z } from "zod";
import type { Answer } from "./answers.ts";
import type { InputQueueState } from "./input-queue.ts";
import type { Reservation } from "./reservations.ts";
import type { Timer } from "./timers.ts";

/*
 * A room's checkpoint:
 *
 *   bytes    content
 *   0–3      "RWC" and the version of this layout
 *   4–7      CRC-32 of what follows
 *   8…       MessagePack of a map, described below
 *
 * Types, fields, inputs and timers stand in it by name, so that a room whose schema has changed can take it.
 */

const checkpointVersion = 1;

type Named = Record<string, unknown>;

/** What a checkpoint says. */
export interface CheckpointState {
  readonly room: string;
  readonly id: string;
  readonly epoch: number;
  readonly tick: number;
  /** Ticks per second, so that waits keep their length under another rate. */
  readonly tickRate: number;
  /** Hash of the schema's replicated part. */
  readonly hash: string;
  readonly locked: boolean;
  readonly permanent: boolean;
  /** Of a room in which nobody has been yet. */
  readonly keptUntilTick?: number | undefined;
  readonly random: [number, number, number, number];
  readonly world: WorldState;
  readonly shared: DocumentCheckpoint;
  readonly state: Named;
  readonly seats: readonly SeatCheckpoint[];
  readonly reservations: { readonly next: number; readonly held: readonly Reservation[] };
  readonly timers: { readonly nextId: number; readonly waiting: readonly Timer[] };
}

export interface DocumentCheckpoint {
  readonly version: number;
  readonly value: Named;
}

export interface SeatCheckpoint {
  readonly seat: number;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly spectator: boolean;
  readonly graceEndTick?: number | undefined;
  readonly doorsShutUntilTick: number;
  readonly team: number;
  readonly entityId: EntityId;
  readonly view?: EntityId | Point | undefined;
  readonly pins: readonly EntityId[];
  readonly document: DocumentCheckpoint;
  /** As the queue says it, but inputs by name. */
  readonly queue: Omit<InputQueueState, "items"> & { readonly items: readonly InputCheckpoint[] };
  readonly answers: readonly Answer[];
}

export interface InputCheckpoint {
  readonly seq: number;
  readonly input: string;
  readonly view: number;
  readonly value: Named;
}

const count = z.int().min(0);
const named = z.record(z.string(), z.unknown());
const slot = count.max(0xffff);
const point = z.object({ x: z.number(), y: z.number() });

const documentState = z.object({ version: count, value: named });

const queuedInput = z.object({
  seq: count,
  input: z.string(),
  view: z.number(),
  value: named,
});

const seatState = z.object({
  seat: count,
  account: z.string(),
  name: z.string(),
  role: z.string(),
  spectator: z.boolean(),
  graceEndTick: count.optional(),
  doorsShutUntilTick: count,
  team: count.max(0xffff),
  entityId: count,
  view: z.union([count, point]).optional(),
  pins: z.array(count),
  document: documentState,
  queue: z.object({
    items: z.array(queuedInput),
    credit: z.number().min(0),
    emptyTicks: count,
    lastSeq: count,
    lastPredicted: count,
    served: count,
  }),
  answers: z.array(
    z.object({ seq: count, code: z.string().optional(), text: z.string().optional() }),
  ),
});

const entityState = z.object({
  slot,
  generation: slot,
  owner: z.int().min(-1),
  team: count.max(0xffff),
  seat: z.int().min(-1),
  audience: count.max(3),
  fields: named,
});

const checkpointState: z.ZodType<CheckpointState> = z.object({
  room: z.string(),
  id: z.string(),
  epoch: count,
  tick: count,
  tickRate: z.number().positive(),
  hash: z.string(),
  locked: z.boolean(),
  permanent: z.boolean(),
  keptUntilTick: count.optional(),
  random: z.tuple([count, count, count, count]),
  world: z.object({
    entities: z.record(z.string(), z.array(entityState)),
    free: z.array(z.tuple([slot, slot])),
  }),
  shared: documentState,
  state: named,
  seats: z.array(seatState),
  reservations: z.object({
    next: count,
    held: z.array(z.object({ name: z.string(), account: z.string(), endTick: count })),
  }),
  timers: z.object({
    nextId: count,
    waiting: z.array(
      z.object({ id: count, dueTick: count, name: z.string(), data: z.unknown().optional() }),
    ),
  }),
});

const magic = [0x52, 0x57, 0x43, checkpointVersion];
const headBytes = 8;
const depthMax = 32;

export function writeCheckpoint(state: CheckpointState): Uint8Array {
  const out = new ByteWriter(4096);
  for (const byte of magic) out.u8(byte);
  out.u32(0);
  writeMessagePack(state, out);
  const bytes = out.toBytes();
  const sum = crc32(bytes.subarray(headBytes));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, sum, true);
  return bytes;
}

/** Throws `CHECKPOINT_INVALID` for anything that `writeCheckpoint` of this version did not write. */
export function readCheckpoint(bytes: Uint8Array): CheckpointState {
  if (bytes.length < headBytes) throw invalid("it is too short");
  const head = new ByteReader(bytes, 0, headBytes);
  for (const byte of magic) {
    if (head.u8() !== byte) throw invalid(`it is none, or not of version ${checkpointVersion}`);
  }
  const body = bytes.subarray(headBytes);
  if (head.u32() !== crc32(body)) throw invalid("its checksum is wrong");
  let value: unknown;
  try {
    value = readMessagePack(body, depthMax);
  } catch (cause) {
    throw invalid("its contents can not be read", cause);
  }
  const parsed = checkpointState.safeParse(value);
  if (!parsed.success) throw invalid("its contents have another shape", parsed.error);
  return parsed.data;
}

export function invalid(detail: string, cause?: unknown): RealmError {
  return new RealmError("CHECKPOINT_INVALID", cause === undefined ? { detail } : { detail, cause });
}
