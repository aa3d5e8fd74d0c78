import { Failure } from "../failure.ts";

/** Something that is wrong with the configuration. */
export interface Problem {
  /** "config.yaml:3:5", "REALMWRIGHT_SERVER_EDGES" or "--port". */
  readonly place: string;
  readonly what: string;
  readonly remedy: string;
}

/** More are counted, not listed. */
const listedMax = 20;

/** The configuration can not be used; all of its problems at once. */
export class ConfigFailure extends Failure {
  readonly problems: readonly Problem[];

  /** @param about stands before a list: "The configuration has 3 faults". */
  constructor(problems: readonly Problem[], about = "The configuration has") {
    super(message(problems, about), remedy(problems));
    this.name = "ConfigFailure";
    this.problems = problems;
  }
}

function message(problems: readonly Problem[], about: string): string {
  const [first] = problems;
  if (problems.length === 1) return line(first!);
  const listed = problems.slice(0, listedMax).map((each) => `  ${line(each)} ${each.remedy}`);
  const rest = problems.length - listed.length;
  if (rest > 0) listed.push(`  and ${rest} more`);
  return [`${about} ${problems.length} faults:`, ...listed].join("\n");
}

function remedy(problems: readonly Problem[]): string {
  return problems.length === 1
    ? problems[0]!.remedy
    : "docs/reference/configuration.md lists every setting.";
}

function line({ place, what }: Problem): string {
  return `${place}: ${what}`;
}
