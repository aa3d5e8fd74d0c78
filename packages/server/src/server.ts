import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GameDefinition } from "@realmwright/core";
import { type LimitName, limits, RealmError } from "@realmwright/protocol";
import type { FastifyInstance } from "fastify";
import { FileTree } from "./assets/file-tree.ts";
import { GameFiles } from "./assets/game-files.ts";
import { GuestLogin } from "./auth/guest-login.ts";
import { SecretTokenVerifier, type TokenRules } from "./auth/token-verifier.ts";
import { ThreadBus } from "./bus/threads/thread-bus.ts";
import { addCounters, bump, newCounters, type EdgeCounters } from "./edge/counters.ts";
import { Edge, type EdgeOptions } from "./edge/edge.ts";
import { Host, type RoomSummary } from "./host/host.ts";
import { createApp, type AppOptions } from "./http/app.ts";
import type { HttpExtension } from "./http/extension.ts";
import { FileDesk } from "./http/files.ts";
import type { SubjectOf } from "./http/operations.ts";
import { operationsOf, type RunningServer, type ServerServices } from "./http/services.ts";
import { createLog } from "./logging/pino-log.ts";
import { sureLog } from "./logging/sure-log.ts";
import { PromMetrics } from "./metrics/prom-metrics.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import { systemClock } from "./scheduler/system-clock.ts";
import { OperationDesk } from "./services/operation-desk.ts";
import { SocketCalls } from "./services/socket-calls.ts";
import { limitValues, type LimitValues } from "./session/limit-values.ts";
import { sessionSubject } from "./session/session-state.ts";
import { loopbackHosts, type PeerRules } from "./transports/peers.ts";
import type { WebSocketTransport } from "./transports/websocket/websocket-transport.ts";
import { clientTransport } from "./worker/client-transport.ts";
import { EdgeThreads } from "./worker/edge-threads.ts";
import { hostAddress } from "./worker/worker-messages.ts";

/** How long clients may take to answer the closing handshake at the end. */
const GOODBYE_MS = 2000;
const HEARTBEAT_MS = 500;
/** The event loop counts as alive when it turned within this time. */
const LIVE_MS = 5000;

export interface ServerOptions {
  readonly game: GameDefinition;
  /** Signs and checks access tokens: at least 32 random bytes that nobody else knows. */
  readonly secret: Uint8Array;
  /** Folder of the game's assets, served below `/assets/` and read by its rooms. */
  readonly assets?: string;
  /** Folder of the game's page, served at `/`. */
  readonly client?: string;
  readonly http?: {
    /** Address to listen on. Default "127.0.0.1": this machine alone. */
    readonly host?: string;
    /** Default 8080; 0 takes any free port. */
    readonly port?: number;
    /** Host names that requests may carry, without ports; "*" allows all. Default: the loopback names and `host`. */
    readonly hosts?: readonly string[];
    /** Foreign origins whose pages may connect; "*" allows all. Default none. */
    readonly origins?: readonly string[];
    /** Proxies in front that append to X-Forwarded-For. Default 0. */
    readonly proxyHops?: number;
    /** Whoever asks for `/metrics` from another machine needs it. Default: nobody there may. */
    readonly metricsToken?: string;
    /** Whether `/ws?token=` stands for an `auth` message; it ends up in the logs of proxies. Default true. */
    readonly queryToken?: boolean;
  };
  readonly services?: ServerServices;
  /** Worker threads that serve clients, at most 64; more than there are cores win nothing. 0, the default: the main thread does. More need Linux. */
  readonly edges?: number;
  /** Default: JSON lines on standard output. */
  readonly log?: Log;
  readonly clock?: Clock;
  /** Limits that differ from the protocol's, for tests. */
  readonly limits?: Partial<Record<LimitName, number>>;
  /** What answers HTTP requests first, for example the tools of `dev`. */
  readonly extension?: HttpExtension;
}

