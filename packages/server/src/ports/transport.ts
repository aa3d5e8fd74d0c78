import type { RealmError } from "@realmwright/protocol";

/** How messages are written on one connection; chosen by the WebSocket subprotocol. */
export type Encoding = "json" | "msgpack" | "binary";

/** What a client says while it connects, for those that can send nothing else first. */
export interface Handshake {
  /** Stands for an `auth` message: a single-use ticket, or else an access token. */
  readonly ticket?: string;
  readonly token?: string;
  /** Of the page that connects; only browsers have one. */
  readonly origin?: string;
  /** Stands for a `join` of this room, once it is authenticated. */
  readonly room?: string;
}

/**
 * One peer, as an edge sees it. `send` and `ping` gather bytes; `flush` hands everything gathered since the last one
 * to the network as a single write. All methods may be called after the connection closed; they then do nothing.
 */
export interface Connection {
  readonly encoding: Encoding;
  /** Address of the peer as text, without a port. */
  readonly address: string;
  /** Bytes that this process still holds for the peer. The kernel hides more, so this is a lower bound. */
  readonly bufferedBytes: number;
  /** Bytes handed over so far, framing included. */
  readonly bytesOut: number;
  /** Writes made so far. */
  readonly writes: number;
  readonly isOpen: boolean;
  /** Default: nothing was said. */
  readonly handshake?: Handshake;
  /** The peer has authenticated: the limits for strangers no longer apply to it. */
  admit(): void;
  /** Adds one message, the bytes from `start` to `end`, to the current write. They are copied, so they may be reused. */
  send(bytes: Uint8Array, start?: number, end?: number): void;
  /** Adds a ping of at most 125 bytes to the current write. The peer answers with the same bytes. */
  ping(payload: Uint8Array): void;
  flush(): void;
  /** Sends what was gathered, then starts the closing handshake. The reason has at most 123 bytes of UTF-8. */
  close(code: number, reason: string): void;
  /** Cuts the connection without a handshake. */
  terminate(): void;
}

/** What a connection reports. Byte arrays are the listener's only until it returns. */
export interface ConnectionListener {
  message(data: Uint8Array, isText: boolean): void;
  /** The peer sent a ping of so many bytes. True: the transport adds the answer to the current write. */
  pinged(bytes: number): boolean;
  pong(payload: Uint8Array): void;
  /** What came breaks the transport's own rules: the listener is to close the connection by this error, now. */
  failed(error: RealmError): void;
  /** Called exactly once, and nothing is called after it. 1006 when there was no closing handshake. */
  closed(code: number, reason: string): void;
}

/** A way for clients to reach an edge. */
export interface Transport {
  /** `accept` is called for each new peer and returns who listens to it. */
  start(accept: (connection: Connection) => ConnectionListener): void;
  /** Accepts nobody from now on. Open connections stay. */
  refuse(): void;
  /** Refuses new peers, lets open connections close for so long, cuts the rest and resolves once none is left. */
  stop(graceMs?: number): Promise<void>;
}
