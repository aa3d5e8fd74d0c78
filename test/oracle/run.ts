// npm run oracle -- --runs 1000 [--seed 1] [--jobs 2] [--link local|bus] [--ticks 600] [--clients 20]
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { addFigures, newFigures } from "./play/figures.ts";
import type { Complaint, Outcome } from "./play/play.ts";
import { shrink } from "./play/shrink.ts";
import { generate, type Wish } from "./script/generate.ts";

/** What a worker is given and what it gives back. */
export interface Task extends Wish {
  readonly seed: number;
}
export type Done = Outcome & { readonly task: Task };

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    link: { type: "string" },
    ticks: { type: "string", default: "600" },
    clients: { type: "string", default: "20" },
  },
});
const number = (name: "runs" | "seed" | "jobs" | "ticks" | "clients"): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${name} is a number`);
  return value;
};
const links = (values.link === undefined ? ["local", "bus"] : [values.link]) as Task["link"][];
const [runs, firstSeed, jobs] = [number("runs"), number("seed"), number("jobs")];
const [ticks, clients] = [number("ticks"), number("clients")];

function* tasks(): Generator<Task> {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    for (const link of links) yield { seed, link, ticks, clients };
  }
}

/** After so many failed runs it is known that something is wrong. */
const failuresMax = 10;
const sum = newFigures();
const failed: { readonly task: Task; readonly complaint: Complaint }[] = [];
const started = performance.now();
const todo = tasks();
let done = 0;
const total = runs * links.length;

await Promise.all(Array.from({ length: Math.min(jobs, total) }, () => work()));
const seconds = (performance.now() - started) / 1000;
console.log(`\n${done} runs in ${seconds.toFixed(0)} s`);
for (const [name, value] of Object.entries(sum)) console.log(`${name.padEnd(12)} ${value}`);

for (const { task, complaint } of failed.slice(0, 3)) {
  console.log(`\nShrinking seed ${task.seed} (${task.link}): ${complaint.message}`);
  const small = await shrink(generate(task.seed, task), complaint);
  const folder = path.join(import.meta.dirname, "fixtures");
  const file = path.join(folder, `${task.link}-${task.seed}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(small.script, undefined, 1)}\n`);
  const { ops, clients: left } = small.script;
  console.log(`${ops.length} happenings and ${left.length} clients are left: ${file}`);
  console.log(small.complaint.stack ?? small.complaint.message);
}
process.exitCode = failed.length > 0 ? 1 : 0;

/** One worker, which plays until nothing is left to play. */
function work(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./run-worker.ts", import.meta.url));
    const next = (): void => {
      const task = todo.next();
      if (task.done !== true && failed.length < failuresMax) worker.postMessage(task.value, []);
      else {
        resolve();
        void worker.terminate();
      }
    };
    worker.on("error", reject);
    worker.on("message", ({ task, complaint, figures }: Done) => {
      done++;
      addFigures(sum, figures);
      if (complaint !== undefined) {
        failed.push({ task, complaint });
        const { tick, client, message } = complaint;
        console.log(`seed ${task.seed} ${task.link}: tick ${tick}, client ${client}: ${message}`);
      }
      if (done % 50 === 0) console.log(`${done} of ${total}, ${failed.length} failed`);
      next();
    });
    next();
  });
}