/** What a server is doing. Counters run from its start; those of edge threads are up to a second old. */
export interface ServerStats {
  readonly sessions: number;
  readonly rooms: readonly RoomSummary[];
  /** How late the newest turn of the rooms began, in milliseconds. */
  readonly lagMs: number;
  readonly counters: EdgeCounters;
}

/** A game server in this process. */
export interface Server {
  /**
   * Loads the game, begins its permanent rooms and listens. Rejects with the catalogue's errors for a bad game, and with
   * the listener's own (`code` EADDRINUSE) for a port that is taken; then nothing is left running.
   */
  start(): Promise<void>;
  /**
   * Takes no more joins, tells everyone, ends rooms when nobody is in them any more, at the latest after `graceMs`, and closes
   * all connections. Resolves when nothing keeps the process alive any more.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Goes on with another definition of the game; connections, seats and state stay. When it rejects, nothing has changed. */
  reload(game: GameDefinition): Promise<void>;
  /** Where it listens, for example "http://localhost:8080". Once started. */
  readonly url: string;
  readonly port: number;
  stats(): ServerStats;
  /**
   * Takes up what nothing has caught, with the arguments of Node's `uncaughtException`, from within that event or
   * `unhandledRejection`. What a room's hook has started and then throws ends that room alone; a rejection is logged and
   * ends nothing. Both are counted. Returns false for an exception that is no room's, and before the start: end the process then. A server does not
   * listen to these events of the process by itself.
   */
  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): boolean;
  /** Removes an account's sessions and seats; returns how many were connected. */
  kick(account: string): number;
}

/**
 * Makes a server; `start` starts it. Throws TypeError for a secret that is too short and for edges that are no whole number
 * from 0 on, `LIMIT_REACHED` for too many of them.
 */
export function createServer(options: ServerOptions): Server {
  return new GameServer(options);
}

