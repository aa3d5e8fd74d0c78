import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A script in a process of its own, that is told things by a word and answers by messages with a `type`. */
export class Child {
  readonly #script: string;
  readonly #process: ChildProcess;

  /** @param settings what the script gets as its first argument, as JSON. */
  constructor(script: URL, settings: object, flags: readonly string[] = []) {
    this.#script = fileURLToPath(script);
    this.#process = fork(this.#script, [JSON.stringify(settings)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [...process.execArgv, ...flags],
    });
  }

  tell(word: string): void {
    this.#process.send(word);
  }

  /** The next message of a type; rejects when the process ends before. */
  answer<T>(type: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: unknown): void => {
        if ((message as { type?: string }).type !== type) return;
        this.#process.off("exit", onExit);
        this.#process.off("message", onMessage);
        resolve(message as T);
      };
      const onExit = (code: number | null): void => {
        reject(new Error(`${this.#script} ended with ${String(code)}`));
      };
      this.#process.on("message", onMessage);
      this.#process.once("exit", onExit);
    });
  }

  /** Tells it, and waits for the answer. */
  ask<T>(word: string, type: string): Promise<T> {
    const answer = this.answer<T>(type);
    this.tell(word);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    await new Promise((resolve) => {
      this.#process.once("exit", resolve);
      this.#process.kill("SIGKILL");
    });
  }
}

/** Gives children to work with, and ends them whatever happens. */
export async function withChildren<T>(
  work: (start: (...child: ConstructorParameters<typeof Child>) => Child) => Promise<T>,
): Promise<T> {
  const children: Child[] = [];
  try {
    return await work((...about) => {
      const child = new Child(...about);
      children.push(child);
      return child;
    });
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
