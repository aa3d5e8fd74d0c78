import { monitorEventLoopDelay } from "node:perf_hooks";
import { comparedTick, compareTicks } from "./scene.ts";

/** Where everybody was at one tick: number, and centimetres. */
export interface TrueTick {
  readonly tick: number;
  readonly numbers: number[];
  readonly x: number[];
  readonly y: number[];
}

/** What a server says of itself at one moment. */
export interface Glance {
  /** Connections that have ended so far, by why: a peer that does not say why says "closed". */
  readonly closed: Readonly<Record<string, number>>;
  /** Sessions that are connected. */
  readonly sessions: number;
  /** Seats that are taken, by people who are there and by those who may come back. */
  readonly players: number;
}

/** The same, some time after "begin". */
export interface Moment extends Glance {
  readonly ms: number;
  /** The same moment, in milliseconds since 1970. */
  readonly epochMs: number;
  readonly rssBytes: number;
}

/** What a server spent between "begin" and "end". */
export interface ServerFigures {
  readonly cpuMs: number;
  readonly lagP99Ms: number;
  readonly truth: readonly TrueTick[];
  /** Every tenth of a second unless told otherwise, and the last at the end. */
  readonly moments: readonly Moment[];
}

/** Bytes in use, after a collection where `--expose-gc` allows one. */
export interface MemoryFigures {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/**
 * A measured server's end of the line to the bench: says where it listens, and answers "begin", "end" and "memory". Used by
 * all sides alike, in processes that the bench has forked.
 */
export class Desk {
  readonly #delay = monitorEventLoopDelay({ resolution: 1 });
  readonly #glance: () => Glance;
  readonly #momentMs: number;
  #truth: TrueTick[] = [];
  #moments: Moment[] = [];
  #cpu = process.cpuUsage();
  #beganMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param momentMs from one look at the server to the next. */
  constructor(glance: () => Glance, momentMs = 100) {
    this.#glance = glance;
    this.#momentMs = momentMs;
    this.#delay.enable();
    process.on("message", (message) => {
      if (message === "begin") this.#begin();
      else if (message === "end") process.send?.({ type: "figures", ...this.#end() });
      else if (message === "memory") process.send?.({ type: "memory", ...memory() });
    });
    // The bench is gone: nobody else would end this process.
    process.on("disconnect", () => process.exit(1));
  }

  listening(port: number): void {
    process.send?.({ type: "listening", port });
  }

  /** Whether the positions of a tick are wanted. */
  wants(tick: number): boolean {
    const phase = tick % compareTicks;
    return this.#timer !== undefined && phase >= comparedTick - 2 && phase <= comparedTick;
  }

  record(tick: number, people: Iterable<{ number: number; x: number; y: number }>): void {
    const entry: TrueTick = { tick, numbers: [], x: [], y: [] };
    for (const { number, x, y } of people) {
      entry.numbers.push(number);
      entry.x.push(Math.round(x * 100));
      entry.y.push(Math.round(y * 100));
    }
    this.#truth.push(entry);
  }

  #begin(): void {
    this.#truth = [];
    this.#moments = [];
    this.#beganMs = performance.now();
    this.#look();
    this.#timer = setInterval(() => this.#look(), this.#momentMs);
    this.#delay.reset();
    this.#cpu = process.cpuUsage();
  }

  #end(): ServerFigures {
    const { user, system } = process.cpuUsage(this.#cpu);
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#look();
    return {
      cpuMs: (user + system) / 1_000,
      lagP99Ms: this.#delay.percentile(99) / 1e6,
      truth: this.#truth,
      moments: this.#moments,
    };
  }

  #look(): void {
    const nowMs = performance.now();
    this.#moments.push({
      ...this.#glance(),
      ms: nowMs - this.#beganMs,
      epochMs: performance.timeOrigin + nowMs,
      rssBytes: process.memoryUsage.rss(),
    });
  }
}

/** What the bench tells a forked script, from its command line. */
export function settings<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}") as T;
}

function memory(): MemoryFigures {
  // Twice: what the first leaves to finalisers, the second takes.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}
