import type { ClientPorts, ConnectOptions } from "@realmwright/client";
import { type GameDefinition, Random } from "@realmwright/core";
import { type LimitName, RealmError } from "@realmwright/protocol";
import {
  BusEdgeLink,
  Edge,
  GameFiles,
  Host,
  limitValues,
  type Log,
  type Metrics,
  VirtualClock,
} from "@realmwright/server/internal";
import { SimulatedBus } from "./simulated-bus.ts";
import { SimulatedNetwork } from "./simulated-network.ts";

export interface SimulatedRealmOptions {
  /** Folder of the game's assets. */
  readonly assets?: string;
  /** Any 32-bit number, for all randomness. Default 1. */
  readonly seed?: number;
  /** Limits that differ from the protocol's. */
  readonly limits?: Partial<Record<LimitName, number>>;
  /** Connections go to them in turn. Default 1. */
  readonly edges?: number;
  /** How the edges are joined to the rooms: by calls, or by a bus that may be late and lose frames. Default "local". */
  readonly link?: "local" | "bus";
  /** Checkpoints of rooms that the server begins with. */
  readonly checkpoints?: readonly Uint8Array[];
}

/**
 * A whole server in virtual time, with a simulated network before it. Clients connect with `ports()`; nothing happens
 * but within `run`.
 */
export class SimulatedRealm {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  /** Between rooms and edges, where that was asked for. */
  readonly bus: SimulatedBus;
  /** What the server has reported as errors. Empty in a healthy run. */
  readonly errors: unknown[];
  readonly #host: Host;
  readonly #edges: readonly Edge[];
  readonly #files: GameFiles;
  readonly #random: Random;
  #guests = 0;

  private constructor(about: {
    readonly clock: VirtualClock;
    readonly network: SimulatedNetwork;
    readonly bus: SimulatedBus;
    readonly errors: unknown[];
    readonly host: Host;
    readonly edges: readonly Edge[];
    readonly files: GameFiles;
    readonly random: Random;
  }) {
    this.clock = about.clock;
    this.network = about.network;
    this.bus = about.bus;
    this.errors = about.errors;
    this.#host = about.host;
    this.#edges = about.edges;
    this.#files = about.files;
    this.#random = about.random;
  }

  static async start(
    game: GameDefinition,
    options: SimulatedRealmOptions = {},
  ): Promise<SimulatedRealm> {
    const clock = new VirtualClock();
    const random = new Random(options.seed ?? 1);
    const errors: unknown[] = [];
    const log = errorLog(errors);
    const randomBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => random.integer(0, 255));
    const files = new GameFiles(options.assets);
    const { checkpoints = [] } = options;
    const ports = { clock, randomBytes, log, metrics: noMetrics };
    const host = await Host.start({ ...ports, game, files, checkpoints });
    const bus = new SimulatedBus(clock, random);
    if (options.link === "bus") host.listen(bus.endpoint("host"));
    const edges = Array.from({ length: options.edges ?? 1 }, (_, i) => {
      const limits = limitValues(options.limits);
      const verifier = { verify: identify };
      const edge = new Edge({ clock, log, random: randomBytes, limits, verifier });
      const address = `edge-${i}`;
      const isFar = options.link === "bus";
      edge.start(
        isFar
          ? new BusEdgeLink(bus.endpoint(address), "host", edge, log)
          : host.attach(edge, address),
      );
      return edge;
    });
    const network = new SimulatedNetwork(clock, random);
    let next = 0;
    network.start((connection) => edges[next++ % edges.length]!.accept(connection));
    return new SimulatedRealm({ clock, network, bus, errors, host, edges, files, random });
  }

  /** What a client needs to reach this server and nothing else. Errors of the game's callbacks go to `errors`. */
  ports(): ClientPorts {
    return {
      clock: this.clock,
      random: () => this.#random.unit(),
      socket: this.network.socket,
      http: ({ body }) => this.#guest(body as Readonly<Record<string, unknown>>),
      wallMs: () => this.clock.wallMs(),
      key: () => `key-${this.#random.unit()}`,
      lock: (_name, work) => work(),
      onOnline: () => () => undefined,
      report: (error) => this.errors.push(error),
    };
  }

  /** Options for `connect`, as a guest of that name. */
  guest(name: string): ConnectOptions {
    return { url: "ws://simulated/ws", guest: { name }, ports: this.ports() };
  }

  /**
   * Lets time go by, a millisecond at a time, so that promises are settled in between. `each` is called after each
   * `eachMs`, for example to render frames.
   */
  async run(ms: number, eachMs?: number, each?: (nowMs: number) => void): Promise<void> {
    const startMs = this.clock.nowMs();
    let frames = 0;
    for (let passed = 1; passed <= ms; passed++) {
      this.clock.advance(1);
      await settled();
      if (eachMs === undefined || each === undefined) continue;
      for (; (frames + 1) * eachMs <= passed; frames++) each(startMs + (frames + 1) * eachMs);
    }
  }

  /** Lets time go by until something has come. Rejects with what else came of it, or when it takes too long. */
  async until<T>(promise: Promise<T>, timeoutMs = 20_000): Promise<T> {
    const outcome = { isThere: false };
    const settle = (): void => {
      outcome.isThere = true;
    };
    promise.then(settle, settle);
    await this.untilSo(() => outcome.isThere, timeoutMs);
    return await promise;
  }

  /** Lets time go by until something is so. Rejects when that takes too long. */
  async untilSo(isSo: () => boolean, timeoutMs = 20_000): Promise<void> {
    for (let passed = 0; !isSo(); passed++) {
      if (passed > timeoutMs) throw new Error(`not so after ${timeoutMs} ms: ${isSo.toString()}`);
      await this.run(1);
    }
  }

  /** Goes on with another definition of the game, as a development server does. */
  async reload(game: GameDefinition): Promise<void> {
    await this.#host.reload(game, this.#files);
  }

  /** Removes an account's sessions and seats. */
  kick(account: string): void {
    this.#host.kick(account);
  }

  /** Takes no more joins, tells everyone, and ends the rooms after so long. */
  drain(graceMs: number): void {
    void this.#host.drain({ graceMs });
  }

  stop(): void {
    for (const edge of this.#edges) edge.stop();
    this.#host.close();
  }

  /** A token says who one is: nothing is secret here. */
  async #guest(
    body: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const number = ++this.#guests;
    const name = typeof body["name"] === "string" ? body["name"] : `Guest ${number}`;
    const { clock, network } = this;
    await new Promise<void>((resolve) => {
      clock.at(clock.nowMs() + 2 * network.conditions.delayMs, resolve);
    });
    if (network.conditions.isDown) throw new TypeError("nobody answers");
    return { status: 200, body: { token: `guest-${number}:${name}` } };
  }
}

/** The token "account:name". */
function identify(token: string): Promise<{ account: string; name: string; role: string }> {
  const at = token.indexOf(":");
  if (at < 1) return Promise.reject(new RealmError("TOKEN_INVALID"));
  const account = token.slice(0, at);
  return Promise.resolve({ account, name: token.slice(at + 1), role: "player" });
}

/** All promises that are settled by now have been heard. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function errorLog(errors: unknown[]): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, data) => errors.push(data?.["error"] ?? new Error(message)),
    with: () => log,
  };
  return log;
}

const noMetrics: Metrics = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};
