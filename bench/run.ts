import { mkdir, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { benches } from "./benches.ts";
import { keeps, print, save, type Report } from "./report.ts";
import { progress } from "./rounds.ts";

const help = `Measures Realmwright beside a peer or a naive version in the same run.

  npm run bench -- NAME [--json FILE] [--runs N] [--quick] [--minutes N]

  NAME       ${Object.keys(benches).join(" | ")}
  --json     also write the figures to FILE
  --runs     rounds, in each of which every side is measured once; 5 unless told
  --quick    one round of small cases: shows that it works, not how fast
  --minutes  churn: over sockets for so long, instead of 20,000 cycles

Plots go to bench/results, and exit code 1 says that a figure missed its bound; except with --quick.
What each one does and how far its figures can be trusted: bench/README.md
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    runs: { type: "string" },
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
const bench = benches[positionals[0] ?? ""];
const runs = Number(values.runs ?? (values.quick ? 1 : 5));
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const isWrong = !Number.isInteger(runs) || runs < 1 || (minutes !== undefined && !(minutes > 0));
if (values.help === true || bench === undefined || isWrong) {
  process.stdout.write(help);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  const report = await bench({ runs, quick: values.quick, minutes });
  print(report);
  if (values.json !== undefined) await save(report, values.json);
  if (!values.quick) await draw(report);
  if (!values.quick && !report.rows.every(keeps)) process.exitCode = 1;
}

async function draw({ plots = [] }: Report): Promise<void> {
  const folder = new URL("results/", import.meta.url);
  if (plots.length > 0) await mkdir(folder, { recursive: true });
  for (const { name, svg } of plots) {
    await writeFile(new URL(`${name}.svg`, folder), svg);
    progress(`drew bench/results/${name}.svg`);
  }
}
