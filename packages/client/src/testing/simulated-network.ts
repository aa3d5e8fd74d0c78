import type { ClientClock, ClientSocket, SocketFactory, SocketListener } from "../ports.ts";

/** What a way does to what is on it. Each may be changed at any time. */
export interface NetworkConditions {
  /** From one end to the other, in milliseconds. */
  delayMs: number;
  /** At most so much more, differently for each message; their order stays. */
  jitterMs: number;
  /** Nothing moves. What was sent waits, and neither end is told. */
  isStalled: boolean;
  /** New connections are refused. */
  isDown: boolean;
}

/** The server's end of a simulated connection. */
export interface SimulatedPeer {
  /** What the client offered first. */
  readonly subprotocol: string;
  /** What else it offered. */
  readonly others: readonly string[];
  readonly isOpen: boolean;
  /** Set by the server: what comes from the client. */
  onMessage: (data: Uint8Array | string) => void;
  /** Set by the server: the client's end is gone. */
  onClosed: () => void;
  send(data: Uint8Array | string): void;
  close(code: number): void;
}

/**
 * A network between clients and a server in one process, on any clock: messages take their time, in order, and the way may
 * stall, be cut or refuse. As WebSocket over TCP it loses nothing but what is on the way when it is cut.
 */
export class SimulatedNetwork {
  readonly conditions: NetworkConditions = {
    delayMs: 0,
    jitterMs: 0,
    isStalled: false,
    isDown: false,
  };
  /** Set by the server: a client has connected. */
  onConnect: (peer: SimulatedPeer) => void = () => undefined;
  /** Connections accepted so far. */
  accepted = 0;
  readonly #clock: ClientClock;
  readonly #random: () => number;
  readonly #pipes = new Set<Pipe>();

  /** @param random at least 0, less than 1; makes the jitter. */
  constructor(clock: ClientClock, random: () => number = () => 0) {
    this.#clock = clock;
    this.#random = random;
  }

  /** For `ports.socket`. */
  readonly socket: SocketFactory = (_url, subprotocols, listener) => {
    const pipe = new Pipe(this.#clock, this.#random, this.conditions, subprotocols, listener);
    if (this.conditions.isDown) {
      pipe.refuse();
      return pipe.client;
    }
    this.#pipes.add(pipe);
    pipe.onEnd = () => this.#pipes.delete(pipe);
    pipe.open(() => {
      this.accepted++;
      this.onConnect(pipe.peer);
    });
    return pipe.client;
  };

  /** Connections that are there. */
  get open(): number {
    return this.#pipes.size;
  }

  /** Every connection breaks: both ends are told at once, and what is on the way is lost. */
  cut(): void {
    for (const pipe of [...this.#pipes]) pipe.cut();
  }

  /** Begins to move again, or stops. */
  stall(on: boolean): void {
    this.conditions.isStalled = on;
    if (!on) for (const pipe of [...this.#pipes]) pipe.wake();
  }
}

type Item =
  | { readonly kind: "open" }
  | { readonly kind: "message"; readonly data: Uint8Array | string }
  | { readonly kind: "close"; readonly code: number };

/** One direction: a queue whose items arrive in order, each at its time. */
class Lane {
  readonly #clock: ClientClock;
  readonly #conditions: NetworkConditions;
  readonly #random: () => number;
  readonly #deliver: (item: Item) => void;
  readonly #items: { readonly atMs: number; readonly item: Item }[] = [];
  #lastMs = 0;

  constructor(
    clock: ClientClock,
    conditions: NetworkConditions,
    random: () => number,
    deliver: (item: Item) => void,
  ) {
    this.#clock = clock;
    this.#conditions = conditions;
    this.#random = random;
    this.#deliver = deliver;
  }

  push(item: Item): void {
    const { delayMs, jitterMs } = this.#conditions;
    const atMs = this.#clock.nowMs() + delayMs + this.#random() * jitterMs;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#items.push({ atMs: this.#lastMs, item });
    this.#clock.at(this.#lastMs, () => this.wake());
  }

  wake(): void {
    const now = this.#clock.nowMs();
    while (!this.#conditions.isStalled) {
      const first = this.#items[0];
      if (first === undefined || first.atMs > now) return;
      this.#items.shift();
      this.#deliver(first.item);
    }
  }

  clear(): void {
    this.#items.length = 0;
  }
}

class Pipe {
  readonly client: ClientSocket;
  readonly peer: SimulatedPeer;
  onEnd: () => void = () => undefined;
  readonly #clock: ClientClock;
  readonly #listener: SocketListener;
  readonly #toServer: Lane;
  readonly #toClient: Lane;
  #accept: () => void = () => undefined;
  #isClientOpen = false;
  #isClientGone = false;
  #isServerGone = false;

  constructor(
    clock: ClientClock,
    random: () => number,
    conditions: NetworkConditions,
    [subprotocol = "", ...others]: readonly string[],
    listener: SocketListener,
  ) {
    this.#clock = clock;
    this.#listener = listener;
    this.#toServer = new Lane(clock, conditions, random, (item) => this.#atServer(item));
    this.#toClient = new Lane(clock, conditions, random, (item) => this.#atClient(item));
    const isOpen = (): boolean => !this.#isServerGone;
    this.client = {
      send: (data) => {
        if (this.#isClientOpen && !this.#isClientGone) {
          this.#toServer.push({ kind: "message", data });
        }
      },
      close: (code) => this.#closeClient(code),
    };
    this.peer = {
      subprotocol,
      others,
      get isOpen() {
        return isOpen();
      },
      onMessage: () => undefined,
      onClosed: () => undefined,
      send: (data) => {
        if (!this.#isServerGone) this.#toClient.push({ kind: "message", data });
      },
      close: (code) => {
        if (this.#isServerGone) return;
        this.#toClient.push({ kind: "close", code });
        this.#endServer();
      },
    };
  }

  open(accept: () => void): void {
    this.#accept = accept;
    this.#toServer.push({ kind: "open" });
  }

  refuse(): void {
    this.#isServerGone = true;
    this.#clock.at(this.#clock.nowMs(), () => this.#endClient(1006));
  }

  wake(): void {
    this.#toServer.wake();
    this.#toClient.wake();
  }

  cut(): void {
    this.#toServer.clear();
    this.#toClient.clear();
    this.#endServer();
    this.#endClient(1006);
  }

  #atServer(item: Item): void {
    if (item.kind === "open") {
      this.#accept();
      this.#toClient.push({ kind: "open" });
    } else if (item.kind === "close") this.#endServer();
    else if (!this.#isServerGone) this.peer.onMessage(item.data);
  }

  #atClient(item: Item): void {
    if (this.#isClientGone) return;
    if (item.kind === "open") {
      this.#isClientOpen = true;
      this.#listener.open();
    } else if (item.kind === "close") this.#endClient(item.code);
    else this.#listener.message(item.data);
  }

  #closeClient(code: number): void {
    if (this.#isClientGone) return;
    this.#toServer.push({ kind: "close", code });
    // the callback never comes from inside of a call
    this.#clock.at(this.#clock.nowMs(), () => this.#endClient(code));
  }

  #endClient(code: number): void {
    if (this.#isClientGone) return;
    this.#isClientGone = true;
    if (this.#isServerGone) this.onEnd();
    this.#listener.closed(code);
  }

  #endServer(): void {
    if (this.#isServerGone) return;
    this.#isServerGone = true;
    if (this.#isClientGone) this.onEnd();
    this.peer.onClosed();
  }
}
