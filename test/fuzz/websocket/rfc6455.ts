/*
 * What RFC 6455 says of the bytes that a client sends after the handshake, without extensions. Written from the text of
 * the standard and from nothing else; sections are named where they decide.
 *
 * Left to each server, and so taken from the promises of ours: how large a message may be, and in how many parts it may
 * come. A length written in more bytes than it needs (§5.2: senders must not) is read all the same, as browsers do.
 */

export interface FrameLimits {
  /** Bytes of one message. */
  readonly messageBytesMax: number;
  /** Fragments of one message; pieces of the stream that wait for the rest of a part of one frame. */
  readonly partsMax: number;
}

/** Close codes of what a client may do wrong: §7.4.1, and for too many parts the catalogue's MESSAGE_TOO_LARGE. */
export const violations = {
  "reserved bits": 1002,
  "unknown opcode": 1002,
  "no mask": 1002,
  "continuation of nothing": 1002,
  "message inside a message": 1002,
  "fragmented control frame": 1002,
  "long control frame": 1002,
  "close frame of one byte": 1002,
  "impossible close code": 1002,
  "text that is not UTF-8": 1007,
  "reason that is not UTF-8": 1007,
  "too many bytes": 1009,
  "too many fragments": 1009,
  "too many pieces": 1009,
} as const;

export type Violation = keyof typeof violations;

export interface Story {
  /** What the application hears, in order: "text …", "binary …", "ping …", "pong …", the rest as latin1. */
  readonly heard: string[];
  /** How it ends: by a close frame with that code (1005: none), by a violation, or not yet. */
  readonly end: { readonly by: "client"; readonly code: number } | Violation | undefined;
  /** Frames that began, and those of them whose first two bytes are in order. */
  readonly frames: number;
  readonly headers: number;
}

/** Tells what a server has to make of a stream that arrives in these chunks. */
export function storyOf(chunks: readonly Uint8Array[], limits: FrameLimits): Story {
  return new Reader(limits).read(chunks);
}

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

class Reader {
  readonly #limits: FrameLimits;
  readonly #heard: string[] = [];
  #end: Story["end"];
  #frames = 0;
  #headers = 0;
  #bytes: number[] = [];
  /** Ends of the chunks that hold bytes which were not taken yet, counted from the first of those. */
  #chunkEnds: number[] = [];
  /** The message under way: its opcode, 0 for none, and its payload so far. */
  #opcode = 0;
  #message: number[] = [];
  #fragments = 0;
  #frame: { fin: boolean; opcode: number; length: number } | undefined;
  #mask: readonly number[] | undefined;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  read(chunks: readonly Uint8Array[]): Story {
    for (const chunk of chunks) {
      if (this.#end !== undefined) break;
      if (this.#chunkEnds.length >= this.#limits.partsMax) {
        this.#end = "too many pieces";
        break;
      }
      for (const byte of chunk) this.#bytes.push(byte);
      this.#chunkEnds.push(this.#bytes.length);
      while (this.#end === undefined && this.#step());
    }
    const { heard, end, frames, headers } = {
      heard: this.#heard,
      end: this.#end,
      frames: this.#frames,
      headers: this.#headers,
    };
    return { heard, end, frames, headers };
  }

  /** Takes so many bytes, or nothing when they are not all there. */
  #take(count: number): readonly number[] | undefined {
    if (this.#bytes.length < count) return undefined;
    this.#chunkEnds = this.#chunkEnds.map((end) => end - count).filter((end) => end > 0);
    return this.#bytes.splice(0, count);
  }

  /** One part of a frame; false: more bytes are needed first. */
  #step(): boolean {
    if (this.#frame === undefined) return this.#begin();
    if (this.#frame.length < 0) return this.#longLength(this.#frame);
    if (this.#mask === undefined) {
      this.#mask = this.#take(4);
      return this.#mask !== undefined;
    }
    const masked = this.#take(this.#frame.length);
    if (masked === undefined) return false;
    const mask = this.#mask;
    const { fin, opcode } = this.#frame;
    this.#frame = undefined;
    this.#mask = undefined;
    // §5.3
    this.#act(
      fin,
      opcode,
      masked.map((byte, i) => byte ^ mask[i % 4]!),
    );
    return true;
  }

  /** The first two bytes, §5.2. */
  #begin(): boolean {
    const head = this.#take(2);
    if (head === undefined) return false;
    const [first, second] = head as [number, number];
    const fin = first >= 128;
    const reserved = (first >> 4) & 7;
    const opcode = first & 15;
    const length = second & 127;
    this.#frames++;
    const wrong = this.#wrongHead({ fin, reserved, opcode, length, isMasked: second >= 128 });
    if (wrong !== undefined) {
      this.#end = wrong;
      return true;
    }
    this.#headers++;
    this.#frame = { fin, opcode, length: length > 125 ? -length : length };
    if (length <= 125) this.#measure(this.#frame);
    return true;
  }

