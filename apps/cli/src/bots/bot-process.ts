import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Bots in a process of their own, so that they cost the server no more than other players do. */
export interface BotProcess {
  stop(): Promise<void>;
}

/** Sends bots into a game until stopped. */
export function startBots(url: string, count: number, game: string): BotProcess {
  // Sources run as they are; what is published is built.
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const main = fileURLToPath(new URL(`../main.${ending}`, import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, main, "bots", String(count), "--url", url, "--game", game, "--quiet"],
    // By the channel it notices when this process ends without a word.
    { stdio: ["ignore", "ignore", "inherit", "ipc"] },
  );
  const ended = once(child, "exit");
  return {
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await ended;
    },
  };
}
