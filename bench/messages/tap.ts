import { writeFileSync } from "node:fs";
import { messageSpecs } from "@realmwright/protocol/internal";

/*
 * Loaded before the command `bots` (node --import): listens in on every WebSocket of the process, and writes down at the
 * end what went over them, by kind of message. The bots know nothing of it.
 */

/** What is counted, from when all sockets have been open for `settleMs`. Written as JSON. */
export interface Tapped {
  readonly seconds: number;
  readonly sockets: number;
  readonly up: Direction;
  readonly down: Direction;
}

export interface Direction {
  /** With the heads of WebSocket frames. */
  bytes: number;
  frames: number;
  /** By type, where the first snapshot of a room is one of its own; of `realm.binary` alone, where several messages share a frame. */
  readonly kinds: Record<string, Kind>;
}

/** Messages of a kind: how many, and bytes of their payloads, together and of the largest. */
export interface Kind {
  count: number;
  bytes: number;
  largest: number;
}

const about = JSON.parse(process.env["REALMWRIGHT_BENCH_TAP"] ?? "{}") as {
  file: string;
  sockets: number;
  settleMs: number;
};
const names = new Map(messageSpecs.map(({ number, type }) => [number, type]));
const up: Direction = { bytes: 0, frames: 0, kinds: {} };
const down: Direction = { bytes: 0, frames: 0, kinds: {} };
let open = 0;
let beganMs = Infinity;

/** Bytes of the head of a frame, and of the mask of a client's. */
const upHead = 6;
const downHead = 2;

class TappedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener("open", () => {
      open++;
      if (open === about.sockets) {
        setTimeout(() => (beganMs = performance.now()), about.settleMs).unref();
      }
    });
    // A socket is in many rooms one after another; the first snapshot of each shows all of it.
    let isFirst = false;
    const named = (name: string): string => {
      if (name === "joined") isFirst = true;
      if (name !== "snapshot" || !isFirst) return name;
      isFirst = false;
      return "first snapshot";
    };
    this.addEventListener("message", ({ data }) => count(down, downHead, data, named));
  }

  override send(data: string | BufferSource | Blob): void {
    count(up, upHead, data, (name) => name);
    super.send(data);
  }
}

globalThis.WebSocket = TappedWebSocket;

process.on("exit", () => {
  const seconds = (performance.now() - beganMs) / 1_000;
  const tapped: Tapped = { seconds, sockets: about.sockets, up, down };
  writeFileSync(about.file, JSON.stringify(tapped));
});

function count(
  direction: Direction,
  head: number,
  data: unknown,
  named: (name: string) => string,
): void {
  const isCounted = performance.now() >= beganMs;
  const text = typeof data === "string" ? Buffer.byteLength(data) : undefined;
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : (data as Uint8Array);
  if (isCounted) {
    direction.frames++;
    direction.bytes += framed(head, text ?? bytes.length);
  }
  if (text !== undefined) return;
  let at = 0;
  while (at < bytes.length) {
    let tag: number;
    let length: number;
    [tag, at] = varint(bytes, at);
    [length, at] = varint(bytes, at);
    at += length;
    const name = named(names.get(tag >>> 3) ?? `#${tag >>> 3}`);
    if (!isCounted) continue;
    const kind = (direction.kinds[name] ??= { count: 0, bytes: 0, largest: 0 });
    kind.count++;
    kind.bytes += length;
    kind.largest = Math.max(kind.largest, length);
  }
}

function framed(head: number, length: number): number {
  return head + length + (length < 126 ? 0 : length < 65_536 ? 2 : 8);
}

function varint(bytes: Uint8Array, start: number): [value: number, next: number] {
  let at = start;
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}
