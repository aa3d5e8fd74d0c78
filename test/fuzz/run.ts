import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTarget, verdicts, type Tally } from "./support/run.ts";
import { groups, type Group } from "./targets.ts";

const PROGRESS_MS = 2000;
const all = [...Object.keys(groups), "coverage"] as (Group | "coverage")[];

const help = `Feeds wrong bytes to everything that reads them.

  npm run fuzz -- [NAME] [--count N] [--seed S] [--json FILE] [--only TARGET] [--from I]

  NAME     ${all.join(" | ")} | all (default)
  --count  messages for each encoding, frames; slower targets get their share. Default 20000
  --seed   of all inputs; without it a new one is taken and printed
  --only   one target of the group
  --from   number of the first input: with --count 1 that very input again
  --json   also write everything to FILE
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "20000" },
    seed: { type: "string" },
    json: { type: "string" },
    only: { type: "string" },
    from: { type: "string", default: "0" },
    help: { type: "boolean", short: "h" },
  },
});
const name = positionals[0] ?? "all";
const chosen = all.filter((each) => name === "all" || name === each);
const count = Number(values.count);
const from = Number(values.from);
const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed);
const isWrong = [count, from, seed].some((each) => !Number.isSafeInteger(each) || each < 0);
if (values.help === true || chosen.length === 0 || isWrong) {
  process.stdout.write(help);
  process.exitCode = values.help === true ? 0 : 2;
} else await fuzz();

async function fuzz(): Promise<void> {
  process.stdout.write(`seed ${seed}\n`);
  const tallies: Tally[] = [];
  let coverage: unknown;
  for (const group of chosen) {
    if (group === "coverage") coverage = cover();
    else tallies.push(...(await runGroup(group)));
  }
  if (tallies.length > 0)
    console.table(Object.fromEntries(tallies.map((of) => [of.target, rowOf(of)])));
  if (values.json === undefined) return;
  const { version: node, arch, platform } = process;
  const report = { seed, count, node, arch, platform, tallies, coverage };
  await writeFile(values.json, `${JSON.stringify(report, undefined, 1)}\n`);
}

async function runGroup(group: Group): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const target of await groups[group]()) {
    if (values.only !== undefined && target.name !== values.only) continue;
    let shownMs = performance.now();
    const progress = (tally: Tally): void => {
      if (performance.now() - shownMs < PROGRESS_MS) return;
      shownMs = performance.now();
      process.stderr.write(`${tally.target}: ${tally.units}\n`);
    };
    const share = values.from === "0" ? target.share : 1;
    const units = Math.ceil(count * share);
    const tally = await runTarget(target, { count: units, seed, from, progress });
    await target.end?.();
    tallies.push(tally);
    for (const each of verdicts(tally, target)) complain(`${target.name}: ${each}`);
    for (const { index, input, stack } of tally.findings) {
      const again = `npm run fuzz -- ${group} --only ${target.name} --seed ${seed}`;
      complain(`  ${again} --from ${index} --count 1\n  input ${input}\n  ${stack}`);
    }
  }
  return tallies;
}

/** In a process of its own, since counting must begin before anything is loaded. */
function cover(): unknown {
  const module = fileURLToPath(new URL("coverage/main.ts", import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...process.execArgv, module], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) complain(`coverage: ${stderr}`);
  const report = JSON.parse(stdout) as {
    sites: { runs: number }[];
    problems: string[];
    work: { name: string; isTooMuch: boolean }[];
  };
  for (const problem of report.problems) complain(`coverage: ${problem}`);
  for (const { name: each } of report.work.filter(({ isTooMuch }) => isTooMuch)) {
    complain(`coverage: ${each} takes more work than its length allows`);
  }
  const reached = report.sites.filter(({ runs }) => runs > 0).length;
  process.stdout.write(`${reached} of ${report.sites.length} refusals reached\n`);
  return report;
}

function complain(text: string): void {
  process.stdout.write(`${text}\n`);
  process.exitCode = 1;
}

function rowOf(tally: Tally): Record<string, string | number> {
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;
  return {
    inputs: tally.inputs,
    units: tally.units,
    headers: percent(tally.headers, tally.units),
    taken: percent(tally.taken, tally.inputs),
    refusals: Object.keys(tally.reasons).length,
    "held MiB": tally.heldMib.toFixed(1),
    "RSS MiB": tally.residentMib.toFixed(0),
    "slowest ms": tally.slowestMs.toFixed(1),
    seconds: tally.seconds.toFixed(1),
    findings: tally.findings.length,
  };
}
