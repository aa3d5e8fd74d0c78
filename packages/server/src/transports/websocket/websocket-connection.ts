import type { Socket } from "node:net";
import type { Connection, ConnectionListener, Encoding, Handshake } from "../../ports/transport.ts";
import type { Pass } from "../gate.ts";
import type { FrameBuffer } from "./frame-buffer.ts";
import type { GuardedWebSocket } from "./guarded-web-socket.ts";
import { readUsualFrames } from "./usual-frames.ts";

const TEXT = 1;
const BINARY = 2;
const PING = 9;
const PONG = 10;

/** The frames being gathered in one thread: at any moment those of a single connection. */
export interface FrameDesk {
  readonly frames: FrameBuffer;
  writer: WebSocketConnection | undefined;
}

/**
 * One client over `ws`, which does the handshake, reads what is unusual, and closes. Messages go past its sender: their
 * frames are built by hand and leave as one write on the socket, which costs a third of three sends.
 */
export class WebSocketConnection implements Connection {
  readonly encoding: Encoding;
  readonly address: string;
  declare readonly handshake?: Handshake;
  bytesOut = 0;
  writes = 0;
  readonly #socket: Socket;
  readonly #webSocket: GuardedWebSocket;
  readonly #desk: FrameDesk;
  readonly #pass: Pass;

  constructor(
    webSocket: GuardedWebSocket,
    socket: Socket,
    about: {
      readonly encoding: Encoding;
      readonly address: string;
      readonly handshake: Handshake | undefined;
      readonly desk: FrameDesk;
      readonly pass: Pass;
    },
  ) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.encoding = about.encoding;
    this.address = about.address;
    if (about.handshake !== undefined) this.handshake = about.handshake;
    this.#desk = about.desk;
    this.#pass = about.pass;
  }

  get bufferedBytes(): number {
    const gathered = this.#desk.writer === this ? this.#desk.frames.length : 0;
    return this.#socket.writableLength + gathered;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /**
   * Connects `ws` to who listens.
   *
   * @param bytesMax largest message that a client may send.
   */
  listen(listener: ConnectionListener, bytesMax: number): void {
    const webSocket = this.#webSocket;
    readUsualFrames(webSocket, this.#socket, bytesMax, (data) => listener.message(data, false));
    webSocket.on("message", (data, isBinary) => {
      // with binaryType "nodebuffer", the default, data is always one Buffer
      listener.message(data as Buffer, !isBinary);
    });
    webSocket.on("ping", (data) => {
      if (listener.pinged(data.length)) this.#add(PONG, data, 0, data.length);
    });
    webSocket.on("pong", (data) => listener.pong(data));
    webSocket.onViolation = (error) => listener.failed(error);
    // of a broken frame the listener has heard; a broken socket is reported by "close"
    webSocket.on("error", () => undefined);
    webSocket.on("close", (code, reason) => {
      if (this.#desk.writer === this) this.#discard();
      listener.closed(code, reason.toString());
    });
  }

  admit(): void {
    this.#pass.admit();
  }

  send(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#add(this.encoding === "json" ? TEXT : BINARY, bytes, start, end);
  }

  ping(payload: Uint8Array): void {
    this.#add(PING, payload, 0, payload.length);
  }

  flush(): void {
    const desk = this.#desk;
    if (desk.writer !== this) return;
    if (!this.isOpen) {
      // nothing may follow a close frame (RFC 6455 §5.5.1), which ws writes by itself as an answer
      this.#discard();
      return;
    }
    desk.writer = undefined;
    const taken = desk.frames.take();
    this.bytesOut += taken.length;
    this.writes++;
    if (this.#socket.writableLength > 0) {
      // behind others in the queue: a copy, so that not the whole buffer is held for a few bytes
      this.#socket.write(Buffer.from(taken));
      return;
    }
    this.#socket.write(taken);
    // usually the kernel has taken everything by now and the memory can be used again
    if (this.#socket.writableLength > 0) desk.frames.giveAway();
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.flush();
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  #add(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.isOpen) return;
    const desk = this.#desk;
    if (desk.writer !== this) {
      desk.writer?.flush();
      desk.writer = this;
    }
    desk.frames.add(opcode, bytes, start, end);
  }

  #discard(): void {
    this.#desk.writer = undefined;
    this.#desk.frames.take();
  }
}
