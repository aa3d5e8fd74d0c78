import type { LimitName } from "@realmwright/protocol";

/** Of the limits in force, those of scripts. */
export type ScriptLimits = Readonly<Record<Extract<LimitName, `script${string}`>, number>>;

/** What a script answers, as JSON. A status reply is its text, `false` and `nil` are null. */
export type ScriptValue = string | number | null | readonly ScriptValue[];

/** One version of a script that can be called. */
export interface ScriptVersion {
  readonly name: string;
  /** counts up from 1 for each name; the same source again is the same version */
  readonly version: number;
  /** SHA-256 of the source in hexadecimal */
  readonly hash: string;
}

/** The newest value of a key that a call has written. Texts that are not UTF-8 have U+FFFD in their place. */
export type KeyChange =
  | { readonly key: string; readonly type: "none" }
  | {
      readonly key: string;
      /** wall time in ms at which the key ends by itself; 0 = never */
      readonly expiresMs: number;
      readonly type: "string";
      readonly value: string;
    }
  | {
      readonly key: string;
      readonly expiresMs: number;
      readonly type: "hash" | "zset";
      /** pairs: field and value; member and score, ascending */
      readonly value: readonly (readonly [string, string])[];
    }
  | {
      readonly key: string;
      readonly expiresMs: number;
      readonly type: "list" | "set";
      readonly value: readonly string[];
    };

export interface Published {
  readonly channel: string;
  readonly message: string;
}

/** What a call that ended in its budget has done. One that failed keeps what it wrote before, as in Redis. */
export type ScriptOutcome = (
  | { readonly ok: true; readonly result: ScriptValue }
  | {
      readonly ok: false;
      /** the script's error reply, or where and why it failed: `move.lua:3: attempt to …` */
      readonly error: string;
    }
) & {
  /** In the order of their first writing; a key once. */
  readonly changes: readonly KeyChange[];
  readonly published: readonly Published[];
};

export interface ScriptBudget {
  /** milliseconds after which the script is ended */
  readonly timeMs?: number;
  /** instructions of Lua, about; loops inside the library and commands count too */
  readonly work?: number;
}

/** Runs Lua 5.1 scripts one at a time over one set of keys. Each call is atomic. */
export interface ScriptEngine {
  /**
   * Compiles a script; versions of before stay callable until they are released. Rejects with `SCRIPT_INVALID`, whose
   * problem names file and line, and then nothing has changed.
   */
  load(name: string, source: string): Promise<ScriptVersion>;
  /** Forgets a version; calls that wait for it still run. */
  release(name: string, version: number): void;
  /**
   * Runs a version. Rejects with `SCRIPT_UNKNOWN`, `SCRIPT_CALL_INVALID` (keys or arguments beyond the limits),
   * `SCRIPT_BUSY` (too many wait), `SCRIPT_BUDGET` (time, work, memory or size of the answer; nothing of what it wrote
   * remains) and `SCRIPT_ENGINE_CLOSED`.
   */
  call(
    name: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
    budget?: ScriptBudget,
  ): Promise<ScriptOutcome>;
  close(): Promise<void>;
}
