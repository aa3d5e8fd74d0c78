import { Worker, type WorkerOptions } from "node:worker_threads";
import { RealmError } from "@realmwright/protocol";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type {
  ScriptCallOptions,
  ScriptEngine,
  ScriptLimits,
  ScriptOutcome,
  ScriptVersion,
} from "../ports/script-engine.ts";
import { checkCall, checkSource, invalidScript } from "./call-checks.ts";
import type { StoredKey } from "./keys/key-space.ts";
import { ScriptLibrary } from "./script-library.ts";
import { OnceCalls, type Settler } from "./once-calls.ts";
import { toOutcome } from "./outcome.ts";
import type {
  CallMessage,
  CallResult,
  FromScriptWorker,
  LoadScript,
  LogLine,
  ScriptWorkerData,
  ToScriptWorker,
} from "./worker-messages.ts";

/** What a script may take beyond its time before its worker is ended: loops that do not look at the clock. */
const GRACE_MS = 150;
const WATCH_EVERY_MS = 25;
const BATCH_CALLS = 256;
/** Messages of calls under way: one that runs and one that waits, so that the worker never does. */
const BATCHES_MAX = 2;
const RESTART_MS = 1000;
/** Keys and characters that a new worker is handed at once: ticks come between. */
const PART_KEYS = 1000;
const PART_CHARACTERS = 262_144;

type OverEnd = Extract<CallResult["end"], { readonly type: "over" }>;

/** What a call took too much of. */
const spent: Readonly<Record<OverEnd["what"], string>> = {
  budget: "it took too much time or too many instructions",
  memory: "it took too much memory",
  answer: "its answer is too long",
};

/** Sources run as they are in a repository; elsewhere what was built of them. */
const isSource = import.meta.url.endsWith(".ts");

export interface EmbeddedEngineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: ScriptLimits;
  /** Starts a worker. Default: `new Worker`. */
  readonly spawn?: (file: URL, options: WorkerOptions) => Worker;
}

interface Pending extends Settler {
  readonly message: CallMessage;
}

interface PendingLoad {
  readonly message: LoadScript;
  readonly settle: (error: string | undefined) => void;
  readonly reject: (error: RealmError) => void;
}

/**
 * Lua 5.1 in a worker of its own, which also holds the keys: a call crosses to it once. A script that does not end by
 * itself is ended with its worker; the next one gets the keys as of the last call that was answered.
 */
export class EmbeddedEngine implements ScriptEngine {
  readonly #options: EmbeddedEngineOptions;
  readonly #limits: ScriptLimits;
  readonly #library = new ScriptLibrary();
  readonly #once: OnceCalls;
  readonly #running = new SharedArrayBuffer(4);
  readonly #runningNumber = new Int32Array(this.#running);
  /** Every key as the worker last told. */
  readonly #keys = new Map<string, StoredKey>();
  readonly #loads = new Map<number, PendingLoad>();
  #waiting: Pending[] = [];
  readonly #flying = new Map<number, Pending>();
  /** Scripts that are forgotten with the last call that waits for them. */
  readonly #released = new Set<number>();
  #batches = 0;
  #numbers = 0;
  #worker: Worker | undefined;
  /** What the worker has yet to be handed of the keys. */
  #handing: Iterator<StoredKey, undefined> = this.#keys.values();
  #isReady = false;
  #isFlushing = false;
  #isClosed = false;
  #cancelWatch: (() => void) | undefined;
  #cancelRestart: (() => void) | undefined;
  #seen = 0;
  #seenSinceMs = 0;

