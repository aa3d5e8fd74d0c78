import type { Clock } from "../ports/clock.ts";

/** Pieces of work that one turn of the event loop begins at most. */
const WORK_PER_TURN = 16;
/** A turn begins no further one after so much time. */
const TURN_MS = 4;

/**
 * Begins work in turns of the event loop, so that rooms and sockets are served in between, and one after the other of
 * each that has some in turn: much work of one account holds up another's by one piece.
 */
export class FairTurns {
  readonly #clock: Clock;
  /** What waits, by account; who is next comes first. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #planned = 0;
  #turnMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Accounts that have work waiting. */
  get size(): number {
    return this.#waiting.size;
  }

  /** `begin` is called once, later, and must not throw. Answers what withdraws it. */
  add(account: string, begin: () => void): () => void {
    const mine = this.#waiting.get(account) ?? new Set();
    this.#waiting.set(account, mine.add(begin));
    this.#plan();
    return () => {
      mine.delete(begin);
      if (mine.size === 0 && this.#waiting.get(account) === mine) this.#waiting.delete(account);
    };
  }

  /** Each piece has a call of its own: what it does until it first waits is done before the next one is looked at. */
  #plan(): void {
    if (this.#planned > 0 || this.#waiting.size === 0) return;
    this.#planned = WORK_PER_TURN;
    const nowMs = this.#clock.nowMs();
    for (let i = 0; i < WORK_PER_TURN; i++) this.#clock.at(nowMs, () => this.#next());
  }

  #next(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#planned === WORK_PER_TURN) this.#turnMs = nowMs;
    this.#planned--;
    if (nowMs - this.#turnMs < TURN_MS) this.#take()?.();
    this.#plan();
  }

  #take(): (() => void) | undefined {
    for (const [account, mine] of this.#waiting) {
      this.#waiting.delete(account);
      for (const begin of mine) {
        mine.delete(begin);
        if (mine.size > 0) this.#waiting.set(account, mine);
        return begin;
      }
    }
    return undefined;
  }
}
