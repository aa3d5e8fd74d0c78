import {
  connect,
  type Client,
  type ClientEncoding,
  type ClientRoom,
  type ConnectionState,
} from "@realmwright/client";
import { Random } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import type { BotBehaviour } from "./behaviour.ts";
import { percentile, type BotFigures } from "./figures.ts";

export interface FleetOptions {
  /** Where the game runs, for example "http://localhost:8080". */
  readonly url: string;
  readonly count: number;
  readonly behaviour: BotBehaviour;
  /** Time over which they arrive, in milliseconds. */
  readonly rampMs: number;
  readonly encoding?: ClientEncoding;
}

/** How often a bot's room moves on, and every which time the bot has its turn. */
const updateMs = 50;
const updatesPerTurn = 2;

/** Real clients in one process, each following the same behaviour. */
export class BotFleet {
  readonly #options: FleetOptions;
  readonly #bots: Bot[] = [];
  #begunMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #updates = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Sends them in, one after another over the ramp. Those that cannot come are counted as errors. */
  start(): void {
    this.#begunMs = performance.now();
    this.#timer = setInterval(() => this.#update(), updateMs);
  }

  /** All leave for good. */
  stop(): void {
    clearInterval(this.#timer);
    for (const bot of this.#bots) bot.stop();
  }

  figures(): BotFigures {
    // A seat behind a broken connection is no place to be in.
    const joined = this.#bots.filter((bot) => bot.room?.isLive === true);
    const clients = this.#bots.flatMap((bot) => (bot.client === undefined ? [] : [bot.client]));
    const rtts = clients
      .map((client) => client.stats.rttMs)
      .filter((rtt) => rtt > 0)
      .toSorted((a, b) => a - b);
    const errors: Record<string, number> = {};
    for (const bot of this.#bots) {
      for (const [code, count] of bot.errors) errors[code] = (errors[code] ?? 0) + count;
    }
    const sum = (of: (client: Client) => number): number =>
      clients.reduce((total, client) => total + of(client), 0);
    const each = Math.max(1, joined.length);
    return {
      wanted: this.#options.count,
      connected: clients.filter((client) => client.state === "open").length,
      joined: joined.length,
      lost: clients.filter((client) => client.state !== "open").length,
      reconnects: sum((client) => client.stats.reconnects),
      rttMs: {
        p50: percentile(rtts, 0.5),
        p95: percentile(rtts, 0.95),
        p99: percentile(rtts, 0.99),
      },
      bytesInPerSecond: sum((client) => client.stats.bytesInPerSecond) / each,
      bytesOutPerSecond: sum((client) => client.stats.bytesOutPerSecond) / each,
      snapshotsPerSecond: sum((client) => client.stats.snapshotsPerSecond) / each,
      corrections: joined.reduce((total, bot) => total + (bot.room?.stats.corrections ?? 0), 0),
      errors,
      errorCount: Object.values(errors).reduce((total, count) => total + count, 0),
      seconds: (performance.now() - this.#begunMs) / 1000,
    };
  }

  #update(): void {
    const nowMs = performance.now() - this.#begunMs;
    const { count, rampMs } = this.#options;
    const due = rampMs <= 0 ? count : Math.min(count, Math.ceil((nowMs / rampMs) * count));
    while (this.#bots.length < due) {
      const bot = new Bot(this.#options, this.#bots.length);
      this.#bots.push(bot);
      bot.start();
    }
    this.#updates++;
    for (const bot of this.#bots) {
      // Turns are spread, so that not everyone acts at the same moment.
      bot.update(nowMs, (this.#updates + bot.index) % updatesPerTurn === 0);
    }
  }
}

/** One player. */
class Bot {
  readonly index: number;
  readonly errors = new Map<string, number>();
  client: Client | undefined;
  room: ClientRoom | undefined;
  readonly #options: FleetOptions;
  readonly #random: Random;
  #memory: unknown;
  #isOpen = true;
  #stopped = false;

  constructor(options: FleetOptions, index: number) {
    this.#options = options;
    this.index = index;
    this.#random = new Random(index + 1);
  }

  start(): void {
    this.#run().catch((error: unknown) => this.#note(error));
  }

  update(nowMs: number, isTurn: boolean): void {
    const { room } = this;
    if (room === undefined || !room.isLive) return;
    if (isTurn) {
      const turn = { index: this.index, random: this.#random, nowMs, memory: this.#memory };
      try {
        this.#options.behaviour.act(room, turn);
      } catch (error) {
        this.#note(error);
      }
    }
    room.update();
  }

  stop(): void {
    this.#stopped = true;
    this.room?.leave();
    this.client?.close();
  }

  async #run(): Promise<void> {
    const { behaviour, encoding, url } = this.#options;
    const client = await connect({
      url: `${url.replace(/^http/, "ws").replace(/\/$/, "")}/ws`,
      guest: { name: behaviour.name?.(this.index) ?? `Bot ${this.index + 1}` },
      client: "realmwright bots",
      ...(encoding === undefined ? {} : { encoding }),
    });
    if (this.#stopped) {
      client.close();
      return;
    }
    this.client = client;
    client.onError((error) => this.#note(error));
    client.onState((state) => this.#follow(state));
    // A door leads to another room.
    client.onRoom((room) => this.#enter(room));
    await client.join(behaviour.room?.(this.index) ?? "", behaviour.options?.(this.index));
  }

  /** Counts each break of a connection once, however often it is tried again. */
  #follow(state: ConnectionState): void {
    if (state !== "open" && this.#isOpen && !this.#stopped) this.#count("CONNECTION_LOST");
    this.#isOpen = state === "open";
  }

  #enter(room: ClientRoom): void {
    this.room = room;
    this.#memory = this.#options.behaviour.remember?.(this.index);
    room.onLeft(({ code }) => {
      if (this.room !== room) return;
      this.room = undefined;
      if (!this.#stopped && code !== "MOVED") this.#count(code);
    });
  }

  #note(error: unknown): void {
    if (error instanceof RealmError) this.#count(error.code);
    else this.#count(error instanceof Error ? error.name : "unknown");
  }

  #count(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }
}
