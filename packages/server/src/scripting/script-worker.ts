import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { hostPrelude } from "./host-functions.ts";
import { ScriptRunner } from "./script-runner.ts";
import type { FromScriptWorker, ScriptWorkerData, ToScriptWorker } from "./worker-messages.ts";

/** The same file for the sources and for what was built of them; both are published. */
const wasmFile = new URL("../../src/scripting/lua/lua51.wasm", import.meta.url);

const port = parentPort!;
const data = workerData as ScriptWorkerData;
const runner = new ScriptRunner({
  ...data,
  running: new Int32Array(data.running),
  wasm: new Uint8Array(readFileSync(wasmFile)),
  prelude: hostPrelude(),
  nowMs: () => performance.now(),
});
port.on("message", (message: ToScriptWorker) => {
  const answer = runner.take(message);
  if (answer !== undefined) port.postMessage(answer, []);
});
port.postMessage({ type: "ready" } satisfies FromScriptWorker, []);
