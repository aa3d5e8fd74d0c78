import { limits } from "@realmwright/protocol";
import { isAfter } from "@realmwright/protocol/internal";

/** One input that waits for its turn. */
export interface QueuedInput {
  readonly seq: number;
  /** Index in the compiled room. */
  readonly input: number;
  /** The tick that the player was seeing, times 256; -1 unknown. */
  readonly view: number;
  readonly value: object;
}

/** How an offered input fared. "waiting": it is in the queue already; "stale": its number is not above all before; "unfit": its number counts, and it is not taken; "full": the queue is at its limit. */
export type Offer = "queued" | "waiting" | "stale" | "unfit" | "full";

/** Predicted inputs that a tick applies at most. */
const stepsPerTickMax = 3;
/** Ticks without a predicted input until the neutral one is applied. */
const emptyTicksMax = 5;
/** Predicted inputs that may wait when their seat has no time left; older ones are passed over. */
const waitingWithoutTimeMax = 6;

/**
 * The inputs of one seat, in the order of their numbers, and the time that its predicted inputs may use. Each tick earns
 * one step; steps that were not used are saved up to a second's worth, so that inputs which the network held back are
 * applied, but nobody moves faster than time goes by for longer than that.
 */
export class InputQueue {
  readonly #predicted: number;
  readonly #creditMax: number;
  #items: QueuedInput[] = [];
  #waiting = 0;
  #credit: number;
  #emptyTicks = 0;
  /** Newest number that was taken, whatever became of it. */
  #lastSeq = 0;
  /** Newest number of a predicted input that was taken, applied, or passed over. */
  #lastPredicted = 0;
  #served = 0;
  #told = 0;

  /** @param predicted index of the predicted input, -1 for none. */
  constructor(predicted: number, tickRate: number) {
    this.#predicted = predicted;
    this.#creditMax = tickRate;
    this.#credit = Math.min(stepsPerTickMax, tickRate);
  }

  get length(): number {
    return this.#items.length;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Takes an input, unless its number is not above all that came before, it does not fit, or the queue is full.
   *
   * @param open inputs that were applied and are not answered: no predicted ones, and they take no place of those.
   */
  offer(item: QueuedInput, fits = true, open = 0): Offer {
    if (item.seq !== item.seq >>> 0 || !isAfter(item.seq, this.#lastSeq)) {
      return this.#items.some(({ seq }) => seq === item.seq) ? "waiting" : "stale";
    }
    this.#lastSeq = item.seq;
    const isPredicted = item.input === this.#predicted;
    if (isPredicted) this.#lastPredicted = item.seq;
    if (!fits) return "unfit";
    const held = this.#items.length + (isPredicted ? 0 : open);
    if (held >= limits.inboxPerSeat.value) return "full";
    this.#items.push(item);
    if (isPredicted) this.#waiting++;
    return "queued";
  }

  /** Begins a tick: earns a step and passes over what no time will ever be left for. Returns how many were passed over. */
  beginTick(): number {
    this.#credit = Math.min(this.#creditMax, this.#credit + 1);
    if (this.#waiting - Math.floor(this.#credit) <= waitingWithoutTimeMax) return 0;
    const over = this.#waiting - Math.floor(this.#credit) - waitingWithoutTimeMax;
    let left = over;
    this.#items = this.#items.filter((item) => {
      if (left === 0 || item.input !== this.#predicted) return true;
      left--;
      this.#served = item.seq;
      return false;
    });
    this.#waiting -= over;
    return over;
  }

  /**
   * The next input to apply, given how many predicted ones were applied in this tick. A predicted one costs a step of
   * time; when none is left, it and all behind it wait.
   */
  take(appliedInTick: number): QueuedInput | undefined {
    const next = this.#items[0];
    if (next === undefined) return undefined;
    if (next.input === this.#predicted) {
      if (appliedInTick >= stepsPerTickMax || this.#credit < 1) return undefined;
      this.#credit--;
      this.#waiting--;
      this.#served = next.seq;
    }
    this.#items.shift();
    return next;
  }

  /** Ends a tick. True: nothing has come for so long that the neutral input is to be applied; it costs a step too. */
  endTick(appliedInTick: number): boolean {
    if (this.#waiting === 0) this.#served = this.#lastPredicted;
    this.#emptyTicks = appliedInTick > 0 || this.#waiting > 0 ? 0 : this.#emptyTicks + 1;
    if (this.#emptyTicks <= emptyTicksMax || this.#credit < 1) return false;
    this.#credit--;
    return true;
  }

  /** The newest predicted number that is done with, when that is news. */
  takeServed(): number | undefined {
    if (this.#served === this.#told) return undefined;
    this.#told = this.#served;
    return this.#served;
  }

  /** Forgets what waits; the numbers stay taken. */
  clear(): void {
    this.#items.length = 0;
    this.#waiting = 0;
  }

  save(): InputQueueState {
    return {
      items: this.#items,
      credit: this.#credit,
      emptyTicks: this.#emptyTicks,
      lastSeq: this.#lastSeq,
      lastPredicted: this.#lastPredicted,
      served: this.#served,
    };
  }

  restore(state: InputQueueState): void {
    this.#items = [...state.items];
    this.#waiting = this.#items.filter((item) => item.input === this.#predicted).length;
    this.#credit = Math.min(this.#creditMax, state.credit);
    this.#emptyTicks = state.emptyTicks;
    this.#lastSeq = state.lastSeq;
    this.#lastPredicted = state.lastPredicted;
    this.#served = state.served;
    // readers of the restored room begin from nothing: what was served is news again
    this.#told = 0;
  }
}

/** What a checkpoint keeps of a queue. */
export interface InputQueueState {
  readonly items: readonly QueuedInput[];
  readonly credit: number;
  readonly emptyTicks: number;
  readonly lastSeq: number;
  readonly lastPredicted: number;
  readonly served: number;
}
