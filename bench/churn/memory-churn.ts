import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Random } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import {
  Edge,
  GameFiles,
  Host,
  limitValues,
  MemoryTransport,
  planRoom,
  VirtualClock,
  type Log,
  type Metrics,
} from "@realmwright/server/internal";
import { churnGame } from "./churn-game.ts";
import { MemoryBot, type BotWorld } from "./memory-bot.ts";

const bots = 200;
const stepMs = 25;
/** Seats wait a second, connections that do not read are cut after five, pings go every fifteen. */
const restMs = 40_000;

/** What is kept when everybody has gone. */
export interface Remains {
  /** Heap and array buffers in use after collection. */
  readonly bytes: number;
  readonly timers: number;
  readonly sessions: number;
  readonly keptSessions: number;
  readonly rooms: number;
  readonly edgeSessions: number;
}

/** A whole server but for sockets, in virtual time, and 200 bots that come and go. */
export class MemoryChurn {
  readonly #clock = new VirtualClock();
  readonly #transport = new MemoryTransport();
  readonly #errors: unknown[];
  readonly #host: Host;
  readonly #edge: Edge;
  readonly #bots: readonly MemoryBot[];
  readonly #collect = garbageCollector();

  private constructor(
    clock: VirtualClock,
    host: Host,
    edge: Edge,
    errors: unknown[],
    seed: number,
  ) {
    this.#clock = clock;
    this.#host = host;
    this.#edge = edge;
    this.#errors = errors;
    this.#transport.start((connection) => edge.accept(connection));
    const compiled = new Map(
      Object.entries(churnGame.rooms).map(([name, definition]) => {
        return [name, planRoom(name, definition, undefined).compiled];
      }),
    );
    const world: BotWorld = {
      transport: this.#transport,
      random: new Random(seed),
      compiled,
      kick: (account) => host.kick(account),
    };
    this.#bots = Array.from({ length: bots }, (_, index) => new MemoryBot(world, index));
  }

  /** @param seed any 32-bit number: the same one gives the same comings and goings. */
  static async start(seed: number): Promise<MemoryChurn> {
    const clock = new VirtualClock();
    const errors: unknown[] = [];
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (message, data) => errors.push(data?.["error"] ?? new Error(message)),
      with: () => log,
    };
    const random = new Random(seed);
    const randomBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => random.integer(0, 255));
    const edge = new Edge({
      clock,
      log,
      random: randomBytes,
      limits: limitValues(),
      verifier: {
        verify: (token) =>
          token === "bad"
            ? Promise.reject(new RealmError("TOKEN_INVALID"))
            : Promise.resolve({ account: token, name: token.slice(0, 24), role: "player" }),
      },
    });
    const host = await Host.start({
      clock,
      randomBytes,
      log,
      metrics: unmeasured,
      game: churnGame,
      files: new GameFiles(undefined),
    });
    edge.start(host.attach(edge));
    return new MemoryChurn(clock, host, edge, errors, seed);
  }

  /** Stays that are over. */
  get cycles(): number {
    return this.#bots.reduce((sum, { cycles }) => sum + cycles, 0);
  }

  /** Stays in which somebody got into a room. */
  get joins(): number {
    return this.#bots.reduce((sum, { joins }) => sum + joins, 0);
  }

  /** What the server has reported as errors. */
  get errors(): readonly unknown[] {
    return this.#errors;
  }

  /** Has bots come and go until so many stays are over, since the start; then everybody goes. */
  async churn(cycles: number): Promise<void> {
    for (const bot of this.#bots) bot.isOn = true;
    while (this.cycles < cycles) await this.#step();
    for (const bot of this.#bots) bot.isOn = false;
    while (!this.#bots.every(({ isAway }) => isAway)) await this.#step();
    for (let passed = 0; passed < restMs; passed += stepMs) await this.#step();
  }

  async remains(): Promise<Remains> {
    return {
      bytes: await this.#collect(),
      timers: this.#clock.waiting,
      sessions: this.#host.sessionCount,
      keptSessions: this.#host.keptSessionCount,
      rooms: this.#host.rooms().length,
      edgeSessions: this.#edge.size,
    };
  }

  async #step(): Promise<void> {
    for (const bot of this.#bots) bot.step();
    this.#transport.deliver();
    this.#clock.advance(stepMs);
    // What hangs on promises happens before the next step.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Collects all garbage, and answers what is in use then. */
export function garbageCollector(): () => Promise<number> {
  setFlagsFromString("--expose-gc");
  // Megabytes of code that is not used for half a minute would be given up, and hide what is kept.
  setFlagsFromString("--no-flush-bytecode");
  const collect = runInNewContext("gc") as () => void;
  return async () => {
    let least = Infinity;
    for (let i = 0; i < 6; i++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      least = Math.min(least, heapUsed + arrayBuffers);
    }
    return least;
  };
}

const unmeasured: Metrics = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};
