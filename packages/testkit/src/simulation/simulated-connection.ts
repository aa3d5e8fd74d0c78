import type { ClientSocket, SocketListener } from "@realmwright/client";
import type { Connection, ConnectionListener, Encoding } from "@realmwright/server/internal";
import type { Lane } from "./lane.ts";

/** Bytes that frame a message, a ping or a pong: those of WebSocket and a little of TCP. */
const frameBytes = 6;

/** The two directions of one connection. */
export interface Lanes {
  readonly up: Lane;
  readonly down: Lane;
}

/** One WebSocket connection without a network. It is the server's end; `socket` is the client's. */
export class SimulatedConnection implements Connection {
  readonly encoding: Encoding;
  readonly address = "simulated";
  /** The client's end. */
  readonly socket: ClientSocket;
  isOpen = true;
  bytesOut = 0;
  writes = 0;
  readonly #lanes: Lanes;
  readonly #ended: () => void;
  #server: ConnectionListener | undefined;
  #client: SocketListener | undefined;
  #spoiled = 0;
  #gathered: { readonly bytes: Uint8Array; readonly isPing: boolean }[] = [];

  /** @param client who listens at the client's end; @param ended called when the server's end has closed. */
  constructor(encoding: Encoding, lanes: Lanes, client: SocketListener, ended: () => void) {
    this.encoding = encoding;
    this.#lanes = lanes;
    this.#client = client;
    this.#ended = ended;
    this.socket = {
      send: (data) => this.#toServer(data),
      close: (code) => this.#clientCloses(code),
    };
  }

  /** The request to connect goes out; undefined from `accept` refuses it. */
  begin(accept: () => ConnectionListener | undefined): void {
    const { up, down } = this.#lanes;
    up.carry(frameBytes, () => {
      this.#server = accept();
      const isAccepted = this.#server !== undefined;
      if (!isAccepted) this.#ended();
      down.carry(frameBytes, () => {
        if (isAccepted) this.#client?.open();
        else this.#clientClosed(1006);
      });
    });
  }

  get bufferedBytes(): number {
    return this.#lanes.down.bytes;
  }

  admit(): void {
    // nobody is a stranger here
  }

  send(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#gathered.push({ bytes: bytes.slice(start, end), isPing: false });
  }

  ping(payload: Uint8Array): void {
    this.#gathered.push({ bytes: payload.slice(), isPing: true });
  }

  flush(): void {
    if (this.#gathered.length === 0 || !this.isOpen) return;
    this.writes++;
    for (const { bytes, isPing } of this.#gathered.splice(0)) {
      this.bytesOut += bytes.length + frameBytes;
      this.#lanes.down.carry(bytes.length + frameBytes, () => {
        if (isPing) this.#pong(bytes);
        else this.#arrived(bytes);
      });
    }
  }

  close(code: number, _reason: string): void {
    if (!this.isOpen) return;
    this.flush();
    this.isOpen = false;
    this.#lanes.down.carry(frameBytes, () => {
      this.#clientClosed(code);
      this.#lanes.up.carry(frameBytes, () => this.#serverClosed(code));
    });
  }

  terminate(): void {
    this.cut();
  }

  /** The connection breaks; both ends notice at once. */
  cut(): void {
    this.#lanes.up.cut();
    this.#lanes.down.cut();
    this.#clientClosed(1006);
    this.#serverClosed(1006);
  }

  /** Spoils the next messages to the client. */
  corrupt(messages: number): void {
    this.#spoiled = messages;
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#spoiled > 0) {
      this.#spoiled--;
      bytes.fill(0xff, Math.floor(bytes.length / 2));
    }
    this.#client?.message(this.encoding === "json" ? text(bytes) : bytes);
  }

  #toServer(data: Uint8Array | string): void {
    if (this.#client === undefined) return;
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
    this.#lanes.up.carry(bytes.length + frameBytes, () => {
      this.#server?.message(bytes, typeof data === "string");
    });
  }

  #pong(payload: Uint8Array): void {
    this.#lanes.up.carry(payload.length + frameBytes, () => this.#server?.pong(payload));
  }

  #clientCloses(code: number): void {
    this.#client = undefined;
    this.#lanes.up.carry(frameBytes, () => this.#serverClosed(code));
  }

  #clientClosed(code: number): void {
    const client = this.#client;
    this.#client = undefined;
    client?.closed(code);
  }

  #serverClosed(code: number): void {
    const server = this.#server;
    this.#server = undefined;
    this.isOpen = false;
    this.#gathered = [];
    if (server === undefined) return;
    server.closed(code, "");
    this.#ended();
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
