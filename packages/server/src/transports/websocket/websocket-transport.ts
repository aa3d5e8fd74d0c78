import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { chooseSubprotocol } from "@realmwright/protocol/internal";
import { WebSocketServer, type Server as Upgrader, type ServerOptions } from "ws";
import type { Gate, Pass } from "../gate.ts";
import { clientAddress, isHostAllowed, isOriginAllowed, type PeerRules } from "../peers.ts";
import { refuseSocket } from "../refusal.ts";
import type {
  Connection,
  ConnectionListener,
  Encoding,
  Handshake,
  Transport,
} from "../../ports/transport.ts";
import { readHandshake } from "./handshake.ts";
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
  /** Whether `?token=` stands for an `auth` message: addresses end up in the logs of proxies. Default true. */
  readonly queryToken?: boolean;
  /** Bounds who may come in. */
  readonly gate: Gate;
  /** Told about each refused upgrade. */
  readonly onRefused?: (code: ErrorCode, address: string) => void;
}

/** Clients over WebSocket. It owns no listener: others' HTTP servers hand it their connections and upgrades. */
export class WebSocketTransport implements Transport {
  readonly #options: WebSocketTransportOptions;
  readonly #path: string;
  readonly #server: Upgrader<typeof GuardedWebSocket>;
  readonly #desk: FrameDesk = { frames: new FrameBuffer(), writer: undefined };
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
    this.#server.on("wsClientError", (_error, socket, request) => this.#odd(request, socket));
  }

  start(accept: (connection: Connection) => ConnectionListener): void {
    this.#accept = accept;
  }

  /** Takes the connections of an HTTP server in, and its upgrades. */
  serve(server: Server): void {
    this.#options.gate.guard(server);
    server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** An upgrade of a connection that the gate has let in. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const address = this.#addressOf(request);
    const { gate, queryToken = true } = this.#options;
    const handshake = this.#problem(request) ?? readHandshake(request, { queryToken });
    if (typeof handshake === "string") {
      this.#refuse(socket, handshake, address);
      return;
    }
    const pass = gate.greet(socket, address);
    if (typeof pass === "string") {
      this.#refuse(socket, pass, address);
      return;
    }
    let isIn = false;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      isIn = true;
      this.#begin(webSocket, socket, { address, handshake }, pass);
    });
    if (!isIn) pass.turnAway();
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

  #begin(
    webSocket: GuardedWebSocket,
    socket: Duplex,
    said: { readonly address: string; readonly handshake: Handshake | undefined },
    pass: Pass,
  ): void {
    const connection = new WebSocketConnection(webSocket, socket as Socket, {
      encoding: encodings.get(webSocket.protocol) ?? "json",
      ...said,
      desk: this.#desk,
      pass,
    });
    this.#open.add(connection);
    webSocket.once("close", () => {
      this.#open.delete(connection);
      if (this.#open.size === 0) this.#whenEmpty?.();
    });
    connection.listen(this.#accept!(connection), this.#options.messageBytesMax);
  }

  #problem(request: IncomingMessage): ErrorCode | undefined {
    const { peers } = this.#options;
    const { host, origin } = request.headers;
    if (!isHostAllowed(host, peers)) return host === undefined ? "REQUEST_INVALID" : "HOST_REFUSED";
    if (pathOf(request.url ?? "") !== this.#path) return "NOT_FOUND";
    if (!isOriginAllowed(origin, host, peers)) return "ORIGIN_REFUSED";
    return this.#refusing || this.#accept === undefined ? "SERVER_DRAINING" : undefined;
  }

  /** A handshake that is none: no key, an unknown version, another protocol, another method. */
  #odd(request: IncomingMessage, socket: Duplex): void {
    const code = request.method === "GET" ? "REQUEST_INVALID" : "METHOD_REFUSED";
    this.#refuse(socket, code, this.#addressOf(request), { "sec-websocket-version": "13" });
  }

  #refuse(socket: Duplex, code: ErrorCode, address: string, headers: object = {}): void {
    this.#options.onRefused?.(code, address);
    refuseSocket(socket, new RealmError(code), { headers });
  }

  #addressOf(request: IncomingMessage): string {
    const forwarded = request.headers["x-forwarded-for"];
    const { proxyHops } = this.#options.peers;
    return clientAddress(request.socket.remoteAddress, forwarded, proxyHops);
  }
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}
