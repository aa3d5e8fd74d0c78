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
  /** What is left to be published by who called, in this order; nothing where the engine does it itself. */
  readonly published: readonly Published[];
  /** It is what an earlier call with the same `once` was answered; nothing ran now. */
  readonly isKept: boolean;
};

export interface ScriptBudget {
  /** milliseconds after which the script is ended */
  readonly timeMs?: number;
  /** instructions of Lua, about; loops inside the library and commands count too */
  readonly work?: number;
}

/** A call that is done once, however often it is asked for. */
export interface ScriptOnce {
  /** Names the call; with a prefix that no script's key has. */
  readonly key: string;
  /** Fingerprint of what is asked for, of letters and digits: another one under the same key is `KEY_REUSED`. */
  readonly request: string;
  /** How long its outcome is kept, failures of the script too. What was ended or did not run is not kept. */
  readonly keptMs: number;
}

/** The budget does not bind engines that can not end a script. */
export interface ScriptCallOptions extends ScriptBudget {
  readonly once?: ScriptOnce;
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
   * remains), `KEY_REUSED`, `SCRIPT_ENGINE_CLOSED`, and `HOT_UNAVAILABLE` where scripts run inside of the hot state: then
   * it may have run.
   */
  call(
    name: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
    options?: ScriptCallOptions,
  ): Promise<ScriptOutcome>;
  close(): Promise<void>;
}