  private constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#limits = options.limits;
    const { clock, limits } = options;
    this.#once = new OnceCalls(limits.scriptKeptCharacters, () => clock.nowMs());
  }

  /** Rejects with the worker's error when none starts. */
  static async start(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
    const engine = new EmbeddedEngine(options);
    await engine.#launch();
    return engine;
  }

  /** Keys of the engine, those that are over but not noticed yet among them. */
  get keyCount(): number {
    return this.#keys.size;
  }

  /** Number of the call that runs, counted from 1; 0 while none does. */
  get runningCall(): number {
    return Atomics.load(this.#runningNumber, 0);
  }

  async load(name: string, source: string): Promise<ScriptVersion> {
    this.#refuseClosed();
    checkSource(name, source, this.#limits.scriptSourceBytes);
    const id = this.#library.nextId();
    const message: LoadScript = { type: "load", id, file: name, source };
    const error = await new Promise<string | undefined>((settle, reject) => {
      this.#loads.set(id, { message, settle, reject });
      this.#send(message);
    });
    if (error !== undefined) throw invalidScript(name, error);
    const same = this.#library.find(name, source);
    if (same === undefined) return publicOf(this.#library.add(id, name, source));
    this.#send({ type: "unload", id });
    return publicOf(same);
  }

  release(name: string, version: number): void {
    const entry = this.#library.release(name, version);
    if (entry === undefined) return;
    this.#released.add(entry.id);
    this.#forgetReleased();
  }

  call(
    name: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
    { work, timeMs, once }: ScriptCallOptions = {},
  ): Promise<ScriptOutcome> {
    return new Promise((resolve, reject) => {
      this.#refuseClosed();
      const { id } = this.#library.get(name, version);
      checkCall(keys, args, this.#limits);
      let settler: Settler = { resolve, reject };
      if (once !== undefined && this.#once.follow(once, settler)) return;
      if (this.#waiting.length + this.#flying.size >= this.#limits.scriptCallsWaiting) {
        throw new RealmError("SCRIPT_BUSY");
      }
      if (once !== undefined) settler = this.#once.lead(once, settler);
      this.#numbers = (this.#numbers % 0x7fff_fffe) + 1;
      const message: CallMessage = {
        number: this.#numbers,
        script: id,
        work: work ?? this.#limits.scriptWork,
        timeMs: timeMs ?? this.#limits.scriptTimeMs,
        keys,
        args,
      };
      this.#waiting.push({ message, ...settler });
      this.#flushSoon();
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelWatch?.();
    this.#cancelRestart?.();
    const error = new RealmError("SCRIPT_ENGINE_CLOSED");
    for (const { reject } of [
      ...this.#loads.values(),
      ...this.#flying.values(),
      ...this.#waiting,
    ]) {
      reject(error);
    }
    this.#loads.clear();
    this.#flying.clear();
    this.#waiting = [];
    await this.#worker?.terminate();
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new RealmError("SCRIPT_ENGINE_CLOSED");
  }

  #send(message: ToScriptWorker): void {
    if (this.#isReady) this.#worker!.postMessage(message, []);
  }

  #launch(): Promise<void> {
    const workerData: ScriptWorkerData = {
      running: this.#running,
      memoryBytes: this.#limits.scriptMemoryBytes,
      keyBytes: this.#limits.scriptKeyBytes,
      resultBytes: this.#limits.scriptAnswerBytes,
      scripts: Array.from(this.#library.entries, ({ id, name, source }) => {
        return { type: "load", id, file: name, source };
      }),
    };
    const file = isSource
      ? new URL("./script-worker.ts", import.meta.url)
      : new URL("./script-worker.js", import.meta.url);
    const spawn = this.#options.spawn ?? ((url, options) => new Worker(url, options));
    Atomics.store(this.#runningNumber, 0, 0);
    const worker = spawn(file, {
      name: "scripts",
      workerData,
      execArgv: conditions(),
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    this.#worker = worker;
    this.#handing = this.#keys.values();
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromScriptWorker) => {
        if (worker !== this.#worker || this.#isClosed) return;
        if (message.type !== "ready") this.#take(message);
        else if (!this.#handOver(worker)) {
          this.#takeOver();
          resolve();
        }
      });
      worker.on("error", (error: Error) => {
        this.#options.log.error("The worker of scripts failed.", { error });
        reject(error);
      });
      worker.on("exit", () => {
        reject(new RealmError("SCRIPT_ENGINE_CLOSED"));
        if (worker === this.#worker) this.#gone();
      });
    });
  }

  /** Sends the next keys; false when it has all. */
  #handOver(worker: Worker): boolean {
    const keys: StoredKey[] = [];
    let characters = 0;
    while (keys.length < PART_KEYS && characters < PART_CHARACTERS) {
      const { value: key } = this.#handing.next();
      if (key === undefined) break;
      keys.push(key);
      const texts = typeof key.value === "string" ? [key.value] : key.value;
      for (const text of texts) characters += text.length;
    }
    if (keys.length === 0) return false;
    worker.postMessage({ type: "keys", keys } satisfies ToScriptWorker, []);
    return true;
  }

  /** A worker is there: it gets what waits. */
  #takeOver(): void {
    this.#isReady = true;
    for (const { message } of this.#loads.values()) this.#send(message);
    this.#forgetReleased();
    this.#flush();
  }

  #take(message: Exclude<FromScriptWorker, { type: "ready" }>): void {
    if (message.type === "loaded") {
      const load = this.#loads.get(message.id);
      this.#loads.delete(message.id);
      load?.settle(message.error);
      return;
    }
    this.#batches--;
    for (const key of message.expired) this.#keys.delete(key);
    for (const line of message.lines) this.#write(line);
    for (const result of message.results) this.#settle(result);
    this.#forgetReleased();
    this.#flush();
  }

  #settle({ number, end, changes, published }: CallResult): void {
    for (const change of changes) {
      if (change.type === "none") this.#keys.delete(change.key);
      else this.#keys.set(change.key, change);
    }
    const pending = this.#flying.get(number);
    this.#flying.delete(number);
    if (end.type === "over") {
      pending?.reject(new RealmError("SCRIPT_BUDGET", { detail: spent[end.what] }));
    } else {
      pending?.resolve(toOutcome(end, published));
    }
  }

  #forgetReleased(): void {
    // a worker that is about to come would not hear of it
    if (this.#released.size === 0 || !this.#isReady) return;
    const used = new Set(
      [...this.#flying.values(), ...this.#waiting].map(({ message }) => message.script),
    );
    for (const id of this.#released) {
      if (used.has(id)) continue;
      this.#released.delete(id);
      this.#library.forget(id);
      this.#send({ type: "unload", id });
    }
  }

  #write({ level, text }: LogLine): void {
    const { log } = this.#options;
    if (level <= 1) log.debug(text, { from: "script" });
    else if (level === 2) log.info(text, { from: "script" });
    else log.warn(text, { from: "script" });
  }

  /** Calls of one turn go together. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#isReady && this.#batches < BATCHES_MAX && this.#waiting.length > 0) {
      this.#sendBatch();
    }
    if (this.#flying.size > 0) this.#watch();
  }

  #sendBatch(): void {
    const batch = this.#waiting.splice(0, BATCH_CALLS);
    for (const pending of batch) this.#flying.set(pending.message.number, pending);
    this.#batches++;
    const wallMs = this.#options.clock.wallMs();
    this.#send({ type: "calls", wallMs, calls: batch.map(({ message }) => message) });
  }

  #watch(): void {
    const { clock } = this.#options;
    this.#cancelWatch ??= clock.at(clock.nowMs() + WATCH_EVERY_MS, () => {
      this.#cancelWatch = undefined;
      if (this.#flying.size === 0) return;
      this.#lookAtRunning(clock.nowMs());
      this.#watch();
    });
  }

  /** Ends the worker when one call has run for too long, by what was seen of it at two looks. */
  #lookAtRunning(nowMs: number): void {
    if (!this.#isReady) return;
    const number = this.runningCall;
    if (number !== this.#seen) {
      this.#seen = number;
      this.#seenSinceMs = nowMs;
      return;
    }
    const call = this.#flying.get(number);
    if (call === undefined || nowMs - this.#seenSinceMs < call.message.timeMs + GRACE_MS) return;
    this.#options.log.warn("A script did not end; its worker is ended.", { number });
    this.#isReady = false;
    void this.#worker?.terminate();
  }

  /** The worker has ended: the call that ran is to blame, all others run again in their order. */
  #gone(): void {
    this.#isReady = false;
    this.#batches = 0;
    if (this.#isClosed) return;
    const number = this.runningCall;
    const blamed = this.#flying.get(number);
    this.#flying.delete(number);
    blamed?.reject(
      new RealmError("SCRIPT_BUDGET", { detail: "it did not end; its worker was ended" }),
    );
    this.#waiting = [...this.#flying.values(), ...this.#waiting];
    this.#flying.clear();
    if (blamed !== undefined) this.#relaunch();
    else {
      const { clock } = this.#options;
      this.#cancelRestart = clock.at(clock.nowMs() + RESTART_MS, () => this.#relaunch());
    }
  }

  #relaunch(): void {
    this.#launch().catch((error: unknown) => {
      if (!this.#isClosed)
        this.#options.log.error("The worker of scripts does not start.", { error });
    });
  }
}

function publicOf({ name, version, hash }: ScriptVersion): ScriptVersion {
  return { name, version, hash };
}

/** Of the options of this process, those by which modules are found; threads refuse most others. */
function conditions(): string[] {
  const own = process.execArgv.filter((option) => /^(--conditions|-C)=/.test(option));
  const source = "--conditions=@realmwright/source";
  return isSource && !own.includes(source) ? [...own, source] : own;
}
