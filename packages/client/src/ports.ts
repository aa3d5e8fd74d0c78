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

/** Opens a connection that offers one subprotocol. May throw for an address that is none. */
export type SocketFactory = (
  url: string,
  subprotocol: string,
  listener: SocketListener,
) => ClientSocket;

/** Where a session's secrets outlive the page; the browser's `sessionStorage` is one. */
export interface SessionStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Posts JSON; answers the status and the parsed answer (undefined if it is no JSON). Rejects if nobody answers. */
export type PostJson = (
  url: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The ways in which a client touches the world outside. */
export interface ClientPorts {
  readonly clock: ClientClock;
  /** At least 0, less than 1. Spreads reconnects; not for secrets. */
  readonly random: () => number;
  readonly socket: SocketFactory;
  readonly post: PostJson;
  /** Calls back whenever the machine has a network again. Returns a function that ends it. */
  readonly onOnline: (call: () => void) => () => void;
  /** Takes errors of the game's own callbacks when nobody listens for them. */
  readonly report: (error: unknown) => void;
}
