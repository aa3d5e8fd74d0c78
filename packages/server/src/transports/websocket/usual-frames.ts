import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

const FINAL = 0x80;
const TEXT = 1;
const BINARY = 2;
const PING = 9;
const PONG = 10;
const MASKED = 0x80;
/** Two bytes and the mask (RFC 6455 §5.2). */
const HEAD_BYTES = 6;
/** A longer payload has a longer head: this instead of its length, which follows in two bytes. */
const SHORT_MAX = 125;
const LONG = 126;
const LONG_HEAD_BYTES = 8;

/** What a chunk holds: short binary messages and nothing else; frames that are as they should be; anything. */
type Content = "messages" | "frames" | "anything";

/**
 * Reads short binary messages straight from the socket: nearly all that clients send are inputs of some twenty bytes, and
 * the machinery for streams, fragments and limits that `ws` has for all that may come takes longer than to decode them.
 * Every chunk that holds anything else goes to `ws` as it came, and is followed just far enough to know when `ws` is
 * between two messages again. What breaks a rule, is a fragment, or is cut off inside a frame's head is not followed:
 * from there on `ws` reads all.
 *
 * @param bytesMax largest message that is taken.
 */
export function readUsualFrames(
  webSocket: WebSocket,
  socket: Duplex,
  bytesMax: number,
  message: (data: Buffer) => void,
): void {
  const [others, ...more] = socket.listeners("data") as ((chunk: Buffer) => void)[];
  // another version of ws may read otherwise
  if (others === undefined || more.length > 0) return;
  const course = new FrameCourse(bytesMax);
  const read = (chunk: Buffer): void => {
    const content = webSocket.readyState === webSocket.OPEN ? course.follow(chunk) : "anything";
    if (content === "messages") {
      for (let at = 0; at < chunk.length; at += HEAD_BYTES + lengthAt(chunk, at)) {
        message(unmasked(chunk, at));
      }
      return;
    }
    others.call(socket, chunk);
  };
  socket.off("data", others);
  // as `once` does it: ws takes its listener off when the connection closes, and is to take this one
  socket.on("data", Object.assign(read, { listener: others }));
}

/** Where frames begin and end in the chunks of one connection. */
class FrameCourse {
  readonly #bytesMax: number;
  /** Bytes of the newest frame that are yet to come. */
  #owed = 0;
  #isLost = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Once it has answered "anything" it answers nothing else. */
  follow(chunk: Buffer): Content {
    if (this.#isLost) return "anything";
    const { length } = chunk;
    let content: Content = this.#owed > 0 ? "frames" : "messages";
    let at = this.#owed;
    while (at < length) {
      const first = chunk[at]!;
      const size = at + HEAD_BYTES <= length ? chunk[at + 1]! ^ MASKED : 0xff;
      if (first === (FINAL | BINARY) && size <= SHORT_MAX && size <= this.#bytesMax) {
        at += HEAD_BYTES + size;
        if (at > length) content = "frames";
        continue;
      }
      content = "frames";
      const bytes = this.#frameBytes(chunk, at, first, size);
      if (bytes === undefined) return this.#lose();
      at += bytes;
    }
    this.#owed = at - length;
    return content;
  }

  /** Length of a frame of another kind; undefined for one that is not followed. */
  #frameBytes(chunk: Buffer, at: number, first: number, size: number): number | undefined {
    const isControl = first === (FINAL | PING) || first === (FINAL | PONG);
    if (!isControl && first !== (FINAL | TEXT) && first !== (FINAL | BINARY)) return undefined;
    if (size <= SHORT_MAX) return size <= this.#bytesMax ? HEAD_BYTES + size : undefined;
    if (isControl || size !== LONG || at + LONG_HEAD_BYTES > chunk.length) return undefined;
    const long = chunk.readUInt16BE(at + 2);
    return long <= this.#bytesMax ? LONG_HEAD_BYTES + long : undefined;
  }

  #lose(): Content {
    this.#isLost = true;
    return "anything";
  }
}

function lengthAt(chunk: Buffer, at: number): number {
  return chunk[at + 1]! ^ MASKED;
}

/** The payload of the frame at `at`, in place: the chunk is nobody else's. */
function unmasked(chunk: Buffer, at: number): Buffer {
  const start = at + HEAD_BYTES;
  const end = start + lengthAt(chunk, at);
  for (let i = start; i < end; i++) chunk[i] = chunk[i]! ^ chunk[start - 4 + ((i - start) & 3)]!;
  return chunk.subarray(start, end);
}
