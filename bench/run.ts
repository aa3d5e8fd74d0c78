import { parseArgs } from "node:util";
import { idle } from "./idle/idle.ts";
import { print, save, type Report } from "./report.ts";

/** Every bench, by the name that the command line gives. */
const benches: Readonly<Record<string, () => Report | Promise<Report>>> = { idle };

const help = `Measures Realmwright beside a peer or a naive version in the same run.

  npm run bench -- NAME [--json FILE]

  NAME    ${Object.keys(benches).join(" | ")}
  --json  also write the figures to FILE

What each one does and how far its figures can be trusted: bench/README.md
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, help: { type: "boolean", short: "h" } },
});
const bench = benches[positionals[0] ?? ""];
if (values.help === true || bench === undefined) {
  process.stdout.write(help);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  const report = await bench();
  print(report);
  if (values.json !== undefined) await save(report, values.json);
}
