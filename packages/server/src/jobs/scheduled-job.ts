import type { Lease } from "../ports/hot.ts";
import type { Job, JobsOptions } from "./jobs.ts";

/** Between two parts others get their turn: the store of a small server works in its one thread. */
const BREATH_MS = 20;

/** For so long a job is one node's, anew with each part; a node that dies keeps it no longer. Others ask as often. */
const TURN_MS = 60_000;

/**
 * One job on one node. The node that gets its lease does it, and then keeps the lease until the job is due again: so the
 * engine's time alone decides when that is, and nodes need no clocks that agree.
 */
export class ScheduledJob {
  readonly #job: Job;
  readonly #holder: string;
  readonly #parts: JobsOptions;
  readonly #lease: string;
  readonly #stopReturn: () => void;
  #cancel: () => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();
  /** It was done here last: by this lease, and until then (monotonic) it is not due. */
  #done: { readonly lease: Lease; readonly untilMs: number } | undefined;
  #isClosed = false;

  constructor(job: Job, holder: string, parts: JobsOptions) {
    this.#job = job;
    this.#holder = holder;
    this.#parts = parts;
    this.#lease = `job:${job.name}`;
    this.#stopReturn = parts.hot.onReturn(() => void this.#restore());
    // nodes that start together ask at different times
    this.#askIn(this.#askMs * this.#random());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    this.#stopReturn();
    await this.#turn;
  }

  get #askMs(): number {
    return Math.min(TURN_MS, this.#job.everyMs);
  }

  #askIn(ms: number): void {
    const { clock } = this.#parts;
    this.#cancel = clock.at(clock.nowMs() + ms, () => {
      this.#turn = this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const { hot, log } = this.#parts;
    try {
      const lease = await hot.leases.acquire(this.#lease, this.#holder, TURN_MS);
      if (lease !== undefined) await this.#do(lease);
    } catch (error) {
      log.warn("a job's lease is out of reach", { job: this.#job.name, error });
    }
    if (!this.#isClosed) this.#askIn(this.#askMs * (0.9 + 0.1 * this.#random()));
  }

  async #do(lease: Lease): Promise<void> {
    const { clock, hot, log } = this.#parts;
    const begunMs = clock.nowMs();
    while (!this.#isClosed) {
      const isLeft = await this.#part();
      // the lease runs out, and then somebody tries again
      if (isLeft === undefined) return;
      if (!isLeft) {
        await this.#finish(lease, begunMs);
        return;
      }
      await this.#breath();
      if (!(await hot.leases.renew(lease, TURN_MS))) {
        log.warn("a job went to another node", { job: this.#job.name });
        return;
      }
    }
    await hot.leases.release(lease);
  }

  async #finish(lease: Lease, begunMs: number): Promise<void> {
    const { clock, hot, log, metrics } = this.#parts;
    const { everyMs, name } = this.#job;
    const tookMs = clock.nowMs() - begunMs;
    metrics.observe("realmwright_job_seconds", tookMs / 1000, { job: name });
    log.debug("a job is done", { job: name, tookMs });
    this.#done = { lease, untilMs: begunMs + everyMs };
    await hot.leases.renew(lease, Math.max(1, Math.ceil(everyMs - tookMs)));
  }

  /** Whether something is left; undefined: it failed. */
  async #part(): Promise<boolean | undefined> {
    const { log, metrics } = this.#parts;
    const { name } = this.#job;
    try {
      return await this.#job.run();
    } catch (error) {
      metrics.count("realmwright_jobs_failed_total", { job: name });
      log.error("a job failed", { job: name, error });
      return undefined;
    }
  }

  /** The engine was away, and may have lost the lease: what was done here is not due because of that. */
  async #restore(): Promise<void> {
    const { clock, hot, log } = this.#parts;
    if (this.#done === undefined) return;
    const { lease, untilMs } = this.#done;
    const restMs = Math.floor(untilMs - clock.nowMs());
    if (restMs < 1) return;
    try {
      if (await hot.leases.renew(lease, restMs)) return;
      const anew = await hot.leases.acquire(this.#lease, this.#holder, restMs);
      if (anew !== undefined) this.#done = { lease: anew, untilMs };
    } catch (error) {
      log.warn("a job's lease is out of reach", { job: this.#job.name, error });
    }
  }

  #breath(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      clock.at(clock.nowMs() + BREATH_MS, resolve);
    });
  }

  /** From 0 to 1. */
  #random(): number {
    return Buffer.from(this.#parts.random(4)).readUInt32BE() / 2 ** 32;
  }
}
