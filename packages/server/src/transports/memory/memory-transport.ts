import type { Connection, ConnectionListener, Encoding, Transport } from "../../ports/transport.ts";

/** How a client of the memory transport starts. */
export interface MemoryClientOptions {
  readonly encoding?: Encoding;
  readonly address?: string;
  /** Bytes that the simulated kernel hides before `bufferedBytes` shows anything. Default 0. */
  readonly kernelBytes?: number;
}

type Item =
  | { readonly kind: "message"; readonly bytes: Uint8Array; readonly isText: boolean }
  | { readonly kind: "ping" | "pong"; readonly bytes: Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/**
 * Clients in the same process, without a network: nothing moves until `deliver()` is called, so a test decides when
 * each side hears the other. A complete implementation of the port, for tests and for bots inside the server.
 */
export class MemoryTransport implements Transport {
  readonly #connections = new Set<MemoryConnection>();
  #accept: ((connection: Connection) => ConnectionListener) | undefined;
  #refusing = false;

  start(accept: (connection: Connection) => ConnectionListener): void {
    this.#accept = accept;
  }

  /** Throws when the transport accepts nobody. */
  connect(options: MemoryClientOptions = {}): MemoryClient {
    if (this.#accept === undefined || this.#refusing) {
      throw new Error("This memory transport accepts nobody");
    }
    const connection = new MemoryConnection(options, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    connection.listener = this.#accept(connection);
    return connection.client;
  }

  /** Carries everything that was flushed, both ways, until nothing moves. Returns how many items were carried. */
  deliver(): number {
    let carried = 0;
    for (;;) {
      let round = 0;
      for (const connection of [...this.#connections]) round += connection.deliver();
      if (round === 0) return carried;
      carried += round;
    }
  }

  refuse(): void {
    this.#refusing = true;
  }

  stop(): Promise<void> {
    this.#refusing = true;
    this.deliver();
    for (const connection of [...this.#connections]) connection.terminate();
    return Promise.resolve();
  }
}

/** The client's end. */
export class MemoryClient {
  /** Messages that arrived, oldest first; the test may empty it. */
  readonly received: Uint8Array[] = [];
  /** Writes and bytes of messages that arrived. */
  writes = 0;
  bytes = 0;
  pings = 0;
  pongs = 0;
  /** False: pings are taken but not answered, as by a peer that is gone. */
  answersPings = true;
  closedWith: { code: number; reason: string } | undefined;
  readonly #connection: MemoryConnection;

  constructor(connection: MemoryConnection) {
    this.#connection = connection;
  }

  get isOpen(): boolean {
    return this.closedWith === undefined;
  }

  send(message: Uint8Array | string): void {
    const isText = typeof message === "string";
    const bytes = isText ? new TextEncoder().encode(message) : new Uint8Array(message);
    this.#connection.toServer({ kind: "message", bytes, isText });
  }

  ping(payload: Uint8Array = new Uint8Array(0)): void {
    this.#connection.toServer({ kind: "ping", bytes: payload });
  }

  pong(payload: Uint8Array): void {
    this.#connection.toServer({ kind: "pong", bytes: payload });
  }

  /** True: the client stops reading. What the server sends piles up. */
  stall(on: boolean): void {
    this.#connection.isStalled = on;
  }

  close(code = 1000, reason = ""): void {
    this.#connection.toServer({ kind: "close", code, reason });
  }

  /** The connection vanishes without a word to either side's peer: the server hears 1006. */
  cut(): void {
    this.#connection.end(1006, "");
  }
}

class MemoryConnection implements Connection {
  readonly encoding: Encoding;
  readonly address: string;
  readonly client: MemoryClient;
  listener: ConnectionListener | undefined;
  isStalled = false;
  isOpen = true;
  isAdmitted = false;
  bytesOut = 0;
  writes = 0;
  readonly #kernelBytes: number;
  readonly #ended: () => void;
  #gathered: Item[] = [];
  #gatheredBytes = 0;
  #onTheWay: Item[][] = [];
  #bytesOnTheWay = 0;
  #toServer: Item[] = [];

  constructor(options: MemoryClientOptions, ended: () => void) {
    this.encoding = options.encoding ?? "binary";
    this.address = options.address ?? "memory";
    this.#kernelBytes = options.kernelBytes ?? 0;
    this.#ended = ended;
    this.client = new MemoryClient(this);
  }

  get bufferedBytes(): number {
    return Math.max(0, this.#bytesOnTheWay - this.#kernelBytes) + this.#gatheredBytes;
  }

  admit(): void {
    this.isAdmitted = true;
  }

  send(source: Uint8Array, start = 0, end: number = source.length): void {
    const bytes = new Uint8Array(source.subarray(start, end));
    this.#gather({ kind: "message", bytes, isText: this.encoding === "json" });
  }

  ping(payload: Uint8Array): void {
    this.#gather({ kind: "ping", bytes: new Uint8Array(payload) });
  }

  flush(): void {
    if (this.#gathered.length === 0 || !this.isOpen) return;
    this.#onTheWay.push(this.#gathered);
    this.#bytesOnTheWay += this.#gatheredBytes;
    this.bytesOut += this.#gatheredBytes;
    this.writes++;
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.flush();
    this.#onTheWay.push([{ kind: "close", code, reason }]);
    this.isOpen = false;
  }

  terminate(): void {
    this.end(1006, "");
  }

  toServer(item: Item): void {
    if (this.client.isOpen) this.#toServer.push(item);
  }

  end(code: number, reason: string): void {
    this.isOpen = false;
    if (this.listener === undefined) return;
    const { listener } = this;
    this.listener = undefined;
    this.client.closedWith ??= { code, reason };
    this.#onTheWay = [];
    this.#toServer = [];
    this.#ended();
    listener.closed(code, reason);
  }

  deliver(): number {
    let carried = 0;
    // a peer that reads nothing never answers the closing handshake: it is cut
    if (this.isStalled && !this.isOpen) this.end(1006, "");
    while (!this.isStalled && this.#onTheWay.length > 0) {
      carried += this.#deliverToClient(this.#onTheWay.shift()!);
    }
    while (this.listener !== undefined && this.#toServer.length > 0) {
      carried++;
      this.#deliverToServer(this.#toServer.shift()!);
    }
    return carried;
  }

  #deliverToClient(write: Item[]): number {
    const { client } = this;
    client.writes++;
    for (const item of write) {
      if (item.kind === "close") {
        client.closedWith = { code: item.code, reason: item.reason };
        this.end(item.code, item.reason);
        continue;
      }
      this.#bytesOnTheWay -= item.bytes.length;
      if (item.kind === "message") {
        client.received.push(item.bytes);
        client.bytes += item.bytes.length;
      } else if (item.kind === "ping") {
        client.pings++;
        if (client.answersPings) client.pong(item.bytes);
      } else client.pongs++;
    }
    return write.length;
  }

  #deliverToServer(item: Item): void {
    const { listener } = this;
    if (listener === undefined) return;
    if (item.kind === "message") listener.message(item.bytes, item.isText);
    else if (item.kind === "ping") {
      if (listener.pinged(item.bytes.length)) this.#gather({ kind: "pong", bytes: item.bytes });
    } else if (item.kind === "close") this.end(item.code, item.reason);
    else listener.pong(item.bytes);
  }

  #gather(item: Exclude<Item, { kind: "close" }>): void {
    if (!this.isOpen) return;
    this.#gathered.push(item);
    this.#gatheredBytes += item.bytes.length;
  }
}
