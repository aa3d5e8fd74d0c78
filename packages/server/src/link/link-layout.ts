import { RealmError } from "@realmwright/protocol";
import {
  ByteReader,
  type ByteWriter,
  readMessagePack,
  writeMessagePack,
} from "@realmwright/protocol/internal";

/*
 * What a bus link sends in one turn: records one after another.
 *
 *   kind (1 byte) · length (varint) · content
 *
 *   hello    1  version of this layout (1 byte); the first record of an edge
 *   message  2  MessagePack of a message; `attach` without what can not cross
 *   frame    3  length and UTF-8 of the room's id, then the frame as its codec writes it
 *   bye      4  nothing; the sender ends the link
 */

export const linkVersion = 1;

const kindHello = 1;
const kindMessage = 2;
const kindFrame = 3;
const kindBye = 4;

const depthMax = 32;
const roomBytesMax = 256;

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
