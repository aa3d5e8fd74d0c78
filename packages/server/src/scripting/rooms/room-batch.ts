import { isPlainObject, type JsonPatch } from "@realmwright/core/internal";
import { limits, RealmError, type Json } from "@realmwright/protocol";
import type { ScriptValue } from "../../ports/script-engine.ts";

/** Something that happened in a scripted room: the function that is told, and what it gets behind the state. */
export interface RoomEvent {
  readonly on: string;
  readonly with: readonly Json[];
  /** An input: a script without that function refuses it. */
  readonly input?: true;
}

/** What goes with the events of one call. */
export interface BatchHead {
  /** The version that the room knows. A state with a lower one has been lost. */
  readonly version: number;
  /** The room begins: what a room of this id has left is deleted. */
  readonly fresh?: boolean;
  /** Number of a batch that must not be done twice. */
  readonly batch?: number | undefined;
  /** Fields to be written where they are missing. */
  readonly seed?: Readonly<Record<string, string>>;
  /** The last part of a lost state: from here on it has this version, and batches up to `done` are in it. */
  readonly restored?: boolean;
  readonly done?: number;
  /** Answer the whole state as well. */
  readonly read?: boolean;
  /** Answer the names of the script's functions as well. */
  readonly functions?: boolean;
  /** No room calls: that the script answers at all is what is asked, and its keys are nobody's. */
  readonly trial?: boolean;
  /** The room has ended: the state is deleted. */
  readonly ended?: boolean;
}

/** What became of one event. */
export type EventAnswer =
  | { readonly type: "done" }
  /** The script said no. */
  | { readonly type: "refused"; readonly code: string; readonly text: string | undefined }
  /** The script failed in it: where and why. */
  | { readonly type: "failed"; readonly fault: string };

/** What became of a batch. */
export interface BatchAnswer {
  /** Nothing was done: the state is not there any more. */
  readonly isLost: boolean;
  /** This very batch was done before. */
  readonly isDone: boolean;
  /** One for each event, unless it was lost or done before. */
  readonly answers: readonly EventAnswer[];
  readonly version: number;
  /** The script has a `tick`. */
  readonly hasTick: boolean;
  /** Where they were asked for: the names of its functions, at most `functionsMax`. */
  readonly functions: readonly string[] | undefined;
  /** What it has published. */
  readonly patch: JsonPatch | undefined;
  /** Where it was to be read: the state after the batch. */
  readonly state: Readonly<Record<string, Json>> | undefined;
}

/** Of the shared part of a state, and of what one player alone sees: its document has a frame around it. */
export const stateBytes: number = limits.documentBytes.value - 64;
/** Of a whole state, so that one call can read it. */
const totalBytes = limits.scriptAnswerBytes.value / 2;
/** Untouched for so long, the state of a room whose server is gone ends by itself. */
const ttlMs = 24 * 3600 * 1000;

/** Names of functions that a script answers. */
export const functionsMax = 200;

/** Characters of events or of fields that go into one call, with room for what stands around them. */
export const batchCharacters: number = limits.scriptCallCharacters.value - 16_384;

/** A call's arguments. */
export function batchArguments(events: readonly RoomEvent[], head: BatchHead): [string, string] {
  return [
    JSON.stringify(events),
    JSON.stringify({ ...head, bytes: stateBytes, totalBytes, ttlMs, functionsMax }),
  ];
}

/** Throws `SCRIPT_FAILED` for what `realm.room` does not answer. */
export function readAnswer(script: string, result: ScriptValue): BatchAnswer {
  const answer = parsed(result);
  if (!isPlainObject(answer) || !Array.isArray(answer["answers"])) {
    const detail = `${script}.lua must end with: return realm.room(room)`;
    throw new RealmError("SCRIPT_FAILED", { detail });
  }
  const { patch, state, functions } = answer;
  return {
    isLost: answer["lost"] === true,
    isDone: answer["done"] === true,
    answers: answer["answers"].map(eventAnswer),
    version: Number(answer["version"]),
    hasTick: answer["ticks"] === true,
    functions: Array.isArray(functions) ? functions.map(String) : undefined,
    patch: Array.isArray(patch) ? (patch as JsonPatch) : undefined,
    state: isPlainObject(state) ? (state as Record<string, Json>) : undefined,
  };
}

function parsed(result: ScriptValue): unknown {
  if (typeof result !== "string") return undefined;
  try {
    return JSON.parse(result);
  } catch (cause) {
    throw new RealmError("SCRIPT_FAILED", { detail: "a room's answer is no JSON", cause });
  }
}

function eventAnswer(answer: unknown): EventAnswer {
  if (!isPlainObject(answer)) return { type: "done" };
  const { code, text, fault } = answer;
  if (typeof code !== "string") return { type: "failed", fault: String(fault) };
  return { type: "refused", code, text: typeof text === "string" ? text : undefined };
}
