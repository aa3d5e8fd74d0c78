import { RealmError } from "@realmwright/protocol";
import {
  ByteReader,
  type ByteWriter,
  readMessagePack,
  writeMessagePack,
} from "@realmwright/protocol/internal";
import type { EdgeToHost, InputItem } from "./messages.ts";

/*
 * What a bus link sends in one turn: records one after another.
 *
 *   kind (1 byte) · length (varint) · content
 *
 *   hello    1  version of this layout (1 byte); the first record of an edge
 *   message  2  MessagePack of a message; `attach` without what can not cross
 *   frame    3  length and UTF-8 of the room's id, then the frame as its codec writes it
 *   bye      4  nothing; the sender ends the link
 *   input    5  the message `input`, of which there are far more than of all others: session and room (strings), seat,
 *               since + 1 (0: unknown), count of items (varints), each: seq, input, view + 1, length (varints), value
 *               (MessagePack)
 */

export const linkVersion = 2;

const kindHello = 1;
const kindMessage = 2;
const kindFrame = 3;
const kindBye = 4;
const kindInput = 5;

const depthMax = 32;
const roomBytesMax = 256;
const sessionBytesMax = 64;

type InputMessage = Extract<EdgeToHost, { readonly type: "input" }>;

/** Who reads a batch, record by record. */
export interface BatchReader {
  hello(version: number): void;
  message(message: { readonly type: string }): void;
  /** `bytes` are valid during the call only. */
  frame(room: string, bytes: ByteReader): void;
  bye(): void;
}

export function writeHello(out: ByteWriter): void {
  out.u8(kindHello);
  out.varint(1);
  out.u8(linkVersion);
}

export function writeBye(out: ByteWriter): void {
  out.u8(kindBye);
  out.varint(0);
}

/** @param scratch is overwritten. */
export function writeMessage(message: object, scratch: ByteWriter, out: ByteWriter): void {
  scratch.reset();
  writeMessagePack(message, scratch);
  out.u8(kindMessage);
  out.varint(scratch.length);
  out.bytes(scratch.buffer, 0, scratch.length);
}

/** @param scratch and `value` are overwritten. */
export function writeInputs(
  message: InputMessage,
  scratch: ByteWriter,
  value: ByteWriter,
  out: ByteWriter,
): void {
  const { session, room, seat, since = -1, items } = message;
  scratch.reset();
  scratch.string(session);
  scratch.string(room);
  scratch.varint(seat);
  scratch.varint53(since + 1);
  scratch.varint(items.length);
  for (const item of items) {
    value.reset();
    writeMessagePack(item.value, value);
    scratch.varint(item.seq);
    scratch.varint(item.input);
    scratch.varint53(item.view + 1);
    scratch.varint(value.length);
    scratch.bytes(value.buffer, 0, value.length);
  }
  out.u8(kindInput);
  out.varint(scratch.length);
  out.bytes(scratch.buffer, 0, scratch.length);
}

/** @param scratch is overwritten. */
export function writeFrame(
  room: string,
  frame: Uint8Array,
  scratch: ByteWriter,
  out: ByteWriter,
): void {
  scratch.reset();
  scratch.string(room);
  out.u8(kindFrame);
  out.varint(scratch.length + frame.length);
  out.bytes(scratch.buffer, 0, scratch.length);
  out.bytes(frame);
}

/** Reads a batch to its end. Throws `DECODE_INVALID` or `DECODE_TRUNCATED`, and what `to` throws. */
export function readBatch(batch: Uint8Array, to: BatchReader): void {
  const from = new ByteReader(batch);
  while (from.remaining > 0) {
    const kind = from.u8();
    const length = from.varint();
    const start = from.skip(length);
    if (kind === kindHello) to.hello(new ByteReader(batch, start, start + length).u8());
    else if (kind === kindMessage) to.message(readMessage(batch.subarray(start, start + length)));
    else if (kind === kindInput)
      to.message(readInputs(new ByteReader(batch, start, start + length)));
    else if (kind === kindFrame) {
      const content = new ByteReader(batch, start, start + length);
      to.frame(content.string(roomBytesMax), content);
    } else if (kind === kindBye) to.bye();
    else throw new RealmError("DECODE_INVALID", { detail: `there is no record of kind ${kind}` });
  }
}

function readMessage(bytes: Uint8Array): { readonly type: string } {
  const message = readMessagePack(bytes, depthMax);
  if (typeof message === "object" && message !== null && "type" in message) {
    if (typeof message.type === "string") return message as { readonly type: string };
  }
  throw new RealmError("DECODE_INVALID", { detail: "a message has no type" });
}

function readInputs(from: ByteReader): InputMessage {
  const session = from.string(sessionBytesMax);
  const room = from.string(roomBytesMax);
  const seat = from.varint();
  const since = from.varint53() - 1;
  const items: InputItem[] = [];
  for (let left = from.varint(); left > 0; left--) {
    const seq = from.varint();
    const input = from.varint();
    const view = from.varint53() - 1;
    const value = readMessagePack(from.view(from.varint()), depthMax);
    if (typeof value !== "object" || value === null) {
      throw new RealmError("DECODE_INVALID", { detail: "an input is no object" });
    }
    items.push({ seq, input, view, value });
  }
  return { type: "input", session, room, seat, ...(since < 0 ? {} : { since }), items };
}
