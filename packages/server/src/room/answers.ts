import { limits } from "@realmwright/protocol";

/** As many as may wait, and as many more that were refused meanwhile. */
const answersMax = 2 * limits.inboxPerSeat.value;

/** What one input was answered. No code: the rules took it. */
export interface Answer {
  readonly seq: number;
  readonly code?: string | undefined;
}

/** Answers of one seat, the newest few, so that an input which comes again is answered as before and handled no more. */
export class Answers {
  readonly #bySeq = new Map<number, Answer>();

  add(answer: Answer): void {
    this.#bySeq.set(answer.seq, answer);
    if (this.#bySeq.size <= answersMax) return;
    const [oldest] = this.#bySeq.keys();
    this.#bySeq.delete(oldest!);
  }

  /** Undefined: it was not answered, or too long ago. */
  get(seq: number): Answer | undefined {
    return this.#bySeq.get(seq);
  }

  save(): Answer[] {
    return [...this.#bySeq.values()];
  }

  restore(answers: readonly Answer[]): void {
    for (const answer of answers) this.add(answer);
  }
}
