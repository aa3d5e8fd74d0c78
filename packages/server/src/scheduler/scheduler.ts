import { FixedStep } from "@realmwright/core/internal";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";

/** Something that takes fixed steps: a room. */
export interface Stepped {
  /** Kind of room, for metrics. */
  readonly name: string;
  /** Steps per second. */
  readonly rate: number;
  /** Takes one step. Must not throw. */
  step(): void;
  /** A step has thrown all the same: what else there is to say is said in the next one, which is the last. */
  abort(error: unknown): void;
  /** So many steps will never be taken, because the thread was too late. */
  dropped(steps: number): void;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Must not throw. */
  readonly log: Log;
  /** Ends every turn: frames and answers go out here. Must not throw. */
  readonly flush: () => void;
  /** A turn begins no further step after so much time, so that sockets are read in between. Default 20. */
  readonly turnMs?: number;
}

interface Entry {
  readonly room: Stepped;
  readonly steps: FixedStep;
  /** Steps that were found due and are not yet taken. */
  pending: number;
  readonly labels: { readonly room: string };
  hasThrown: boolean;
}

/**
 * Runs all rooms of one thread. In a turn every room that is due takes one step, those that are due longest first; then
 * everything that came of it goes out at once. A room that is behind catches up by at most three steps, one per turn.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #flush: () => void;
  readonly #turnMs: number;
  readonly #entries = new Map<Stepped, Entry>();
  readonly #due: Entry[] = [];
  #cancel: (() => void) | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #inTurn = false;
  #woken = false;
  #stopped = false;
  #lagMs = 0;

  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#flush = options.flush;
    this.#turnMs = options.turnMs ?? 20;
  }

  /** Rooms that it runs. */
  get size(): number {
    return this.#entries.size;
  }

  /** How late the newest turn began, in milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** The room's first step is due one step from now. */
  add(room: Stepped): void {
    const steps = new FixedStep({ rate: room.rate, startMs: this.#clock.nowMs() });
    const labels = { room: room.name };
    this.#entries.set(room, { room, steps, pending: 0, labels, hasThrown: false });
    this.#arm();
  }

  /** The room takes no further step, also in the turn that is under way. */
  remove(room: Stepped): void {
    this.#entries.delete(room);
  }

  /** Something is to be sent though no room is due: a turn comes as soon as what waits in the event loop was read. */
  wake(): void {
    this.#woken = true;
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#entries.clear();
  }

  #turn(): void {
    this.#cancel = undefined;
    const start = this.#clock.nowMs();
    this.#lagMs = Math.max(0, start - this.#wakeAtMs);
    this.#metrics.observe("realmwright_loop_lag_seconds", this.#lagMs / 1000);
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#woken = false;
    this.#inTurn = true;
    try {
      this.#collect(start);
      for (const entry of this.#due) {
        if (this.#entries.get(entry.room) !== entry) continue;
        this.#step(entry);
        if (this.#clock.nowMs() - start >= this.#turnMs) break;
      }
      this.#flush();
    } finally {
      // whatever has thrown, there is a next turn
      this.#inTurn = false;
      this.#arm();
    }
  }

  /** Finds who is due, the longest due first. */
  #collect(now: number): void {
    this.#due.length = 0;
    for (const entry of this.#entries.values()) {
      if (entry.pending === 0) this.#advance(entry, now);
      if (entry.pending > 0) this.#due.push(entry);
    }
    this.#due.sort(longestDueFirst);
  }

  #advance(entry: Entry, now: number): void {
    const before = entry.steps.dropped;
    entry.pending = entry.steps.advance(now);
    const dropped = entry.steps.dropped - before;
    if (dropped === 0) return;
    this.#metrics.count("realmwright_ticks_dropped_total", entry.labels, dropped);
    entry.room.dropped(dropped);
  }

  #step(entry: Entry): void {
    const before = this.#clock.nowMs();
    entry.pending--;
    try {
      entry.room.step();
    } catch (error) {
      this.#failed(entry, error);
    }
    const tookMs = this.#clock.nowMs() - before;
    this.#metrics.observe("realmwright_tick_seconds", tookMs / 1000, entry.labels);
    if (tookMs > entry.steps.stepMs) {
      this.#metrics.count("realmwright_tick_overruns_total", entry.labels);
    }
  }

  /** Ends the room that has thrown, and takes it off the list when it throws at its end too. */
  #failed(entry: Entry, error: unknown): void {
    const { room, labels, hasThrown } = entry;
    this.#log.error("A room's step has thrown.", { ...labels, error });
    entry.hasThrown = true;
    try {
      if (hasThrown) this.#entries.delete(room);
      else room.abort(error);
    } catch (failure) {
      this.#entries.delete(room);
      this.#log.error("A room could not be ended.", { ...labels, error: failure });
    }
  }

  /** Sets the timer for the next turn, unless one as early is set or this turn will do it. */
  #arm(): void {
    if (this.#inTurn || this.#stopped) return;
    const now = this.#clock.nowMs();
    let at = this.#woken ? now : Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      at = Math.min(at, entry.pending > 0 ? now : entry.steps.nextMs);
    }
    if (at >= this.#wakeAtMs && this.#cancel !== undefined) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wakeAtMs = at;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.at(at, () => this.#turn());
  }
}

/** When the oldest pending step was due. */
function dueMs(entry: Entry): number {
  return entry.steps.nextMs - entry.pending * entry.steps.stepMs;
}

function longestDueFirst(a: Entry, b: Entry): number {
  return dueMs(a) - dueMs(b);
}
