import type { Problem } from "./problem.ts";

/** A reference of the file to a variable that is not set. */
export interface MissingVariable {
  readonly path: string;
  readonly variable: string;
  readonly place: string;
}

/** What comes to light while the configuration is read. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: string[] = [];
  readonly missing: MissingVariable[] = [];

  problem(place: string, what: string, remedy: string): void {
    this.problems.push({ place, what, remedy });
  }
}
