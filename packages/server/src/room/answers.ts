import { limits } from "@realmwright/protocol";

/** As many as may wait, and as many more that were refused meanwhile. */
const answersMax = 2 * limits.inboxPerSeat.value;
const answersAtFirst = 8;

/** What one input was answered. No code: the rules took it. */
export interface Answer {
  readonly seq: number;
  readonly code?: string | undefined;
  /** The game's own words for a refusal. */
  readonly text?: string | undefined;
}

/**
 * Answers of one seat, the newest few, so that an input which comes again is answered as before and handled no more. A ring
 * of numbers: an object for each would live just long enough to burden the collector most.
 */
export class Answers {
  #seqs: Uint32Array = new Uint32Array(answersAtFirst);
  #codes: (string | undefined)[] = [];
  /** By place, once there is one. */
  #texts: (string | undefined)[] = [];
  /** Where the next one goes. */
  #next = 0;
  #count = 0;

  add({ seq, code, text }: Answer): void {
    if (this.#next === this.#seqs.length) {
      if (this.#next < answersMax) this.#grow();
      else this.#next = 0;
    }
    this.#seqs[this.#next] = seq;
    if (text !== undefined || this.#texts.length > 0) this.#texts[this.#next] = text;
    this.#codes[this.#next++] = code;
    if (this.#count < answersMax) this.#count++;
  }

  /** Undefined: it was not answered, or too long ago. */
  get(seq: number): Answer | undefined {
    for (let back = 1; back <= this.#count; back++) {
      const at = this.#at(back);
      if (this.#seqs[at] === seq) return this.#answer(at);
    }
    return undefined;
  }

  save(): Answer[] {
    const answers: Answer[] = [];
    for (let back = this.#count; back >= 1; back--) {
      answers.push(this.#answer(this.#at(back)));
    }
    return answers;
  }

  restore(answers: readonly Answer[]): void {
    for (const answer of answers) this.add(answer);
  }

  #answer(at: number): Answer {
    const text = this.#texts[at];
    const words = text === undefined ? {} : { text };
    return { seq: this.#seqs[at]!, code: this.#codes[at], ...words };
  }

  /** Place of an answer, 1 for the newest. */
  #at(back: number): number {
    const at = this.#next - back;
    return at < 0 ? at + answersMax : at;
  }

  #grow(): void {
    const seqs = new Uint32Array(Math.min(this.#seqs.length * 2, answersMax));
    seqs.set(this.#seqs);
    this.#seqs = seqs;
  }
}
