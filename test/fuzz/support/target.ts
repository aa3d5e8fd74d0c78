import type { Random } from "@realmwright/core";

/** What came of one input. */
export interface Outcome {
  readonly bytes: number;
  /** Messages or frames in it; 1 where it is left out. */
  readonly units?: number;
  /** Of those, how many got past what stands first: a known type, a version, a root element. */
  readonly headers: number;
  /** Why it was refused, by error and kind of problem; undefined: it was taken. */
  readonly reason: string | undefined;
  /** Refusals on the way. */
  readonly also?: readonly string[];
}

/** One decoder under fire. */
export interface Target {
  readonly name: string;
  /** Inputs for each one that was asked for: slow decoders get fewer. */
  readonly share: number;
  /** Least part of the inputs that must get past the header. */
  readonly headersMin: number;
  /** Makes one input from these random numbers, feeds it, and throws a `Finding` when anything is wrong. */
  one(random: Random): Outcome | Promise<Outcome>;
  /** Feeds an input of the corpus; the answer is the reason of its refusal. */
  replay(input: Uint8Array): string | undefined | Promise<string | undefined>;
  /** Looks at what is left when all is over, and lets go of it. Rejects when something is not as it should be. */
  end?(): Promise<void>;
}

/** Something that must not be, and the input that shows it. */
export class Finding extends Error {
  readonly input: Uint8Array;

  constructor(problem: string, input: Uint8Array, cause?: unknown) {
    super(problem, { cause });
    this.name = "Finding";
    this.input = input;
  }
}
