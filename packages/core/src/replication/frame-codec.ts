import { limits, RealmError } from "@realmwright/protocol";
import {
  BitReader,
  BitWriter,
  type ByteReader,
  type ByteWriter,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import type { JsonPatch } from "../documents/json-patch.ts";
import { slotsMax } from "../world/entity-id.ts";
import { enterStride, type EventBonds, type Frame, relationStride } from "./frame.ts";
import type { FloatList } from "./float-list.ts";
import type { IntList } from "./int-list.ts";

/*
 * A frame as bytes, for readers in another thread, process or machine. Both ends compile the same wire description.
 *
 *   u8 version · string room · varint epoch · varint tick · u8 flags (1 key, 2 send)
 *   leaves, enters, relations, served, pins: varint count of numbers, then each as zigzag varint
 *   changes: varint count of numbers, then each as zigzag varint
 *   precise: varint count of numbers, then each as float64
 *   blobs: varint count, each: slot, blob, length (varints), bytes
 *   seats: varint count, each: seat, flags (1 gone), entity + 1, team, viewpoint + 1 (varints), x, y (float64)
 *   confirms: varint count, each: seat, seq (varints), string code ("" = accepted), where it was refused: string text ("" = none)
 *   documents: varint count, each: seat + 1, version (varints), string value (JSON), string patch (JSON)
 *   events: varint count, each: event, audience, target + 1 (varints), x, y (float64), length (varint), bits by the codec
 */

const frameVersion = 2;
const stringBytesMax = 1 << 20;
/** Of a refusal's text in UTF-8. */
const textBytesMax = 3 * limits.errorTextCharacters.value;

/** Appends a frame to `out`. */
export function encodeFrame(frame: Frame, room: CompiledRoom, out: ByteWriter): void {
  out.u8(frameVersion);
  out.string(frame.room);
  out.varint53(frame.epoch);
  out.varint53(frame.tick);
  out.u8((frame.key ? 1 : 0) | (frame.send ? 2 : 0));
  for (const list of [frame.leaves, frame.enters, frame.relations, frame.served, frame.pins]) {
    writeInts(list, out);
  }
  writeInts(frame.changes, out);
  writeFloats(frame.precise, out);
  writeObjects(frame, room, out);
}

function writeInts(list: IntList, out: ByteWriter): void {
  out.varint(list.length);
  for (let i = 0; i < list.length; i++) out.zigzag(list.at(i));
}

function writeFloats(list: FloatList, out: ByteWriter): void {
  out.varint(list.length);
  for (let i = 0; i < list.length; i++) out.float64(list.items[i]!);
}

function writeObjects(frame: Frame, room: CompiledRoom, out: ByteWriter): void {
  out.varint(frame.blobs.length);
  for (const { slot, blob, bytes } of frame.blobs) {
    out.varint(slot);
    out.varint(blob);
    out.varint(bytes.length);
    out.bytes(bytes);
  }
  out.varint(frame.seats.length);
  for (const seat of frame.seats) {
    out.varint(seat.seat);
    out.u8(seat.gone ? 1 : 0);
    out.varint(seat.entity + 1);
    out.varint(seat.team);
    out.varint(seat.viewpoint + 1);
    out.float64(seat.x);
    out.float64(seat.y);
  }
  out.varint(frame.confirms.length);
  for (const { seat, seq, code = "", text = "" } of frame.confirms) {
    out.varint(seat);
    out.varint(seq);
    out.string(code);
    if (code !== "") out.string(text);
  }
  out.varint(frame.documents.length);
  for (const { seat, version, value, patch } of frame.documents) {
    out.varint(seat + 1);
    out.varint53(version);
    out.string(JSON.stringify(value));
    out.string(JSON.stringify(patch));
  }
  writeEvents(frame, room, out);
}

function writeEvents(frame: Frame, room: CompiledRoom, out: ByteWriter): void {
  const bits = new BitWriter(256);
  out.varint(frame.events.length);
  for (const event of frame.events) {
    out.varint(event.event);
    out.varint(event.audience);
    out.varint(event.target + 1);
    writeBonds(out, event.bonds);
    out.float64(event.x);
    out.float64(event.y);
    bits.reset();
    room.events[event.event]!.codec.write(bits, event.data as Record<string, unknown>);
    const length = bits.finish();
    out.varint(length);
    out.bytes(bits.buffer, 0, length);
  }
}

/** Reads one frame into `into`. Throws DECODE_INVALID or DECODE_TRUNCATED; `into` is worthless then. */
export function decodeFrame(from: ByteReader, room: CompiledRoom, into: Frame): void {
  into.clear();
  const version = from.u8();
  if (version !== frameVersion) throw invalid(`version ${version}`);
  into.room = from.string(256);
  into.epoch = from.varint53();
  into.tick = from.varint53();
  const flags = from.u8();
  into.key = (flags & 1) !== 0;
  into.send = (flags & 2) !== 0;
  for (const list of [into.leaves, into.enters, into.relations, into.served, into.pins]) {
    readInts(list, from);
  }
  readInts(into.changes, from);
  readFloats(into.precise, from);
  checkStrides(into);
  checkChanges(into, room);
  checkPrecise(into);
  readBlobs(into, room, from);
  readSeats(into, from);
  readConfirms(into, from);
  readDocuments(into, from);
  readEvents(into, room, from);
}

/** A count of things that each take at least `bytes`: more than the rest can hold is refused before any memory is taken. */
function count(from: ByteReader, bytes: number): number {
  const n = from.varint();
  if (n * bytes > from.remaining) throw invalid(`${n} items in ${from.remaining} bytes`);
  return n;
}

function readInts(list: IntList, from: ByteReader): void {
  const n = count(from, 1);
  for (let i = 0; i < n; i++) list.push(from.zigzag());
}

function readFloats(list: FloatList, from: ByteReader): void {
  const n = count(from, 8);
  const at = list.extend(n);
  for (let i = 0; i < n; i++) list.items[at + i] = from.float64();
}

function checkStrides(frame: Frame): void {
  if (
    frame.enters.length % enterStride !== 0 ||
    frame.relations.length % relationStride !== 0 ||
    frame.served.length % 2 !== 0 ||
    frame.pins.length % 3 !== 0
  ) {
    throw invalid("a list is not whole");
  }
  for (let i = 0; i < frame.leaves.length; i++) slot(frame.leaves.at(i));
  for (let i = 0; i < frame.relations.length; i += relationStride) slot(frame.relations.at(i));
  for (let i = 0; i < frame.pins.length; i += 3) slot(frame.pins.at(i + 1));
}

/** Each entity's mask must be followed by as many values, of fields that some type has. */
function checkChanges(frame: Frame, room: CompiledRoom): void {
  const fields = Math.max(0, ...room.entities.map((type) => type.fixed.length));
  const { changes } = frame;
  let i = 0;
  while (i < changes.length) {
    slot(changes.at(i));
    const mask = changes.at(i + 1);
    if (fields < 32 && mask >>> fields !== 0) throw invalid("a mask of unknown fields");
    i += 2;
    for (let rest = mask; rest !== 0; rest &= rest - 1) i++;
  }
  if (i !== changes.length) throw invalid("changes end too early");
}

/** Each seat's number of values must be followed by as many. */
function checkPrecise({ precise }: Frame): void {
  let i = 0;
  while (i + 2 <= precise.length) {
    const count = precise.items[i + 1]!;
    // not more than follow, nor NaN: the mirror makes room for so many
    if (!(Number.isInteger(count) && count >= 0 && count <= precise.length - i - 2)) break;
    i += 2 + count;
  }
  if (i !== precise.length) throw invalid("precise values end too early");
}

function readBlobs(into: Frame, room: CompiledRoom, from: ByteReader): void {
  const blobs = Math.max(0, ...room.entities.map((type) => type.blobs.length));
  for (let n = count(from, 3); n > 0; n--) {
    const at = slot(from.varint());
    const blob = from.varint();
    if (blob >= blobs) throw invalid(`blob ${blob}`);
    into.blobs.push({ slot: at, blob, bytes: from.bytes(from.varint()) });
  }
}

function readSeats(into: Frame, from: ByteReader): void {
  for (let n = count(from, 21); n > 0; n--) {
    into.seats.push({
      seat: from.varint(),
      gone: from.u8() === 1,
      entity: from.varint() - 1,
      team: from.varint(),
      viewpoint: from.varint() - 1,
      x: from.float64(),
      y: from.float64(),
    });
  }
}

function readConfirms(into: Frame, from: ByteReader): void {
  for (let n = count(from, 3); n > 0; n--) {
    const seat = from.varint();
    const seq = from.varint();
    const code = from.string(64) || undefined;
    const text = code === undefined ? undefined : from.string(textBytesMax) || undefined;
    into.confirms.push({ seat, seq, code, text });
  }
}

function readDocuments(into: Frame, from: ByteReader): void {
  for (let n = count(from, 4); n > 0; n--) {
    const seat = from.varint() - 1;
    const version = from.varint53();
    const value = json(from.string(stringBytesMax));
    const patch = json(from.string(stringBytesMax));
    if (typeof value !== "object" || value === null || !Array.isArray(patch)) {
      throw invalid("a document that is no object");
    }
    into.documents.push({ seat, version, value, patch: patch as JsonPatch });
  }
}

function writeBonds(out: ByteWriter, bonds: EventBonds | undefined): void {
  out.u8(bonds === undefined ? 0 : 1);
  if (bonds === undefined) return;
  out.varint(bonds.generation);
  out.zigzag(bonds.owner);
  out.varint(bonds.team);
  out.zigzag(bonds.seat);
  out.varint(bonds.audience);
}

function readBonds(from: ByteReader): EventBonds | undefined {
  if (from.u8() === 0) return undefined;
  const generation = from.varint();
  const owner = from.zigzag();
  const team = from.varint();
  const seat = from.zigzag();
  return { generation, owner, team, seat, audience: from.varint() };
}

function readEvents(into: Frame, room: CompiledRoom, from: ByteReader): void {
  const bits = new BitReader();
  for (let n = count(from, 20); n > 0; n--) {
    const event = from.varint();
    const audience = from.varint();
    const target = from.varint() - 1;
    const bonds = readBonds(from);
    const x = from.float64();
    const y = from.float64();
    const compiled = room.events[event];
    if (compiled === undefined || audience > 4) throw invalid(`event ${event}`);
    bits.reset(from.bytes(from.varint()));
    into.events.push({ event, audience, target, bonds, x, y, data: compiled.codec.read(bits) });
  }
}

function slot(value: number): number {
  if (value < 0 || value >= slotsMax) throw invalid(`slot ${value}`);
  return value;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new RealmError("DECODE_INVALID", { detail: "frame: a document that is no JSON", cause });
  }
}

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail: `frame: ${detail}` });
}
