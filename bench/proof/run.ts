import { parseArgs } from "node:util";
import {
  databases,
  postgresPrograms,
  withDatabases,
  type DatabaseName,
} from "../backend/databases.ts";
import { proveKill } from "./kill.ts";
import { proveRequests } from "./requests.ts";

const help = `Shows on real databases what tests show in small.

  npm run proof -- kill [--runs 200] [--database sqlite|postgres]
  npm run proof -- requests [--count 100000] [--database sqlite|postgres] [--seed N]

  kill       kills our server with writes under way over HTTP, again and again: no acknowledged write is lost, none is done by
             half, none twice when it is asked for again with the same key
  requests   asks for every operation that /openapi.json describes, in every role, well and badly: no 5xx, every answer as
             described, nothing done for who may not

Without --database on both. Exit code 1 says that it does not hold, and stderr why.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "200" },
    count: { type: "string", default: "100000" },
    database: { type: "string" },
    seed: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
const numbers = { runs: Number(values.runs), count: Number(values.count) };
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const chosen = databases.filter(
  (name) => values.database === undefined || values.database === name,
);
const proofs: Readonly<Record<string, (name: DatabaseName, url: string) => Promise<string>>> = {
  kill,
  requests,
};
const proof = proofs[positionals[0] ?? ""];
const isWrong =
  chosen.length === 0 ||
  ![...Object.values(numbers), seed].every((number) => Number.isInteger(number) && number >= 0);
if (values.help === true || proof === undefined || isWrong) {
  process.stdout.write(help);
  process.exitCode = values.help === true ? 0 : 2;
} else await proveAll(proof);

async function proveAll(prove: NonNullable<typeof proof>): Promise<void> {
  for (const name of chosen) {
    if (name === "postgres" && postgresPrograms === "" && values.database === undefined) {
      process.stdout.write("postgres: LEFT OUT, there is none here. POSTGRES_BIN names it.\n");
      continue;
    }
    const text = await withDatabases(name, async (database) => await prove(name, await database()));
    process.stdout.write(`${name}: ${text}\n`);
  }
}

async function kill(name: DatabaseName, url: string): Promise<string> {
  const { runs } = numbers;
  const sums = await proveKill({
    url,
    runs,
    told: (round) => {
      if (round % 10 === 0) process.stderr.write(`  ${name}: ${round} of ${runs} kills\n`);
    },
  });
  return (
    `${sums.rounds} kills, each with at least ${sums.leastUnderWay} writes under way; ` +
    `${sums.acknowledged} acknowledged writes were all there and whole; ` +
    `of ${sums.unheard} that were never answered ${sums.unheardDone} had been done; none was done twice`
  );
}

async function requests(name: DatabaseName, url: string): Promise<string> {
  process.stderr.write(`  ${name}: seed ${seed}\n`);
  const shares = await proveRequests({ url, count: numbers.count, seed });
  const all = [...shares.values()];
  const asked = all.reduce((sum, share) => sum + share.asked, 0);
  const served = all.reduce((sum, share) => sum + share.served, 0);
  const lines = [...shares].map(
    ([operation, share]) =>
      `  ${operation.padEnd(28)} ${String(share.served).padStart(6)} of ${String(share.asked).padStart(6)}`,
  );
  return [
    `${asked} requests for ${shares.size} paths, ${served} of them served: no 5xx, all as described`,
    ...lines,
  ].join("\n");
}
