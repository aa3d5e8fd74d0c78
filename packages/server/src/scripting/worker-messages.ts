import type { StoredKey } from "./keys/key-space.ts";
import type { Message } from "./keys/command.ts";
import type { JsonReply } from "./lua/lua-state.ts";

/** What a worker is started with. */
export interface ScriptWorkerData {
  /** One integer: the number of the call that runs, 0 while none does. */
  readonly running: SharedArrayBuffer;
  readonly memoryBytes: number;
  readonly keyBytes: number;
  readonly resultBytes: number;
  readonly scripts: readonly LoadScript[];
}

export interface LoadScript {
  readonly type: "load";
  readonly id: number;
  readonly file: string;
  readonly source: string;
}

/** One call: its number, its script's, work and time allowed, then keys and arguments. Text is UTF-16 as anywhere here. */
export interface CallMessage {
  readonly number: number;
  readonly script: number;
  readonly work: number;
  readonly timeMs: number;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

export type ToScriptWorker =
  | LoadScript
  /** Some of what a worker before it held; answered by `ready`. */
  | { readonly type: "keys"; readonly keys: readonly StoredKey[] }
  | { readonly type: "unload"; readonly id: number }
  | { readonly type: "calls"; readonly wallMs: number; readonly calls: readonly CallMessage[] };

export type CallEnd =
  | { readonly type: "done"; readonly result: JsonReply }
  | { readonly type: "failed"; readonly text: string }
  | { readonly type: "over"; readonly what: "budget" | "memory" | "answer" };

export interface CallResult {
  readonly number: number;
  readonly end: CallEnd;
  readonly changes: readonly StoredKey[];
  readonly published: readonly Message[];
}

export interface LogLine {
  readonly level: number;
  readonly text: string;
}

export type FromScriptWorker =
  /** It runs, or has taken keys. */
  | { readonly type: "ready" }
  | { readonly type: "loaded"; readonly id: number; readonly error: string | undefined }
  | {
      readonly type: "results";
      readonly results: readonly CallResult[];
      /** keys that ended by themselves between calls */
      readonly expired: readonly string[];
      readonly lines: readonly LogLine[];
    };
