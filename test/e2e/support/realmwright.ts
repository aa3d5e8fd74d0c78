import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A running `realmwright` command. */
export interface Running {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Everything it has printed. */
  readonly output: string[];
  /** Waits until a line is printed that fits. Fails with the output when the command ends first. */
  line(pattern: RegExp): Promise<string>;
  /** Ends it as Ctrl-C does, and answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the command from its sources, as `npm start` does, and waits for its ready line. */
export async function realmwright(args: readonly string[], cwd = root): Promise<Running> {
  const running = command(args, cwd);
  const ready = JSON.parse(await running.line(/"event":"ready"/)) as { url: string; port: number };
  return { ...running, url: ready.url, port: ready.port };
}

/** Starts the command without waiting for anything. */
function command(args: readonly string[], cwd = root): Omit<Running, "url" | "port"> {
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--conditions=@realmwright/source",
      `${root}/apps/cli/src/main.ts`,
      ...args,
    ],
    { cwd, stdio: ["ignore", "pipe", "pipe"] },
  );
  const output: string[] = [];
  const waiting = new Set<{ pattern: RegExp; resolve: (line: string) => void }>();
  const take = (line: string): void => {
    output.push(line);
    for (const wait of waiting) {
      if (!wait.pattern.test(line)) continue;
      waiting.delete(wait);
      wait.resolve(line);
    }
  };
  createInterface({ input: child.stdout }).on("line", take);
  createInterface({ input: child.stderr }).on("line", take);
  const ended = once(child, "exit");
  return {
    process: child,
    output,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const known = output.find((line) => pattern.test(line));
        if (known !== undefined) {
          resolve(known);
          return;
        }
        waiting.add({ pattern, resolve });
        child.once("exit", (code) => {
          reject(new Error(`realmwright ended (${code}) before ${pattern}:\n${output.join("\n")}`));
        });
      }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGINT");
        await ended;
      }
      return child.exitCode;
    },
  };
}
