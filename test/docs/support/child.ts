import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that a page tells its readers to run. */
export interface Child {
  /** Every line that it has printed, errors among them. */
  readonly output: readonly string[];
  /** Waits until its output is as wanted. Fails with the output if the program ends before. */
  until(isThere: (output: readonly string[]) => boolean): Promise<void>;
  /** Resolves when it and all that it has started are gone: its exit code, or undefined if a signal ended it. */
  readonly ended: Promise<number | undefined>;
  signal(name: NodeJS.Signals): void;
  /** Ends it, if it still runs. */
  stop(): Promise<void>;
}

/** Runs Node in a folder. */
export function node(args: readonly string[], cwd: string): Child {
  return watch(spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs a program in a folder. */
export function program(name: string, args: readonly string[], cwd: string): Child {
  return watch(spawn(name, args, { cwd, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs one line of a shell in a folder. */
export function shell(line: string, cwd: string): Child {
  const env = { ...process.env, NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1" };
  return watch(spawn("bash", ["-c", line], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }));
}

function watch(child: ChildProcess): Child {
  const output: string[] = [];
  const waiting = new Set<() => void>();
  const take = (line: string): void => {
    output.push(line);
    for (const look of waiting) look();
  };
  createInterface({ input: child.stdout! }).on("line", take);
  createInterface({ input: child.stderr! }).on("line", take);
  // "close" comes when nobody can print any more, "exit" may come before that
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
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
