import { didYouMean } from "@realmwright/protocol/internal";
import type { Log } from "../../ports/log.ts";
import type { ScriptedRoomKind } from "../game/scripts.ts";
import { functionsMax } from "./room-batch.ts";

/** What a room tells its script beside inputs. */
const hooks = ["create", "join", "leave", "drop", "reconnect", "tick", "close"] as const;

/** Tells, once for each version of a room's script, which functions nothing calls and which inputs have none. */
export class FunctionCheck {
  readonly #rooms: () => readonly ScriptedRoomKind[];
  readonly #log: Log;
  /** The newest version of each script that was looked at. */
  readonly #seen = new Map<string, number>();

  constructor(rooms: () => readonly ScriptedRoomKind[], log: Log) {
    this.#rooms = rooms;
    this.#log = log;
  }

  /** Whether the functions of this version are still to be asked for. Of older ones nobody knows the inputs. */
  isDue(script: string, version: number): boolean {
    return this.#seen.get(script) !== version && this.#find(script, version) !== undefined;
  }

  take(script: string, version: number, functions: readonly string[]): void {
    const kind = this.#find(script, version);
    if (kind === undefined || this.#seen.get(script) === version) return;
    this.#seen.set(script, version);
    const about = { script, version };
    const inputs = kind.header.inputs.map(({ name }) => name);
    const known = [...hooks, ...inputs];
    for (const name of functions.filter((one) => !known.includes(one)).sort()) {
      const problem = `room.${name} is none of the room's hooks, and no input of this name is declared.`;
      const hint = didYouMean(name, known);
      this.#log.warn("nothing calls a function of a script", {
        ...about,
        problem: `${problem} ${hint}`.trim(),
      });
    }
    // of so many the others are not known
    if (functions.length >= functionsMax) return;
    for (const name of inputs.filter((one) => !functions.includes(one))) {
      const problem = `the input ${name} is declared, and there is no function room.${name}.`;
      this.#log.warn("an input of a script has no function", { ...about, problem });
    }
  }

  #find(script: string, version: number): ScriptedRoomKind | undefined {
    return this.#rooms().find((kind) => kind.script === script && kind.version === version);
  }
}
