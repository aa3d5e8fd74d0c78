// Prints `N passed, N failed, N skipped` from a results file of Vitest's JSON reporter. Fails when a test failed or
// none ran.
import { readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const results = text === "" ? undefined : JSON.parse(text);

let passed = 0;
let failed = 0;
let skipped = 0;
for (const { status, assertionResults } of results?.testResults ?? []) {
  const before = failed;
  for (const test of assertionResults) {
    if (test.status === "passed") passed++;
    else if (test.status === "failed") failed++;
    else skipped++;
  }
  // A file that could not be loaded, or whose set-up failed, counts as one failure.
  if (status === "failed" && failed === before) failed++;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
