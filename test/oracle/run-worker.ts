import { parentPort } from "node:worker_threads";
import { play } from "./play/play.ts";
import type { Done, Task } from "./run.ts";
import { generate } from "./script/generate.ts";

parentPort!.on("message", (task: Task) => void work(task));

async function work(task: Task): Promise<void> {
  const done: Done = { task, ...(await play(generate(task.seed, task))) };
  parentPort!.postMessage(done, []);
}
