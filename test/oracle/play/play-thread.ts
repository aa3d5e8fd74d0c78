import { Worker } from "node:worker_threads";
import type { Bug } from "../bugs/bugs.ts";
import type { Script } from "../script/script.ts";
import type { Outcome } from "./play.ts";

/** Plays scripts in a thread of its own, one after another, with a bug planted in the product if one is given. */
export class PlayThread {
  readonly #worker: Worker;
  #isOver = false;

  constructor(bug?: Bug) {
    this.#worker = new Worker(new URL("../run-worker.ts", import.meta.url), { workerData: bug });
    this.#worker.on("exit", () => (this.#isOver = true));
  }

  /** Fails when the bug has no place any more. */
  play(script: Script): Promise<Outcome> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      if (this.#isOver) {
        reject(new Error("the thread has ended"));
        return;
      }
      const done = (outcome: Outcome): void => {
        worker.off("error", failed);
        resolve(outcome);
      };
      const failed = (error: Error): void => {
        worker.off("message", done);
        reject(error);
      };
      worker.once("message", done);
      worker.once("error", failed);
      worker.postMessage(script, []);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
