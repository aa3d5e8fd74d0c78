import type { Random } from "@realmwright/core";
import { mutateBytes } from "../support/byte-mutation.ts";

/* What a client may say on the wire, well or badly. */

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;

interface FrameOptions {
  readonly fin?: boolean;
  readonly reserved?: number;
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly isMasked?: boolean;
  /** Bytes of the length: 0 inside the second byte, 2 or 8 behind it; by default the fewest. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** The length that is said, where it is not the payload's. */
  readonly length?: bigint;
}

/** One frame, §5.2. */
export function frame(options: FrameOptions, random: Random): Buffer {
  const payload = options.payload ?? new Uint8Array(0);
  const length = options.length ?? BigInt(payload.length);
  const fewest = length < 126n ? 0 : length < 65_536n ? 2 : 8;
  const lengthBytes = options.lengthBytes ?? fewest;
  const isMasked = options.isMasked ?? true;
  const fin = options.fin ?? true;
  const short = lengthBytes === 0 ? Number(length & 127n) : lengthBytes === 2 ? 126 : 127;
  const first = (fin ? 128 : 0) | ((options.reserved ?? 0) << 4) | options.opcode;
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = first;
  head[1] = (isMasked ? 128 : 0) | short;
  if (lengthBytes === 2) head.writeUInt16BE(Number(length & 0xffffn), 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  if (!isMasked) return Buffer.concat([head, payload]);
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE(random.chance(0.1) ? 0 : random.uint32());
  const masked = Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]!));
  return Buffer.concat([head, mask, masked]);
}

const goodTexts = ["", "x", "{}", "é漢😀", "\u0000", "\u{10ffff}", "x".repeat(125), "é".repeat(63)];
const badTexts: readonly Uint8Array[] = [
  [0xff],
  [0xc3],
  [0xc3, 0x28],
  [0xc0, 0x80],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x98],
  [0xf4, 0x90, 0x80, 0x80],
  [0x61, 0xf8, 0x88, 0x80, 0x80, 0x80],
].map((bytes) => Uint8Array.from(bytes));

function textBytes(random: Random): Uint8Array {
  return Buffer.from(random.pick(goodTexts));
}

/** A payload of any kind; sizes gather where lengths and limits change. */
function anyBytes(random: Random, bytesMax: number): Uint8Array {
  if (random.chance(0.6)) return textBytes(random);
  const sizes = [0, 1, 125, 126, 127, 200, bytesMax - 1, bytesMax, bytesMax + 1, 65_535, 65_536];
  const size = random.chance(0.1) ? random.pick(sizes) : random.integer(0, 130);
  return new Uint8Array(size).fill(random.integer(0, 127));
}

export interface ConversationOptions {
  /** Bytes of the largest message that is taken. */
  readonly bytesMax: number;
  /** The only message that is said, where it matters to who listens. */
  readonly saying?: { readonly bytes: Uint8Array; readonly isText: boolean };
}

/** A message in as many frames as it likes, with control frames between them. */
function message(random: Random, { bytesMax, saying }: ConversationOptions): Buffer[] {
  const isText = saying?.isText ?? random.chance(0.6);
  const good = saying?.bytes ?? (isText ? textBytes(random) : anyBytes(random, bytesMax));
  const payload = isText && random.chance(0.04) ? random.pick(badTexts) : good;
  const opcode = isText ? TEXT : BINARY;
  if (random.chance(0.6))
    return [frame({ opcode, payload, ...oddLength(payload, random) }, random)];
  const frames: Buffer[] = [];
  const pieces = random.chance(0.05) ? random.integer(60, 70) : random.integer(2, 5);
  const cuts = Array.from({ length: pieces - 1 }, () => random.integer(0, payload.length));
  const ends = [...cuts.sort((a, b) => a - b), payload.length];
  for (let i = 0; i < pieces; i++) {
    const part = payload.subarray(ends[i - 1] ?? 0, ends[i]);
    const fin = i === pieces - 1;
    frames.push(frame({ fin, opcode: i === 0 ? opcode : CONTINUATION, payload: part }, random));
    if (!fin && random.chance(0.2)) frames.push(control(random));
  }
  return frames;
}