  #wrongHead(head: {
    fin: boolean;
    reserved: number;
    opcode: number;
    length: number;
    isMasked: boolean;
  }): Violation | undefined {
    const { fin, reserved, opcode, length, isMasked } = head;
    if (reserved !== 0) return "reserved bits";
    if (opcode > PONG || (opcode > BINARY && opcode < CLOSE)) return "unknown opcode";
    // §5.4: what goes on must have begun, and nothing else begins before that has ended
    if (opcode === CONTINUATION && this.#opcode === 0) return "continuation of nothing";
    if ((opcode === TEXT || opcode === BINARY) && this.#opcode !== 0) {
      return "message inside a message";
    }
    // §5.5: control frames are short and whole; §5.5.1: a close frame has no body or a code
    if (opcode >= CLOSE && !fin) return "fragmented control frame";
    if (opcode >= CLOSE && length > 125) return "long control frame";
    if (opcode === CLOSE && length === 1) return "close frame of one byte";
    // §5.1: every frame of a client is masked
    return isMasked ? undefined : "no mask";
  }

  /** The length in the next two or eight bytes. */
  #longLength(frame: { fin: boolean; opcode: number; length: number }): boolean {
    const bytes = this.#take(frame.length === -126 ? 2 : 8);
    if (bytes === undefined) return false;
    // beyond 2^53 it is not exact, and far too much anyway
    this.#frame = { ...frame, length: bytes.reduce((sum, byte) => sum * 256 + byte, 0) };
    this.#measure(this.#frame);
    return true;
  }

  /** A message that will be too long is refused as soon as that is known. */
  #measure({ opcode, length }: { opcode: number; length: number }): void {
    const isData = opcode < CLOSE;
    if (isData && this.#message.length + length > this.#limits.messageBytesMax)
      this.#end = "too many bytes";
  }

  #act(fin: boolean, opcode: number, payload: readonly number[]): void {
    if (opcode === PING || opcode === PONG) {
      this.#heard.push(`${opcode === PING ? "ping" : "pong"} ${latin1(payload)}`);
      return;
    }
    if (opcode === CLOSE) {
      this.#close(payload);
      return;
    }
    if (opcode !== CONTINUATION) this.#opcode = opcode;
    for (const byte of payload) this.#message.push(byte);
    if (++this.#fragments > this.#limits.partsMax) {
      this.#end = "too many fragments";
      return;
    }
    if (!fin) return;
    const isText = this.#opcode === TEXT;
    // §8.1
    if (isText && !isUtf8(this.#message)) this.#end = "text that is not UTF-8";
    else this.#heard.push(`${isText ? "text" : "binary"} ${latin1(this.#message)}`);
    this.#opcode = 0;
    this.#message = [];
    this.#fragments = 0;
  }

  /** §5.5.1 and §7.4. */
  #close(payload: readonly number[]): void {
    if (payload.length === 0) {
      this.#end = { by: "client", code: 1005 };
      return;
    }
    const code = payload[0]! * 256 + payload[1]!;
    // 1012 to 1014 were registered after the standard
    const isRegistered = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
    const isPrivate = code >= 3000 && code <= 4999;
    if (!isRegistered && !isPrivate) this.#end = "impossible close code";
    else if (!isUtf8(payload.slice(2))) this.#end = "reason that is not UTF-8";
    else this.#end = { by: "client", code };
  }
}

function isUtf8(bytes: readonly number[]): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

function latin1(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString("latin1");
}
