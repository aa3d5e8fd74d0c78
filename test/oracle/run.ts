// npm run oracle -- --runs 1000 [--seed 1] [--jobs 2] [--link local|bus] [--ticks 600] [--clients 20]
//                   [--bug NAME] plants one of bugs/bugs.ts; [--fixture NAME] plays one of fixtures
import { parseArgs } from "node:util";
import { type Bug, bugs } from "./bugs/bugs.ts";
import { addFigures, newFigures } from "./play/figures.ts";
import { readFixture, writeFixture } from "./play/fixtures.ts";
import type { Complaint } from "./play/play.ts";
import { PlayThread } from "./play/play-thread.ts";
import { missing, table } from "./play/report.ts";
import { shrink } from "./play/shrink.ts";
import { generate, type Wish } from "./script/generate.ts";
import type { Script } from "./script/script.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string" },
    jobs: { type: "string", default: "2" },
    link: { type: "string" },
    ticks: { type: "string", default: "600" },
    clients: { type: "string", default: "20" },
    bug: { type: "string" },
    fixture: { type: "string" },
  },
});

/** What is to be played, and the command by which it is played alone. */
interface Task {
  readonly name: string;
  readonly command: string;
  readonly script: () => Script;
}

/** After so many failed runs it is known that something is wrong. */
const failuresMax = 10;
const shrunkMax = 3;
const [runs, jobs] = [number("runs", values.runs), number("jobs", values.jobs)];
const bug = bugOf(values.bug);
const todo = values.fixture === undefined ? tasks() : fixtureTask(values.fixture);
const sum = newFigures();
const failed: { readonly task: Task; readonly complaint: Complaint }[] = [];
const started = performance.now();
let done = 0;

await Promise.all(Array.from({ length: jobs }, () => work()));
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`\n${done} runs in ${seconds} s, ${failed.length} failed\n\n${table(sum)}`);
const absent = values.fixture === undefined ? missing(sum, done, values.link !== "local") : [];
if (absent.length > 0) console.log(`\nNever seen in ${done} runs: ${absent.join(", ")}`);
for (const one of failed.slice(0, shrunkMax)) await keep(one.task, one.complaint);
process.exitCode = failed.length > 0 || absent.length > 0 ? 1 : 0;

function* tasks(): Generator<Task> {
  const first = values.seed === undefined ? randomSeed() : number("seed", values.seed);
  const links = (values.link === undefined ? ["local", "bus"] : [values.link]) as Wish["link"][];
  const [ticks, clients] = [number("ticks", values.ticks), number("clients", values.clients)];
  console.log(`Seeds ${first} to ${first + runs - 1}, by ${links.join(" and ")}`);
  for (let seed = first; seed < first + runs; seed++) {
    for (const link of links) {
      const size = `${ticks === 600 ? "" : ` --ticks ${ticks}`}${clients === 20 ? "" : ` --clients ${clients}`}`;
      const planted = bug === undefined ? "" : ` --bug "${bug.name}"`;
      const command = `npm run oracle -- --runs 1 --seed ${seed} --link ${link}${size}${planted}`;
      const script = (): Script => generate(seed, { link, ticks, clients });
      yield { name: `${link}-${seed}`, command, script };
    }
  }
}

function* fixtureTask(name: string): Generator<Task> {
  const { script } = readFixture(name);
  yield { name, command: `npm run oracle -- --fixture ${name}`, script: () => script };
}

/** Plays until nothing is left to play. */
async function work(): Promise<void> {
  const thread = new PlayThread(bug);
  while (failed.length < failuresMax) {
    const next = todo.next();
    if (next.done === true) break;
    const { complaint, figures } = await thread.play(next.value.script());
    done++;
    addFigures(sum, figures);
    if (complaint !== undefined) {
      failed.push({ task: next.value, complaint });
      const { tick, client, message } = complaint;
      console.log(`FAILED tick ${tick}, client ${client}: ${message}\n  ${next.value.command}`);
    }
    if (done % 50 === 0) console.log(`${done} runs, ${failed.length} failed`);
  }
  await thread.stop();
}

/** Shrinks what has failed, and writes it down. */
async function keep({ name, command, script }: Task, complaint: Complaint): Promise<void> {
  console.log(`\nShrinking ${name}: ${complaint.message}`);
  const thread = new PlayThread(bug);
  const small = await shrink(script(), complaint, (one) => thread.play(one));
  await thread.stop();
  console.log(small.complaint.stack ?? small.complaint.message);
  const { ops, clients, ticks } = small.script;
  console.log(`${ops.length} happenings, ${clients.length} clients, ${ticks} ticks are left.`);
  if (bug !== undefined) return;
  const about = `${small.complaint.message} (${command})`;
  console.log(`Kept in ${writeFixture(name, { about, script: small.script })}`);
}

function number(name: string, value: string): number {
  const result = Number(value);
  if (!Number.isSafeInteger(result) || result < 0) throw new TypeError(`--${name} is a number`);
  return result;
}

function randomSeed(): number {
  return Math.floor(Math.random() * 1_000_000_000);
}

function bugOf(name: string | undefined): Bug | undefined {
  if (name === undefined) return undefined;
  const found = bugs.find((one) => one.name === name);
  if (found === undefined)
    throw new TypeError(`There are ${bugs.map((one) => one.name).join("; ")}`);
  return found;
}
