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
  /** Connections that it has closed so far. */
  readonly closed: number;
  readonly players: number;
}

/** The same, some time after "begin". */
export interface Moment extends Glance {
  readonly ms: number;
  readonly rssBytes: number;
}

/** What a server spent between "begin" and "end". */
export interface ServerFigures {
  readonly cpuMs: number;
  readonly lagP99Ms: number;
  readonly truth: readonly TrueTick[];
  /** Every tenth of a second. */
  readonly moments: readonly Moment[];
}

/** Bytes in use, after a collection where `--expose-gc` allows one. */
export interface MemoryFigures {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

const momentMs = 100;

/**
 * A measured server's end of the line to the bench: says where it listens, and answers "begin", "end" and "memory". Used by
 * all sides alike, in processes that the bench has forked.
 */
export class Desk {
  readonly #delay = monitorEventLoopDelay({ resolution: 1 });
  readonly #glance: () => Glance;
  #truth: TrueTick[] = [];
  #moments: Moment[] = [];
  #cpu = process.cpuUsage();
  #beganMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(glance: () => Glance) {
    this.#glance = glance;
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
    this.#timer = setInterval(() => this.#look(), momentMs);
    this.#delay.reset();
    this.#cpu = process.cpuUsage();
  }

  #end(): ServerFigures {
    const { user, system } = process.cpuUsage(this.#cpu);
    clearInterval(this.#timer);
    this.#timer = undefined;
    return {
      cpuMs: (user + system) / 1_000,
      lagP99Ms: this.#delay.percentile(99) / 1e6,
      truth: this.#truth,
      moments: this.#moments,
    };
  }

  #look(): void {
    this.#moments.push({
      ...this.#glance(),
      ms: performance.now() - this.#beganMs,
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
