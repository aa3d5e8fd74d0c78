import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { errors, type ErrorCode } from "@realmwright/protocol";
import { chooseSubprotocol } from "@realmwright/protocol/internal";
import { WebSocketServer, type Server, type ServerOptions } from "ws";
import {
  addressKey,
  clientAddress,
  isHostAllowed,
  isOriginAllowed,
  type PeerRules,
} from "../peers.ts";
import type { Connection, ConnectionListener, Encoding, Transport } from "../../ports/transport.ts";
import { FrameBuffer } from "./frame-buffer.ts";
import { GuardedWebSocket } from "./guarded-web-socket.ts";
import { WebSocketConnection, type FrameDesk } from "./websocket-connection.ts";

const encodings: ReadonlyMap<string, Encoding> = new Map([
  ["realm.binary", "binary"],
  ["realm.msgpack", "msgpack"],
  ["realm.json", "json"],
]);

/** How long a peer may take to answer a close frame before it is cut, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2000;

export interface WebSocketTransportOptions {
  /** Path of the endpoint. Default "/ws". */
  readonly path?: string;
  readonly peers: PeerRules;
  /** Largest message that a client may send, in bytes. */
  readonly messageBytesMax: number;
  /** Fragments of one message, and pieces in which one frame arrives, that are held while the rest is missing. */
  readonly messagePartsMax: number;
  /** Connections of one address (of one /64 network, for IPv6) that have not authenticated. */
  readonly pendingPerAddressMax: number;
  /** Open connections, authenticated or not. */
  readonly connectionsMax: number;
  /** Told about each refused upgrade. */
  readonly onRefused?: (code: ErrorCode, address: string) => void;
}

/** Clients over WebSocket. It owns no listener: hand it the upgrade requests of an HTTP server. */
export class WebSocketTransport implements Transport {
  readonly #options: WebSocketTransportOptions;
  readonly #path: string;
  readonly #server: Server<typeof GuardedWebSocket>;
  readonly #desk: FrameDesk = { frames: new FrameBuffer(), writer: undefined };
  readonly #pending = new Map<string, number>();
  readonly #open = new Set<WebSocketConnection>();
  #accept: ((connection: Connection) => ConnectionListener) | undefined;
  #refusing = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: WebSocketTransportOptions) {
    this.#options = options;
    this.#path = options.path ?? "/ws";
    const settings: ServerOptions<typeof GuardedWebSocket> & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      // pings are answered as far as the listener allows; ws would cut who sends many at once
      autoPong: false,
      WebSocket: GuardedWebSocket,
      maxPayload: options.messageBytesMax,
      maxFragments: options.messagePartsMax,
      maxBufferedChunks: options.messagePartsMax,
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: (offered) => chooseSubprotocol(offered) ?? false,
    };
    this.#server = new WebSocketServer(settings);
  }

  start(accept: (connection: Connection) => ConnectionListener): void {
    this.#accept = accept;
  }

  /** For the `upgrade` event of an HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { peers } = this.#options;
    const address = clientAddress(
      request.socket.remoteAddress,
      request.headers["x-forwarded-for"],
      peers.proxyHops,
    );
    const problem = this.#problem(request, address);
    if (problem !== undefined) {
      this.#options.onRefused?.(problem, address);
      answer(socket, problem);
      return;
    }
    const release = this.#enter(address);
    // a handshake that ws refuses (no key, wrong version) never reaches the callback
    socket.once("close", release);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new WebSocketConnection(webSocket, socket as Socket, {
        encoding: encodings.get(webSocket.protocol) ?? "json",
        address,
        desk: this.#desk,
        release,
      });
      this.#open.add(connection);
      webSocket.once("close", () => {
        this.#open.delete(connection);
        if (this.#open.size === 0) this.#whenEmpty?.();
      });
      connection.listen(this.#accept!(connection));
    });
  }

  refuse(): void {
    this.#refusing = true;
  }

  stop(graceMs = 0): Promise<void> {
    this.#refusing = true;
    if (this.#open.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cut = setTimeout(() => {
      for (const connection of this.#open) connection.terminate();
    }, graceMs);
    this.#whenEmpty = () => {
      clearTimeout(cut);
      resolve();
    };
    return promise;
  }

  #problem(request: IncomingMessage, address: string): ErrorCode | undefined {
    const { peers, pendingPerAddressMax, connectionsMax } = this.#options;
    const { host, origin } = request.headers;
    if (!isHostAllowed(host, peers)) return "HOST_REFUSED";
    if (pathOf(request.url ?? "") !== this.#path) return "NOT_FOUND";
    if (!isOriginAllowed(origin, host, peers)) return "ORIGIN_REFUSED";
    if (this.#refusing || this.#accept === undefined) return "SERVER_DRAINING";
    if (this.#open.size >= connectionsMax) return "SERVER_FULL";
    const pending = this.#pending.get(addressKey(address)) ?? 0;
    return pending >= pendingPerAddressMax ? "TOO_MANY_CONNECTIONS" : undefined;
  }

  /** Counts a stranger; the returned function ends that once, however often it is called. */
  #enter(address: string): () => void {
    const key = addressKey(address);
    const pending = this.#pending;
    pending.set(key, (pending.get(key) ?? 0) + 1);
    let isPending = true;
    return () => {
      if (!isPending) return;
      isPending = false;
      const left = pending.get(key)! - 1;
      if (left === 0) pending.delete(key);
      else pending.set(key, left);
    };
  }
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** Refuses an upgrade in plain HTTP. */
function answer(socket: Duplex, code: ErrorCode): void {
  const { status, text, action } = errors[code];
  const body = JSON.stringify({ type: "about:blank", title: text, status, code, action });
  socket.once("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      "Connection: close\r\n" +
      "Content-Type: application/problem+json\r\n" +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
