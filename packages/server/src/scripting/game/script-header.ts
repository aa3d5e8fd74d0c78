import type { Role } from "../../auth/subject.ts";
import type { Binding } from "./bindings.ts";
import type { KeyTemplate } from "./key-template.ts";

/** One thing that keeps a script, or its newest text, from being used. */
export interface ScriptProblem {
  /** the file's name, such as "move_player.lua" */
  readonly file: string;
  /** counted from 1 */
  readonly line: number;
  readonly text: string;
}

/** What the leading comments of a script say about it. */
export interface ScriptHeader {
  /** Whether a room that uses it goes on with the newest version, or keeps the one that it started with. */
  readonly reload: "live" | "start";
  /** What a call gets as KEYS; in a room behind its state. */
  readonly keys: readonly KeyTemplate[];
  /** Members of the arguments that the server sets. */
  readonly bind: readonly Binding[];
  /** The roles that may call it; nobody's where it is empty. */
  readonly callers: readonly Role[];
  /** The kind of room that is opened after a good answer. */
  readonly opens: string | undefined;
  /** Set: the script is a scripted room, and not to be called by anybody. */
  readonly room: RoomHeader | undefined;
}

/** What a scripted room says about itself. Undefined where it says nothing. */
export interface RoomHeader {
  readonly kind: string;
  /** players at once */
  readonly players: number | undefined;
  /** spectators at once */
  readonly spectators: number | undefined;
  /** ticks in a second */
  readonly tick: number | undefined;
  /** seconds for which the seat of a player who dropped out is kept */
  readonly grace: number | undefined;
  readonly inputs: readonly InputHeader[];
}

export interface InputHeader {
  /** name of the input, and of the function that takes it */
  readonly name: string;
  /** kind of each member of its data, such as "uint 8"; undefined: any JSON */
  readonly shape: Readonly<Record<string, string>> | undefined;
  /** where it stands, for problems with the kinds */
  readonly line: number;
}
