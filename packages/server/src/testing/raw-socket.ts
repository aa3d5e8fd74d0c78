import { connect, type Socket } from "node:net";
import { until } from "./until.ts";

/** A TCP client that speaks WebSocket by hand, to say what no library would. */
export class RawSocket {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  /** The peer says nothing more. */
  isEnded = false;
  isClosed = false;

  constructor(port: number, host = "127.0.0.1") {
    // the peer's end does not end this side
    this.#socket = connect({ port, host, allowHalfOpen: true });
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (data) => (this.#bytes = Buffer.concat([this.#bytes, data])));
    this.#socket.on("end", () => (this.isEnded = true));
    this.#socket.on("close", () => (this.isClosed = true));
    this.#socket.on("error", () => undefined);
  }

  write(bytes: Uint8Array | string): void {
    this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Reads nothing any more, so that the peer's writes pile up; pings are not answered either. */
  stopReading(): void {
    this.#socket.pause();
  }

  get text(): string {
    return this.#bytes.toString("latin1");
  }

  /** Asks for an upgrade and returns the answer's status. Headers given replace the usual ones; null leaves one out. */
  async upgrade(
    headers: Record<string, string | null> = {},
    { path = "/ws", method = "GET" } = {},
  ): Promise<number> {
    const all: Record<string, string | null> = {
      Host: "localhost",
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    };
    const lines = Object.entries(all).flatMap(([k, v]) => (v === null ? [] : `${k}: ${v}`));
    this.write([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    await until(() => this.text.includes("\r\n\r\n") || "an answer to the upgrade");
    const status = Number(this.text.slice(9, 12));
    this.head = this.text.slice(0, this.text.indexOf("\r\n\r\n"));
    if (status === 101) this.#bytes = this.#bytes.subarray(this.head.length + 4);
    return status;
  }

  head = "";

  /** Code and reason of the close frame that has come, if any. Server frames are short and unmasked here. */
  get closedWith(): string | undefined {
    let at = 0;
    while (at + 2 <= this.#bytes.length) {
      const opcode = this.#bytes[at]! & 15;
      const short = this.#bytes[at + 1]!;
      const size = short === 126 ? this.#bytes.readUInt16BE(at + 2) : short;
      const start = at + (short === 126 ? 4 : 2);
      if (opcode === 8) {
        const reason = this.#bytes.toString("utf8", start + 2, start + size);
        return `${this.#bytes.readUInt16BE(start)} ${reason}`;
      }
      at = start + size;
    }
    return undefined;
  }
}

/** A client frame by hand; the mask is zero, so the payload stays as it is. */
export function clientFrame(
  first: number,
  payload: Uint8Array,
  { masked = true, length = payload.length }: { masked?: boolean; length?: number } = {},
): Buffer {
  const flag = masked ? 0x80 : 0;
  const head =
    length < 126
      ? [first, flag | length]
      : length < 65_536
        ? [first, flag | 126, length >>> 8, length & 255]
        : [first, flag | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((by) => (length >>> by) & 255)];
  return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}
