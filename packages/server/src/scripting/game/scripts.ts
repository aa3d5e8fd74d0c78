import type { Subject } from "../../auth/subject.ts";
import type { KeyTemplate } from "./key-template.ts";
import type { RoomHeader, ScriptProblem } from "./script-header.ts";

/** A script as operators see it. */
export interface ScriptInfo {
  /** the file's name without ".lua" */
  readonly name: string;
  /** The version in use; undefined when none of its texts could be loaded. */
  readonly version: number | undefined;
  /** SHA-256 of that version's source in hexadecimal */
  readonly hash: string | undefined;
  /** wall time at which it came into use */
  readonly sinceMs: number | undefined;
  readonly reload: "live" | "start";
  /** the kind of room that it is */
  readonly room: string | undefined;
  /** Why the newest text is not in use; the version before goes on. */
  readonly problem: ScriptProblem | undefined;
}

/** A script that is a kind of room. */
export interface ScriptedRoomKind {
  readonly kind: string;
  /** name of the script */
  readonly script: string;
  /** its newest version */
  readonly version: number;
  readonly header: RoomHeader;
  /** What it gets as KEYS behind its state. */
  readonly keys: readonly KeyTemplate[];
}

/** A script that a room uses: its version stays callable until it is released. */
export interface HeldScript {
  /** To be read anew for each call: that of a script with `reload: live` becomes the newest one. */
  readonly version: number;
  /** Idempotent. */
  release(): void;
}

/** An older version of a script, which rooms go on with. */
export interface KeptScript {
  readonly script: string;
  readonly version: number;
  /** how many */
  readonly rooms: number;
}

/** What scripts need of the server's rooms. */
export interface GameRooms {
  /** Opens a room under an id. Throws the catalogue's errors. */
  open(kind: string, options: { readonly id: string }): unknown;
  /** Whether an account is in a running room. */
  isMember(account: string, room: string): boolean;
}

/** One call of a script by a player, a program or an operator. */
export interface ScriptCall {
  readonly subject: Subject;
  readonly script: string;
  readonly args: Readonly<Record<string, unknown>> | readonly unknown[];
  readonly idempotencyKey?: string;
}
