/** Something that the person at the terminal can mend: printed as is, without a stack. Exit code 1. */
export class Failure extends Error {
  /** What to do about it, a sentence or a command. */
  readonly remedy: string;

  constructor(what: string, remedy: string, cause?: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = "Failure";
    this.remedy = remedy;
  }
}
