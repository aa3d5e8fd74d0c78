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
/** A longer payload has a longer head. */
const SHORT_MAX = 125;

/** What a chunk holds: short binary messages and nothing else; whole frames; anything. */
type Content = "messages" | "frames" | "anything";

/**
 * Reads short binary messages straight from the socket: nearly all that clients send are inputs of some twenty bytes, and
 * the machinery for streams, fragments and limits that `ws` has for all that may come takes longer than to decode them.
 * Every chunk that holds anything else goes to `ws` as it came. One after which `ws` may wait for the rest of a frame or
 * a message is the last that is read here.
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
  let isBetweenMessages = true;
  const read = (chunk: Buffer): void => {
    const content =
      isBetweenMessages && webSocket.readyState === webSocket.OPEN
        ? contentOf(chunk, bytesMax)
        : "anything";
    if (content === "messages") {
      for (let at = 0; at < chunk.length; at += HEAD_BYTES + lengthAt(chunk, at)) {
        message(unmasked(chunk, at));
      }
      return;
    }
    if (content === "anything") isBetweenMessages = false;
    others.call(socket, chunk);
  };
  socket.off("data", others);
  // as `once` does it: ws takes its listener off when the connection closes, and is to take this one
  socket.on("data", Object.assign(read, { listener: others }));
}

function contentOf(chunk: Buffer, bytesMax: number): Content {
  let content: Content = "messages";
  let at = 0;
  while (at + HEAD_BYTES <= chunk.length) {
    const head = chunk[at]!;
    const length = chunk[at + 1]! ^ MASKED;
    if (length > SHORT_MAX || length > bytesMax) return "anything";
    if (head !== (FINAL | BINARY)) {
      const isWhole = head === (FINAL | TEXT) || head === (FINAL | PING) || head === (FINAL | PONG);
      if (!isWhole) return "anything";
      content = "frames";
    }
    at += HEAD_BYTES + length;
  }
  return at === chunk.length ? content : "anything";
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