/** A length in more bytes than it needs. */
function oddLength(payload: Uint8Array, random: Random): { lengthBytes?: 2 | 8 } {
  if (!random.chance(0.05)) return {};
  return { lengthBytes: payload.length < 65_536 && random.chance(0.5) ? 2 : 8 };
}

function control(random: Random): Buffer {
  const opcode = random.pick([PING, PONG]);
  const size = random.pick([0, 1, 4, 124, 125]);
  return frame({ opcode, payload: new Uint8Array(size).fill(random.integer(0, 255)) }, random);
}

const codes = [
  0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1012, 1014, 1015, 1016, 1100,
  2999, 3000, 4000, 4999, 5000, 65_535,
];

function close(random: Random): Buffer {
  if (random.chance(0.2)) return frame({ opcode: CLOSE }, random);
  const code = Buffer.alloc(2);
  code.writeUInt16BE(random.chance(0.9) ? random.pick(codes) : random.integer(0, 65_535));
  const reason = random.chance(0.2) ? random.pick(badTexts) : random.pick(goodTexts.slice(0, 6));
  return frame({ opcode: CLOSE, payload: Buffer.concat([code, Buffer.from(reason)]) }, random);
}

/** A frame that must not be, now and then behind a message that has only begun. */
function violation(random: Random, bytesMax: number): Buffer[] {
  const payload = textBytes(random).subarray(0, 20);
  const any = random.pick([TEXT, BINARY, PING, PONG, CLOSE]);
  const huge = random.pick([
    BigInt(bytesMax) + 1n,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
  ]);
  const choices = [
    { opcode: any, payload, isMasked: false },
    { opcode: any, payload, reserved: random.integer(1, 7) },
    { opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload },
    { opcode: CONTINUATION, payload },
    { opcode: random.pick([PING, PONG, CLOSE]), payload: Buffer.alloc(126) },
    { opcode: random.pick([PING, PONG, CLOSE]), payload, fin: false },
    { opcode: random.pick([PING, PONG]), payload, lengthBytes: 2 },
    { opcode: CLOSE, payload: Buffer.alloc(1) },
    { opcode: random.pick([TEXT, BINARY]), length: huge, lengthBytes: 8 },
    { opcode: TEXT, payload: random.pick(badTexts) },
  ] as const;
  const begun = { opcode: random.pick([TEXT, BINARY]), payload, fin: false };
  if (random.chance(0.9)) return [frame(random.pick(choices), random)];
  const inside = random.chance(0.5) ? random.pick(choices) : { opcode: BINARY, payload };
  return [frame(begun, random), frame(inside, random)];
}

/** Everything that one client says, frame by frame. */
export function conversation(random: Random, options: ConversationOptions): Buffer[] {
  const { bytesMax } = options;
  const frames: Buffer[] = [];
  for (let n = random.integer(1, 8); n > 0; n--) {
    if (random.chance(0.2)) frames.push(control(random));
    else frames.push(...message(random, options));
  }
  const ending = random.unit();
  if (ending < 0.5) frames.push(...violation(random, bytesMax));
  else if (ending < 0.85) frames.push(close(random));
  if (random.chance(0.15)) {
    const at = random.integer(0, frames.length - 1);
    frames[at] = Buffer.from(mutateBytes(frames[at]!, random, frames[0]!));
  }
  // what comes behind the end is not to be heard
  if (random.chance(0.3)) frames.push(...message(random, options));
  return frames;
}

/** The same bytes as they may come out of a network. */
export function cut(frames: readonly Buffer[], random: Random): Buffer[] {
  const choice = random.unit();
  const whole = Buffer.concat(frames);
  if (choice < 0.3) return frames.filter(({ length }) => length > 0);
  if (choice < 0.5) return whole.length === 0 ? [] : [whole];
  // byte by byte only what is short
  const piece = choice < 0.6 && whole.length < 500 ? 1 : random.pick([2, 7, 100, 1000]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length;) {
    const end = Math.min(whole.length, at + (piece === 1 ? 1 : random.integer(1, piece)));
    chunks.push(whole.subarray(at, end));
    at = end;
  }
  return chunks;
}
