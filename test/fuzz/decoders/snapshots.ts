import type { Random } from "@realmwright/core";
import { Replica } from "@realmwright/core/internal";
import type { ErrorCode, ReadableSnapshot } from "@realmwright/protocol";
import { BitReader, BitWriter, codecs, Problems } from "@realmwright/protocol/internal";
import { mutateBytes, randomBytes } from "../support/byte-mutation.ts";
import { wireRoom } from "../support/game.ts";
import { jsonText } from "../support/json-text.ts";
import { refusal } from "../support/reason.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { mutateTree, treeOf } from "../support/tree.ts";

const allowed: readonly ErrorCode[] = ["DECODE_INVALID", "DECODE_TRUNCATED"];
/** Snapshots that are applied as they are before the changed one, at most. */
const PREFIX_MAX = 12;
const HANDLES_MAX = 1023;

const freshReplica = (): Replica => new Replica(wireRoom, { tickRate: 20, sendRate: 20 });

/** The reader of packed snapshots, in the middle of a real stream. */
export class PackedSnapshotTarget implements Target {
  readonly name = "snapshot.packed";
  readonly share = 1;
  readonly headersMin = 0.2;
  readonly #streams: readonly (readonly Uint8Array[])[];

  constructor(streams: readonly (readonly Uint8Array[])[]) {
    this.#streams = streams;
  }

