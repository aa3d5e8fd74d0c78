import { parentPort, workerData } from "node:worker_threads";
import type { Bug } from "./bugs/bugs.ts";
import { plant } from "./bugs/plant.ts";
import type { Script } from "./script/script.ts";

const bug = workerData as Bug | undefined;
const isPlanted = bug === undefined ? undefined : plant(bug);
const { play } = await import("./play/play.ts");
if (isPlanted?.() === false) throw new Error(`${bug!.file} is no part of what is played`);

parentPort!.on("message", (script: Script) => void work(script));

async function work(script: Script): Promise<void> {
  parentPort!.postMessage(await play(script), []);
}
