import { monitorEventLoopDelay } from "node:perf_hooks";
import { comparedTick, compareTicks } from "./scene.ts";

/** Where everybody was at one tick: number, and centimetres. */
export interface TrueTick {
  readonly tick: number;
  readonly numbers: number[];
  readonly x: number[];
  readonly y: number[];
}

/** What a server spent between "begin" and "end". */
export interface ServerFigures {
  readonly cpuMs: number;
  readonly lagP99Ms: number;
  readonly rssBytes: number;
  readonly truth: readonly TrueTick[];
}

/**
 * A measured server's end of the line to the bench: says where it listens, and answers "begin", "end" and "stop". Used by
 * all sides alike, in processes that the bench has forked.
 */
export class Desk {
  readonly #delay = monitorEventLoopDelay({ resolution: 1 });
  #truth: TrueTick[] = [];
  #cpu = process.cpuUsage();
  #isMeasuring = false;

  /** @param stop what to do before the process ends. */
  constructor(stop: () => Promise<void> | void = () => undefined) {
    this.#delay.enable();
    process.on("message", (message) => {
      if (message === "begin") this.#begin();
      else if (message === "end") process.send?.({ type: "figures", ...this.#end() });
      else if (message === "stop") void Promise.resolve(stop()).then(() => process.exit(0));
    });
    // The bench is gone: nobody would end this process.
    process.on("disconnect", () => process.exit(1));
  }

  listening(port: number): void {
    process.send?.({ type: "listening", port });
  }

  /** Whether the positions of a tick are wanted. */
  wants(tick: number): boolean {
    const phase = tick % compareTicks;
    return this.#isMeasuring && phase >= comparedTick - 2 && phase <= comparedTick;
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
    this.#isMeasuring = true;
    this.#delay.reset();
    this.#cpu = process.cpuUsage();
  }

  #end(): ServerFigures {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#isMeasuring = false;
    return {
      cpuMs: (user + system) / 1_000,
      lagP99Ms: this.#delay.percentile(99) / 1e6,
      rssBytes: process.memoryUsage.rss(),
      truth: this.#truth,
    };
  }
}

/** What the bench tells a forked script, from its command line. */
export function settings<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}") as T;
}
