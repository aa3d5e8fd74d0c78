import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface LeanSocketOptions {
  readonly port: number;
  readonly path: string;
  readonly protocol?: string;
  /** Address to connect from. */
  readonly from?: string;
  /** Called with the bytes of a whole message; they are good until it returns. */
  readonly onMessage: (bytes: Buffer, socket: LeanSocket) => void;
  readonly onClose: (why: string) => void;
}

const PING = 9;
const PONG = 10;
const CLOSE = 8;
const CONTINUATION = 0;

/** All sockets of a process are read into the same memory, one after another. */
const readBuffer = Buffer.allocUnsafeSlow(262_144);

/** A WebSocket client that does as little as the protocol lets it: thousands of them must not be the bottleneck. */
export class LeanSocket {
  bytesIn = 0;
  /** Messages of the server. */
  messages = 0;
  readonly #options: LeanSocketOptions;
  readonly #socket: Socket;
  #rest: Buffer | undefined;
  #isOpen = false;
  #isStill = false;
  #opened: ((error?: Error) => void) | undefined;

  private constructor(options: LeanSocketOptions, opened: (error?: Error) => void) {
    this.#options = options;
    this.#opened = opened;
    const { port, from } = options;
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      ...(from === undefined ? {} : { localAddress: from }),
      onread: {
        buffer: readBuffer,
        callback: (length, buffer) => {
          this.#read((buffer as Buffer).subarray(0, length));
          return !this.#isStill;
        },
      },
    });
    this.#socket.setNoDelay(true);
    this.#socket.on("connect", () => this.#greet());
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", () => this.#end("closed"));
  }

  /** Resolves once the server has agreed to the upgrade. */
  static open(options: LeanSocketOptions): Promise<LeanSocket> {
    return new Promise((resolve, reject) => {
      const socket: LeanSocket = new LeanSocket(options, (error) => {
        if (error === undefined) resolve(socket);
        else reject(error);
      });
    });
  }

  /** Sends one binary message, masked as clients must. */
  send(payload: Uint8Array): void {
    this.#write(2, payload);
  }

  /** Reads no more: what comes fills the kernel's buffers, and then the server's. */
  stopReading(): void {
    this.#isStill = true;
    this.#socket.pause();
  }

  /** One pong that nobody asked for, as the last sign of life; then it reads no more, and so answers no ping. */
  fallSilent(): void {
    this.#write(PONG, new Uint8Array(0));
    this.stopReading();
  }

  read(): void {
    this.#isStill = false;
    this.#socket.resume();
  }

  /** Cuts the connection at once. */
  destroy(): void {
    this.#opened = undefined;
    this.#isOpen = false;
    this.#socket.destroy();
  }

  #greet(): void {
    const { path, port, protocol } = this.#options;
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: localhost:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ];
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    if (!this.#isOpen) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#rest = Buffer.from(bytes);
        return;
      }
      const head = bytes.toString("latin1", 0, end);
      if (!head.startsWith("HTTP/1.1 101")) {
        this.#end(head.split("\r\n", 1)[0] ?? "refused");
        this.destroy();
        return;
      }
      this.#isOpen = true;
      bytes = bytes.subarray(end + 4);
      const opened = this.#opened;
      this.#opened = undefined;
      opened?.();
    }
    this.bytesIn += chunk.length;
    this.#frames(bytes);
  }

  #frames(bytes: Buffer): void {
    let at = 0;
    while (at + 2 <= bytes.length) {
      let length = bytes[at + 1]!;
      let start = at + 2;
      if (length === 126) {
        if (start + 2 > bytes.length) break;
        length = bytes.readUInt16BE(start);
        start += 2;
      } else if (length === 127) {
        if (start + 8 > bytes.length) break;
        length = bytes.readUInt32BE(start + 4);
        start += 8;
      }
      if (start + length > bytes.length) break;
      this.#frame(bytes[at]!, bytes.subarray(start, start + length));
      at = start + length;
    }
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  #frame(head: number, payload: Buffer): void {
    const opcode = head & 15;
    if (opcode === PING) this.#write(PONG, payload);
    else if (opcode === CLOSE) {
      this.#end(`closed by ${payload.length >= 2 ? payload.readUInt16BE(0) : 1005}`);
    } else if (opcode === CONTINUATION || (head & 0x80) === 0) {
      throw new Error("this client reads no fragments");
    } else {
      this.messages++;
      this.#options.onMessage(payload, this);
    }
  }

  #write(opcode: number, payload: Uint8Array): void {
    if (!this.#isOpen) return;
    const { length } = payload;
    const long = length >= 126;
    const frame = Buffer.allocUnsafe((long ? 8 : 6) + length);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (long ? 126 : length);
    if (long) frame.writeUInt16BE(length, 2);
    const start = long ? 8 : 6;
    // Any mask will do that makes the server unmask.
    frame.writeUInt32BE(0x2b5d_93c7, start - 4);
    for (let i = 0; i < length; i++) {
      frame[start + i] = payload[i]! ^ frame[start - 4 + (i & 3)]!;
    }
    this.#socket.write(frame);
  }

  #end(why: string): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened !== undefined) opened(new Error(`could not connect: ${why}`));
    else if (this.#isOpen) this.#options.onClose(why);
    this.#isOpen = false;
  }
}
