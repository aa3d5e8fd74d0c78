import { readFileSync } from "node:fs";
import { limits, RealmError } from "@realmwright/protocol";
import type {
  ScriptEngine,
  ScriptOutcome,
  ScriptValue,
  ScriptVersion,
} from "../../ports/script-engine.ts";
import { limitValues } from "../../session/limit-values.ts";
import { checkCall, invalidScript } from "../call-checks.ts";
import { hostPrelude } from "../host-functions.ts";
import { toOutcome } from "../outcome.ts";
import { ScriptLibrary } from "../script-library.ts";
import { ScriptRunner } from "../script-runner.ts";

const wasm = new Uint8Array(readFileSync(new URL("../lua/lua51.wasm", import.meta.url)));

/** Lua in the test's own thread: a call is done when it is made, and answered with the next turn of promises. */
export class DirectEngine implements ScriptEngine {
  /** What calls are refused with, when it is set; "late": they are done, and the answer is lost. */
  fault: { readonly code: "HOT_UNAVAILABLE" | "SCRIPT_BUSY"; readonly late?: true } | undefined;
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  /** How many calls came, those that were refused among them. */
  calls = 0;
  readonly #wallMs: () => number;
  readonly #library = new ScriptLibrary();
  #runner = this.#start();

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Everything in it is lost, but the scripts. */
  empty(): void {
    this.#runner = this.#start();
    for (const { id, name, source } of this.#library.entries) this.#load(id, name, source);
  }

  async load(name: string, source: string): Promise<ScriptVersion> {
    const known = this.#library.find(name, source);
    if (known !== undefined) return known;
    const id = this.#library.nextId();
    const error = this.#load(id, name, source);
    if (error !== undefined) throw invalidScript(name, error);
    return this.#library.add(id, name, source);
  }

  release(name: string, version: number): void {
    const entry = this.#library.release(name, version);
    if (entry !== undefined) this.#library.forget(entry.id);
  }

  async call(
    name: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<ScriptOutcome> {
    this.calls++;
    checkCall(keys, args, limitValues());
    const { fault, gate } = this;
    if (fault !== undefined && fault.late === undefined) throw new RealmError(fault.code);
    const outcome = this.#run(this.#library.get(name, version).id, keys, args);
    await gate;
    if (fault !== undefined) throw new RealmError(fault.code);
    return outcome;
  }

  /** Runs a piece of Lua on the same keys. */
  async eval(source: string, keys: readonly string[] = []): Promise<ScriptValue> {
    const { version } = await this.load("eval.lua", source);
    const outcome = this.#run(this.#library.get("eval.lua", version).id, keys, []);
    if (!outcome.ok) throw new Error(outcome.error);
    return outcome.result;
  }

  async close(): Promise<void> {}

  #run(script: number, keys: readonly string[], args: readonly string[]): ScriptOutcome {
    const call = { number: 1, script, work: limits.scriptWork.value, timeMs: 60_000, keys, args };
    const answer = this.#runner.take({ type: "calls", wallMs: this.#wallMs(), calls: [call] });
    if (answer?.type !== "results") throw new Error("no results");
    const { end, published } = answer.results[0]!;
    if (end.type === "over") throw new RealmError("SCRIPT_BUDGET");
    return toOutcome(end, published);
  }

  #load(id: number, file: string, source: string): string | undefined {
    const answer = this.#runner.take({ type: "load", id, file, source });
    return answer?.type === "loaded" ? answer.error : "no answer";
  }

  #start(): ScriptRunner {
    return new ScriptRunner({
      wasm,
      prelude: hostPrelude(),
      running: new Int32Array(1),
      nowMs: () => performance.now(),
      memoryBytes: limits.scriptMemoryBytes.value,
      keyBytes: limits.scriptKeyBytes.value,
      resultBytes: limits.scriptAnswerBytes.value,
      scripts: [],
    });
  }
}
