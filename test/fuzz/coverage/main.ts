/*
 * Run by itself: V8 counts only what it compiles after it was told to count. Prints what was covered as JSON, and ends
 * with 1 where a refusal was missed or an input takes more work than its length allows.
 */
import { PreciseCoverage } from "./precise-coverage.ts";

const coverage = new PreciseCoverage();
const { coverRefusals } = await import("./refusals.ts");
const { measureWork } = await import("./work.ts");
const refusals = await coverRefusals(coverage);
const work = await measureWork(coverage);
coverage.stop();
const problems = [...refusals.problems, ...work.filter((each) => each.isTooMuch)];
process.stdout.write(`${JSON.stringify({ ...refusals, work }, undefined, 1)}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
