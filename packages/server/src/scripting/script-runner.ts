import type { Message } from "./keys/command.ts";
import { runCommand } from "./keys/commands.ts";
import { KeySpace } from "./keys/key-space.ts";
import { toBytes, type Reply } from "./keys/reply.ts";
import { LuaState, toJson, type LuaEnd } from "./lua/lua-state.ts";
import type {
  CallEnd,
  CallMessage,
  CallResult,
  FromScriptWorker,
  LogLine,
  ScriptWorkerData,
  ToScriptWorker,
} from "./worker-messages.ts";

/** Lines of `redis.log` that one message of calls may write; the others are dropped. */
const LINES_MAX = 100;
/** Keys with an end that are looked at before each message of calls. */
const SWEEP_KEYS = 50;

export interface RunnerOptions extends Omit<ScriptWorkerData, "running"> {
  readonly wasm: Uint8Array;
  readonly prelude: string;
  /** Where the number of the call that runs stands. */
  readonly running: Int32Array;
  readonly nowMs: () => number;
}

/** What a script worker does: one Lua state, all keys, one message at a time. */
export class ScriptRunner {
  readonly #lua: LuaState;
  readonly #keys: KeySpace;
  readonly #options: RunnerOptions;
  #published: Message[] = [];
  #lines: LogLine[] = [];

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#keys = new KeySpace(options.keyBytes);
    this.#lua = new LuaState(options.wasm, {
      memoryBytes: options.memoryBytes,
      host: {
        nowMs: options.nowMs,
        command: (args) => this.#command(args),
        log: (level, text) => {
          if (this.#lines.length < LINES_MAX) this.#lines.push({ level, text });
        },
      },
    });
    const prelude = this.#lua.define("realm", options.prelude);
    if (prelude.type !== "done") throw new Error(`the prelude does not run: ${textOf(prelude)}`);
    for (const script of options.scripts) this.take(script);
  }

  /** What a message is answered with; nothing for what needs no answer. */
  take(message: ToScriptWorker): FromScriptWorker | undefined {
    switch (message.type) {
      case "load": {
        const { id, file, source } = message;
        const end = this.#lua.load(id, toBytes(file), toBytes(source));
        return { type: "loaded", id, error: end.type === "done" ? undefined : textOf(end) };
      }
      case "keys":
        for (const key of message.keys) this.#keys.restore(key);
        return { type: "ready" };
      case "unload":
        this.#lua.unload(message.id);
        return undefined;
      case "calls":
        return this.#callAll(message.calls, message.wallMs);
    }
  }

  #callAll(calls: readonly CallMessage[], wallMs: number): FromScriptWorker {
    this.#lines = [];
    const expired = this.#keys.sweepExpired(wallMs, SWEEP_KEYS);
    const results: CallResult[] = [];
    for (const call of calls) {
      Atomics.store(this.#options.running, 0, call.number);
      results.push(this.#call(call, wallMs));
    }
    Atomics.store(this.#options.running, 0, 0);
    return { type: "results", results, expired, lines: this.#lines };
  }

  #call({ number, script, work, timeMs, keys, args }: CallMessage, wallMs: number): CallResult {
    this.#keys.begin(wallMs);
    this.#published = [];
    const ended = this.#lua.call(script, keys.map(toBytes), args.map(toBytes), {
      work,
      deadlineMs: this.#options.nowMs() + timeMs,
    });
    const end = this.#endOf(ended);
    if (end.type === "over") {
      this.#keys.rollBack();
      return { number, end, changes: [], published: [] };
    }
    return { number, end, changes: this.#keys.commit(), published: this.#published };
  }

  #endOf(end: LuaEnd): CallEnd {
    switch (end.type) {
      case "failed":
        return end;
      case "budget":
      case "memory":
        return { type: "over", what: end.type };
      case "done": {
        const { result } = end;
        if (this.#lua.answerBytes > this.#options.resultBytes) {
          return { type: "over", what: "answer" };
        }
        if (isFailure(result)) return { type: "failed", text: String(toJson(result)) };
        return { type: "done", result: toJson(result) };
      }
    }
  }

  #command(args: readonly string[]): Reply {
    return runCommand({ keys: this.#keys, published: this.#published }, args);
  }
}

function isFailure(reply: Reply): boolean {
  return typeof reply === "object" && reply !== null && "err" in reply;
}

function textOf(end: LuaEnd): string {
  return end.type === "failed" ? end.text : `over the budget of compiling: ${end.type}`;
}
