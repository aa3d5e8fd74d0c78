import { limits } from "../limits.ts";
import type { ClientMessage } from "../messages/message.ts";
import { inputColumns, type InputPayload } from "../messages/play.ts";
import { membershipMax, tickMax, uint32Max, type Column } from "../messages/table.ts";

/** What a field begins with: its number, then 0 for a number and 2 for bytes. */
const tagOf = ({ n, type }: Column): number => (n << 3) | (type.kind === "data" ? 2 : 0);
const tags = {
  m: tagOf(inputColumns.m),
  seq: tagOf(inputColumns.seq),
  name: tagOf(inputColumns.name),
  data: tagOf(inputColumns.data),
  ack: tagOf(inputColumns.ack),
  view: tagOf(inputColumns.view),
} as const;
/** Bytes of a number that are read here: 49 bits. */
const groupsMax = 7;
const nothing = new Uint8Array(0);

/*
 * Nearly all that clients send are inputs, written as every client writes them. They are read here straight from the bytes,
 * which spares what the tables make on their way; what is the least out of the ordinary is left to the tables, so that
 * nobody can tell which of them has read a message.
 */

/**
 * Reads the inputs with which a client's message begins. Answers where the first thing is that was not read.
 *
 * @param tagOfInput what an input begins with.
 */
export function readUsualInputs(
  bytes: Uint8Array,
  tagOfInput: number,
  to: ClientMessage[],
): number {
  let at = 0;
  while (at < bytes.length && to.length < limits.messagesPerPacket.value) {
    const payload = bytes[at] === tagOfInput ? readPayload(bytes, at + 1) : undefined;
    if (payload === undefined) break;
    to.push({ type: "input", payload });
    at += 2 + bytes[at + 1]!;
  }
  return at;
}

function readPayload(bytes: Uint8Array, start: number): InputPayload | undefined {
  const length = bytes[start]!;
  const end = start + 1 + length;
  // longer ones have a length of two bytes
  if (!(length < 128) || end > bytes.length) return undefined;
  let m = 0;
  let seq = 0;
  let name = 0;
  let ack = -1;
  let view = -1;
  let data = nothing;
  for (let at = start + 1; at < end;) {
    const tag = bytes[at]!;
    const behind = endOfNumber(bytes, at + 1, end);
    if (behind < 0) return undefined;
    const value = numberOf(bytes, at + 1, behind);
    at = behind;
    if (tag === tags.seq && value <= uint32Max) seq = value;
    else if (tag === tags.ack && value <= tickMax) ack = value;
    else if (tag === tags.view) view = value;
    else if (tag === tags.name) name = value;
    else if (tag === tags.m && value <= membershipMax) m = value;
    else if (tag === tags.data && behind + value <= end) {
      data = copied(bytes, behind, value);
      at += value;
    } else return undefined;
  }
  const payload: { -readonly [K in keyof InputPayload]: InputPayload[K] } = { m, seq, name, data };
  if (ack >= 0) payload.ack = ack;
  if (view >= 0) payload.view = view;
  return payload;
}

/** Where the number ends that begins at `start`; below 0 where it is none that is read here. */
function endOfNumber(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + groupsMax);
  for (let at = start; at < last; at++) if (bytes[at]! < 128) return at + 1;
  return -1;
}

function numberOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = value * 128 + (bytes[at]! & 127);
  return value;
}

/** The message's memory is used again. */
function copied(bytes: Uint8Array, start: number, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[start + i]!;
  return copy;
}
