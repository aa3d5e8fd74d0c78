import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import { ScheduledJob } from "./scheduled-job.ts";

const HOLDER_BYTES = 12;
const LEAST_MS = 1000;
/** As long as a lease can be. */
const MOST_MS = 31_536_000_000;

/** Work that recurs, and that all nodes together do once each time. */
export interface Job {
  /** As "accounts.sweep"; the same on every node. */
  readonly name: string;
  /** From one beginning to the next, at least: whole milliseconds, from a second to a year. */
  readonly everyMs: number;
  /**
   * Does a part of the work, of some seconds at most, and is called again until it answers false: nothing is left. A part
   * may be done twice: by a node that dies before it could say so, or after the hot state has lost what it held.
   */
  run(): Promise<boolean>;
}

export interface JobsOptions {
  /** Where nodes agree on who does what. */
  readonly hot: Hot;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The jobs of one node. */
export interface Jobs {
  /** Throws TypeError for a second job of the same name, RangeError for an interval out of bounds. */
  add(job: Job): void;
  /** Waits for the parts under way, and begins no other. Idempotent. */
  close(): Promise<void>;
}

export function jobs(options: JobsOptions): Jobs {
  const holder = Buffer.from(options.random(HOLDER_BYTES)).toString("base64url");
  const added = new Map<string, ScheduledJob>();
  return {
    add(job) {
      const { everyMs, name } = job;
      if (added.has(name)) throw new TypeError(`Two jobs are called ${name}`);
      if (!(Number.isInteger(everyMs) && everyMs >= LEAST_MS && everyMs <= MOST_MS)) {
        throw new RangeError(`The job ${name} can not recur every ${everyMs} ms`);
      }
      added.set(name, new ScheduledJob(job, holder, options));
    },
    async close() {
      await Promise.all([...added.values()].map((job) => job.close()));
    },
  };
}