class GameServer implements Server {
  readonly #options: ServerOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: LimitValues;
  readonly #guests: SecretTokenVerifier;
  readonly #peers: PeerRules;
  readonly #login: GuestLogin;
  readonly #metrics: PromMetrics;
  readonly #files: GameFiles;
  readonly #desk: FileDesk;
  readonly #operations: OperationDesk;
  /** What this thread refuses of plain HTTP. */
  readonly #own = newCounters();
  #host: Host | undefined;
  #edge: Edge | undefined;
  #transport: WebSocketTransport | undefined;
  #threads: EdgeThreads | undefined;
  #bus: ThreadBus | undefined;
  #app: FastifyInstance | undefined;
  #folder: string | undefined;
  #port = 0;
  #isDraining = false;
  #turnedMs = 0;
  #cancelHeartbeat: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    mustBeEdges(options.edges ?? 0);
    this.#clock = options.clock ?? systemClock();
    this.#log = sureLog(options.log ?? createLog());
    this.#limits = limitValues(options.limits);
    const { host, hosts, origins, proxyHops } = options.http ?? {};
    this.#peers = {
      hosts: hosts ?? [...loopbackHosts, ...(host === undefined ? [] : [bracketed(host)])],
      origins: origins ?? [],
      proxyHops: proxyHops ?? 0,
    };
    const { name } = options.game;
    const rules: TokenRules = { secret: options.secret, issuer: "realmwright", audience: name };
    this.#guests = new SecretTokenVerifier(rules, () => this.#clock.wallMs());
    this.#login = new GuestLogin(rules, { clock: this.#clock, random: secureBytes });
    this.#operations = new OperationDesk(
      operationsOf(options.services ?? {}, this.#login, this.#limits),
      this.#clock,
    );
    this.#metrics = new PromMetrics(() => this.#counters());
    this.#files = new GameFiles(options.assets);
    this.#desk = new FileDesk({
      assets: this.#files,
      client: new FileTree(options.client),
      extension: options.extension,
    });
  }

  get url(): string {
    const host = this.#options.http?.host ?? "127.0.0.1";
    const isAny = host === "0.0.0.0" || host === "::";
    const name = isAny || host === "127.0.0.1" || host === "::1" ? "localhost" : bracketed(host);
    return `http://${name}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#stopping ??= this.#stop(options.graceMs ?? 0);
    return this.#stopping;
  }

  async reload(game: GameDefinition): Promise<void> {
    await this.#running().reload(game, this.#files);
    this.#desk.forget();
  }

  stats(): ServerStats {
    const host = this.#running();
    const counters = newCounters();
    for (const each of this.#counters()) addCounters(counters, each);
    return { sessions: host.sessionCount, rooms: host.rooms(), lagMs: host.lagMs, counters };
  }

  uncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): boolean {
    const kind = origin === "unhandledRejection" ? "rejection" : "exception";
    return this.#host?.uncaught(error, kind) ?? false;
  }

  kick(account: string): number {
    return this.#running().kick(account);
  }

  async #start(): Promise<void> {
    const { game, edges = 0, http = {}, services = {} } = this.#options;
    // Before the rooms begin to tick: it takes longer than some of their ticks.
    this.#app = createApp({
      peers: this.#peers,
      log: this.#log,
      limits: this.#limits,
      ...this.#services(),
      files: this.#desk,
      health: { isLive: () => this.#isLive(), isReady: () => this.#isReady() },
      metrics: () => this.#metrics.page(),
      metricsToken: http.metricsToken,
      extension: this.#options.extension,
      isInner: edges > 0,
      refused: (code) => bump(this.#own.httpRefused, code),
    });
    this.#host = await Host.start({
      clock: this.#clock,
      randomBytes: secureBytes,
      log: this.#log,
      metrics: this.#metrics,
      game,
      files: this.#files,
      roomsMax: this.#limits.roomsPerNode,
      sessionsMax: this.#limits.sessionsPerNode,
      attendance: services.attendance,
      storage: services.storage,
    });
    services.attach?.(this.#face(this.#host));
    this.#beat();
    this.#port = await (edges === 0 ? this.#listen() : this.#listenInThreads(edges));
    this.#log.info("listening", { url: this.url, edges });
  }

  /** The server as its services see it. */
  #face(host: Host): RunningServer {
    return {
      logins: { end: (event) => host.endLogins(event), all: () => host.logins() },
      rooms: {
        open: (kind, options) => host.open(kind, options),
        isMember: (account, room) => host.isMember(account, room),
      },
      metrics: this.#metrics,
    };
  }

  #services(): Pick<AppOptions, "desk" | "subjectOf"> {
    const { services = {} } = this.#options;
    const { verifier }: { readonly verifier: { readonly verify: SubjectOf } } =
      services.identity ?? { verifier: this.#guests };
    return {
      desk: this.#operations,
      subjectOf: services.subjectOf ?? ((token) => verifier.verify(token)),
    };
  }

  /** For connections: whose tokens and tickets are, how many endings of logins were known before they were looked at, and who runs operations for them. */
  #entrance(): Required<Pick<EdgeOptions, "verifier" | "tickets" | "caller">> {
    const { identity } = this.#options.services ?? {};
    const verifier = identity?.verifier ?? this.#guests;
    return {
      verifier: {
        verify: async (token) => {
          const { endings } = this.#running();
          return { ...(await verifier.verify(token)), endings };
        },
      },
      tickets: {
        take: async (ticket, origin) => {
          const { endings } = this.#running();
          if (identity === undefined) throw new RealmError("TICKET_INVALID", { detail: "none" });
          return { ...(await identity.tickets.take(ticket, origin)), endings };
        },
      },
      caller: new SocketCalls({
        desk: this.#operations,
        subjectOf: async (who) =>
          identity === undefined ? sessionSubject(who) : await identity.verifier.current(who),
        limits: this.#limits,
        clock: this.#clock,
        log: this.#log,
      }),
    };
  }

  /** Sockets, edge and rooms in this thread. */
  async #listen(): Promise<number> {
    const { host = "127.0.0.1", port = 8080, queryToken = true } = this.#options.http ?? {};
    const app = this.#app!;
    const clock = this.#clock;
    const edge = new Edge({
      clock,
      log: this.#log,
      random: secureBytes,
      limits: this.#limits,
      ...this.#entrance(),
    });
    this.#edge = edge;
    edge.start(this.#host!.attach(edge));
    const transport = clientTransport({
      peers: this.#peers,
      queryToken,
      limits: this.#limits,
      log: this.#log,
      counters: edge.counters,
    });
    this.#transport = transport;
    transport.start((connection) => edge.accept(connection));
    transport.serve(app.server);
    // of "localhost" fastify would make two listeners, of which the second knows nothing of the gate
    await app.listen({ host: host === "localhost" ? "127.0.0.1" : host, port });
    return (app.server.address() as AddressInfo).port;
  }

  /** Rooms in this thread, sockets and edges in others. */
  async #listenInThreads(count: number): Promise<number> {
    const { host = "127.0.0.1", port = 8080, queryToken = true } = this.#options.http ?? {};
    // only this user may reach the inner listener, which believes what the edge threads say of their peers
    this.#folder = await mkdtemp(join(tmpdir(), "realmwright-"));
    const httpSocket = join(this.#folder, "http.sock");
    await this.#app!.listen({ path: httpSocket });
    this.#bus = new ThreadBus(hostAddress);
    this.#host!.listen(this.#bus);
    this.#threads = new EdgeThreads({
      count,
      bus: this.#bus,
      clock: this.#clock,
      log: this.#log,
      peers: this.#peers,
      limits: this.#options.limits ?? {},
      ...this.#entrance(),
      queryToken,
      listen: { host, port },
      httpSocket,
    });
    return await this.#threads.start();
  }

  async #stop(graceMs: number): Promise<void> {
    this.#isDraining = true;
    this.#log.info("draining", { graceMs });
    await this.#host?.drain({ graceMs });
    await this.#close();
    this.#log.info("stopped");
  }

  async #close(): Promise<void> {
    this.#cancelHeartbeat?.();
    this.#transport?.refuse();
    this.#edge?.stop();
    await this.#transport?.stop(GOODBYE_MS);
    await this.#threads?.stop();
    this.#host?.close();
    this.#bus?.close();
    await this.#app?.close();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  #beat(): void {
    this.#turnedMs = this.#clock.nowMs();
    this.#cancelHeartbeat = this.#clock.at(this.#turnedMs + HEARTBEAT_MS, () => this.#beat());
  }

  #isLive(): boolean {
    return this.#clock.nowMs() - this.#turnedMs <= LIVE_MS;
  }

  #isReady(): boolean {
    const serves = this.#edge?.isReady ?? (this.#threads?.size ?? 0) > 0;
    const { isReady = () => true } = this.#options.services ?? {};
    return serves && !this.#isDraining && this.#host?.isDraining === false && isReady();
  }

  *#counters(): Iterable<EdgeCounters> {
    yield this.#own;
    if (this.#edge !== undefined) yield this.#edge.counters;
    if (this.#threads !== undefined) yield* this.#threads.counters();
  }

  #running(): Host {
    if (this.#host === undefined) throw new TypeError("The server has not been started");
    return this.#host;
  }
}

function secureBytes(length: number): Uint8Array {
  return randomBytes(length);
}

function mustBeEdges(edges: number): void {
  if (!Number.isInteger(edges) || edges < 0) {
    throw new TypeError(`edges is a whole number of threads from 0 on, not ${edges}`);
  }
  const { value: max } = limits.edgesPerNode;
  if (edges > max) throw new RealmError("LIMIT_REACHED", { detail: `${edges} edges of ${max}` });
}

/** A Host header has IPv6 addresses in brackets. */
function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
