import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that a page tells its readers to run. */
export interface Child {
  /** Every line that it has printed, errors among them. */
  readonly output: readonly string[];
  /** Waits until its output is as wanted. Fails with the output if the program ends before. */
  until(isThere: (output: readonly string[]) => boolean): Promise<void>;
  /** Its exit code, or undefined if a signal ended it. */
  readonly ended: Promise<number | undefined>;
  /** Ends it, if it still runs. */
  stop(): Promise<void>;
}

/** Runs Node in a folder. */
export function node(args: readonly string[], cwd: string): Child {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  const waiting = new Set<() => void>();
  const take = (line: string): void => {
    output.push(line);
    for (const look of waiting) look();
  };
  createInterface({ input: child.stdout }).on("line", take);
  createInterface({ input: child.stderr }).on("line", take);
  // "close" comes after the last line, "exit" may come before it
  const ended = once(child, "close").then(([code]) =>
    typeof code === "number" ? code : undefined,
  );
  return {
    output,
    ended,
    until: (isThere) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!isThere(output)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then((code) =>
          reject(new Error(`it ended (${code}) too early:\n${output.join("\n")}`)),
        );
      }),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