  one(random: Random): Outcome {
    const stream = random.pick(this.#streams);
    const replica = freshReplica();
    // the first one, with all that is in sight, is the richest
    const at = random.chance(0.3) ? 0 : random.integer(1, Math.min(PREFIX_MAX, stream.length - 2));
    for (let i = 0; i < at; i++) replica.applyBinary(new BitReader(stream[i]));
    const choice = random.unit();
    if (choice < 0.1) {
      const reason = apply(replica, stream[at]!);
      if (reason !== undefined)
        throw new Finding(`a valid one was refused: ${reason}`, stream[at]!);
      return { bytes: stream[at]!.length, headers: 1, reason };
    }
    const other = random.pick(random.pick(this.#streams));
    const valid = random.pick([stream[at]!, stream[at]!, stream[at + 1]!, other]);
    const data =
      choice < 0.55
        ? mutateBytes(valid, random, other)
        : choice < 0.85
          ? shifted(valid, random)
          : randomBytes(random, 64);
    const before = replica.tick;
    const reason = apply(replica, data);
    const headers = reason === undefined || replica.tick !== before ? 1 : 0;
    // whoever goes on after a damaged one is lost, but must not be harmed
    if (random.chance(0.25)) apply(replica, stream[at + 1]!);
    return { bytes: data.length, headers, reason };
  }

  replay(input: Uint8Array): string | undefined {
    return apply(freshReplica(), input);
  }
}

/** The same bits with some of them overwritten, or with some taken out and others put in: all that follows is shifted. */
function shifted(bytes: Uint8Array, random: Random): Uint8Array {
  const from = new BitReader(bytes);
  const out = new BitWriter();
  const at = random.integer(0, Math.max(0, from.remaining - 1));
  for (let i = 0; i < at; i++) out.bit(from.bit());
  const width = random.chance(0.5) ? random.integer(8, 14) : random.integer(1, 32);
  const gone = random.chance(0.5) ? width : random.integer(0, 12);
  for (let i = 0; i < gone && from.remaining > 0; i++) from.bit();
  out.bits(random.pick([0, -1, -1, random.uint32()]), width);
  while (from.remaining > 0) out.bit(from.bit());
  return out.toBytes();
}

function apply(replica: Replica, data: Uint8Array): string | undefined {
  try {
    replica.applyBinary(new BitReader(data));
  } catch (error) {
    return refusal(error, allowed, data);
  } finally {
    check(replica, data);
  }
  return undefined;
}

/** Whatever came, what the game sees of the room is of the schema's kind. */
function check(replica: Replica, data: Uint8Array): void {
  if (replica.entities.size > HANDLES_MAX) throw new Finding("more entities than handles", data);
  for (const [handle, entity] of replica.entities) {
    if (entity.id !== handle) throw new Finding(`entity ${entity.id} under ${handle}`, data);
    for (const [f, field] of entity.compiled.fixed.entries()) {
      const q = entity.q[f]!;
      if (!field.isRef && !field.fixed?.isValid(q)) {
        throw new Finding(`${field.name} has the quantum ${q}`, data);
      }
    }
    for (const [b, field] of entity.compiled.blobs.entries()) {
      const problems = new Problems();
      field.blob?.check(entity.blobs[b], "", problems);
      if (problems.list.length > 0) {
        throw new Finding(`${field.name} is not ${problems.list[0]?.expected}`, data);
      }
    }
  }
}

const utf8 = new TextEncoder();

/** The reader of snapshots in words, behind the decoder of JSON that comes before it. */
export class ReadableSnapshotTarget implements Target {
  readonly name = "snapshot.readable";
  readonly share = 0.25;
  readonly headersMin = 0.2;
  readonly #streams: readonly (readonly object[])[];

  constructor(streams: readonly (readonly object[])[]) {
    this.#streams = streams;
  }

  one(random: Random): Outcome {
    const stream = random.pick(this.#streams);
    const replica = freshReplica();
    const at = random.integer(0, Math.min(PREFIX_MAX, stream.length - 1));
    for (let i = 0; i < at; i++) replica.applyReadable(stream[i] as ReadableSnapshot);
    if (random.chance(0.1)) {
      const input = utf8.encode(JSON.stringify({ type: "snapshot", payload: stream[at] }));
      const reason = read(replica, input);
      if (reason !== undefined) throw new Finding(`a valid one was refused: ${reason}`, input);
      return { bytes: input.length, headers: 1, reason };
    }
    const payload = structuredClone(stream[at]) as Wild;
    if (random.chance(0.5)) damage(payload, random);
    const other = treeOf(random.pick(random.pick(this.#streams)));
    const tree = random.chance(0.5) ? mutateTree(treeOf(payload), random, other) : treeOf(payload);
    const input = utf8.encode(`{"type":"snapshot","payload":${jsonText(tree, random)}}`);
    const reason = read(replica, input);
    return {
      bytes: input.length,
      headers: reason?.startsWith("MESSAGE_") === true ? 0 : 1,
      reason,
    };
  }

  replay(input: Uint8Array): string | undefined {
    return read(freshReplica(), input);
  }
}

interface Wild {
  enter?: Record<string, unknown>[];
  update?: Record<string, unknown>[];
  leave?: unknown[];
  self?: Record<string, unknown>;
}

/** Of all types, so that an entity may get a field that it has not. */
const fieldNames = wireRoom.entities.flatMap(({ fields }) => fields.map(({ name }) => name));

/** Gives an entity a value of another kind, or names one that is not there. */
function damage(payload: Wild, random: Random): void {
  const entries = [...(payload.enter ?? []), ...(payload.update ?? [])];
  const value = random.pick([null, true, -1, 0.5, 70_000, "x", "x".repeat(30), [], [9], {}]);
  switch (random.integer(0, 5)) {
    case 0:
      payload.leave = [random.pick([0, 1, 5, 1025, 65_535, value])];
      return;
    case 1:
      payload.self = { id: random.pick([0, 1025, 7, value]), x: value };
      return;
    case 2:
      payload.enter = [
        { id: random.integer(0, 3000), type: random.pick(["crate", "walker", "no"]) },
      ];
      return;
    case 3: {
      const wrong = random.pick([{ mood: "sad" }, { target: -1 }, { name: 5 }, { effects: [7] }]);
      payload.enter = [{ id: 3000, type: "walker", ...wrong }];
      return;
    }
    default: {
      const entry = entries.length === 0 ? {} : random.pick(entries);
      entry[random.pick(random.chance(0.3) ? fieldNames : Object.keys(entry))] = value;
    }
  }
}

function read(replica: Replica, input: Uint8Array): string | undefined {
  let payload: object | undefined;
  try {
    payload = codecs["realm.json"].decode(input, "server")[0]?.payload;
  } catch (error) {
    return refusal(error, ["MESSAGE_MALFORMED", "MESSAGE_TOO_LARGE"], input);
  }
  try {
    replica.applyReadable(payload as ReadableSnapshot);
  } catch (error) {
    return refusal(error, allowed, input);
  } finally {
    check(replica, input);
  }
  return undefined;
}
