/** Time from outside. */
export interface ClientClock {
  /** Monotonic milliseconds with fractions, from an arbitrary start. */
  nowMs(): number;
  /** Calls back once, not before `atMs`, never inside this call. Returns a function that withdraws the call. */
  at(atMs: number, call: () => void): () => void;
}

/** What a socket tells its owner, each from outside of any call of its owner. */
export interface SocketListener {
  open(): void;
  message(data: Uint8Array | string): void;
  /** The last call, also for a socket that never opened. 1006 when there was no closing handshake. */
  closed(code: number): void;
}

/** One WebSocket connection, or what stands in for one. */
export interface ClientSocket {
  /** Binary frames for bytes, text frames for text. Does nothing unless the socket is open. */
  send(data: Uint8Array | string): void;
  /** Starts closing, from any state. */
  close(code: number): void;
}

/** Opens a connection that offers these subprotocols, the first of which is spoken. May throw for an address that is none. */
export type SocketFactory = (
  url: string,
  subprotocols: readonly string[],
  listener: SocketListener,
) => ClientSocket;

/** Where secrets outlive the page; the browser's `sessionStorage` and `localStorage` are such. */
export interface SessionStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Answers the status and the parsed body (undefined if it is no JSON). Rejects if nobody answers. */
export type AskHttp = (
  request: HttpRequest,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The ways in which a client touches the world outside. */
export interface ClientPorts {
  readonly clock: ClientClock;
  /** At least 0, less than 1. Spreads reconnects; not for secrets. */
  readonly random: () => number;
  readonly socket: SocketFactory;
  readonly http: AskHttp;
  /** Milliseconds since 1970. May jump; only compared with what it was itself before. */
  readonly wallMs: () => number;
  /** A new text that nobody can guess: 1 to 64 plain characters. */
  readonly key: () => string;
  /** Does work under a name, one at a time over all pages of this machine; after a few seconds of waiting, all the same. */
  readonly lock: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Calls back whenever the machine has a network again. Returns a function that ends it. */
  readonly onOnline: (call: () => void) => () => void;
  /** Takes errors of the game's own callbacks when nobody listens for them. */
  readonly report: (error: unknown) => void;
}
