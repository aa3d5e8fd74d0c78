import type { Auth } from "./accounts/auth.ts";
import type { ConnectionTimes } from "./connection/connection.ts";
import type { GameHalf } from "./game-types.ts";
import type { ClientPorts, SessionStorage } from "./ports.ts";

/** How messages are written. "binary" is the smallest; the others can be read in the browser's tools. */
export type ClientEncoding = "binary" | "msgpack" | "json";

/**
 * Who plays: a login (`createAuth`); what the application has a token of, or gets one each time one is needed; or a guest,
 * which the client makes itself and keeps as the session is kept, for this tab alone. Instead of tokens the application
 * may get tickets (`accounts.ticket`), a new one for each connection: then this page can not ask operations, and after a
 * reconnect one joins again, into the same seat.
 */
export type CredentialSource =
  | { readonly auth: Auth }
  | { readonly token: string }
  | { readonly tokenProvider: () => string | Promise<string> }
  | { readonly ticketProvider: () => string | Promise<string> }
  | { readonly guest: { readonly name?: string } };

export type ConnectOptions = CredentialSource & {
  /**
   * The server's address: of its WebSocket door ("wss://play.example.com/ws"), or of the server ("https://play.example.com",
   * whose door is `/ws`). Default: the server of `auth`, or the one that the page came from.
   */
  readonly url?: string;
  /** What the client shares with the server besides types. Without it nothing is predicted. */
  readonly game?: GameHalf;
  /** Default "binary". */
  readonly encoding?: ClientEncoding;
  /**
   * Keeps the session over a reload of the page; null: the session ends with the page. Default: `sessionStorage` in a page,
   * else null. Clients that share a storage and an address share a session.
   */
  readonly storage?: SessionStorage | null;
  /** Name and version of the application, for the server's log. At most 64 characters. */
  readonly client?: string;
  /** How long a join or an action waits for its answer. Default 5,000. */
  readonly answerTimeoutMs?: number;
  readonly times?: ConnectionTimes;
  /**
   * By entity name: a position that changes by more than so many world units within one send interval has jumped and is
   * not interpolated. Default: a 32nd of the narrowest position field's range.
   */
  readonly teleportDistance?: Readonly<Record<string, number>>;
  /** A visible error of one's own entity above so many world units is jumped over. Default as above. */
  readonly snapDistance?: number;
  /** Ways to touch the world outside that differ from the platform's. */
  readonly ports?: Partial<ClientPorts>;
};

/** What a client's connection is doing. */
export interface ClientStats {
  /** Running mean of the round trip, and of how much it varies, in milliseconds. 0 before the first answer. */
  readonly rttMs: number;
  readonly jitterMs: number;
  /** Over the last second; payloads of WebSocket messages. */
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly messagesInPerSecond: number;
  readonly messagesOutPerSecond: number;
  readonly snapshotsPerSecond: number;
  /** Since the start. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Attempts after the first. */
  readonly reconnects: number;
}

/** How a room is joined. */
export interface JoinSettings {
  /** See only. */
  readonly spectate?: boolean;
  /** Id of a reserved seat. */
  readonly reservation?: string;
  /** Id of the very room to join, of the kind that is named. Default: any. */
  readonly id?: string;
}
