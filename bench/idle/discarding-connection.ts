import type { Connection, ConnectionListener, Edge, Encoding } from "@realmwright/server/internal";

/** A client that takes everything in no time and keeps nothing, so that only the server's own work is measured. */
export class DiscardingConnection implements Connection {
  readonly encoding: Encoding;
  readonly address = "bench";
  readonly bufferedBytes = 0;
  isOpen = true;
  bytesOut = 0;
  messageBytes = 0;
  messages = 0;
  writes = 0;
  #gathered = false;
  readonly #pings: Uint8Array[] = [];
  #listener: ConnectionListener | undefined;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  connect(edge: Edge): void {
    this.#listener = edge.accept(this);
  }

  say(message: Uint8Array | string): void {
    const isText = typeof message === "string";
    const bytes = isText ? new TextEncoder().encode(message) : message;
    this.#listener?.message(bytes, isText);
  }

  admit(): void {}

  send(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.messages++;
    this.messageBytes += end - start;
    this.#gathered = true;
  }

  ping(payload: Uint8Array): void {
    this.#pings.push(new Uint8Array(payload));
  }

  flush(): void {
    if (this.#gathered) this.writes++;
    this.#gathered = false;
    // Answered at once: the window must not close.
    for (const ping of this.#pings.splice(0)) this.#listener?.pong(ping);
  }

  close(code: number, reason: string): void {
    this.isOpen = false;
    this.#listener?.closed(code, reason);
  }

  terminate(): void {
    this.close(1006, "");
  }
}
