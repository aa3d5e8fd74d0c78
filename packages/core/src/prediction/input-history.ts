import { isAfter } from "@realmwright/protocol/internal";

/** Inputs that may be on their way at once. With more than these unanswered the player stands. */
export const pendingMax = 64;

/** Inputs that were predicted and not yet served, oldest first, with the state that each led to. */
export class InputHistory {
  readonly #fields: number;
  readonly #seqs = new Float64Array(pendingMax);
  readonly #inputs: Record<string, unknown>[] = [];
  readonly #states: Float64Array;
  #first = 0;
  #count = 0;

  /** @param fields numbers in a state. */
  constructor(fields: number) {
    this.#fields = fields;
    this.#states = new Float64Array(pendingMax * fields);
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === pendingMax;
  }

  /** @param index 0 for the oldest. */
  seq(index: number): number {
    return this.#seqs[this.#at(index)]!;
  }

  input(index: number): Record<string, unknown> {
    return this.#inputs[this.#at(index)]!;
  }

  /** A view of the state after an input; writing it changes the history. */
  state(index: number): Float64Array {
    const at = this.#at(index) * this.#fields;
    return this.#states.subarray(at, at + this.#fields);
  }

  /** The caller has made sure that there is room. */
  add(seq: number, input: Record<string, unknown>, state: Float64Array): void {
    const at = this.#at(this.#count);
    this.#seqs[at] = seq;
    this.#inputs[at] = input;
    this.#states.set(state, at * this.#fields);
    this.#count++;
  }

  /** How many of the oldest entries have a sequence number up to this one. */
  countUpTo(seq: number): number {
    let count = 0;
    while (count < this.#count && !isAfter(this.seq(count), seq)) count++;
    return count;
  }

  drop(count: number): void {
    this.#first = (this.#first + count) % pendingMax;
    this.#count -= count;
  }

  #at(index: number): number {
    return (this.#first + index) % pendingMax;
  }
}
