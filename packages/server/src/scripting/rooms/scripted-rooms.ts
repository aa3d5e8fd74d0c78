import { defineGame, type GameDefinition, type RoomDefinition } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import type { HotReturn } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import { fillKey } from "../game/key-template.ts";
import type { ScriptedRoomKind } from "../game/scripts.ts";
import { FunctionCheck } from "./function-check.ts";
import { scriptedRoom, type Lines } from "./scripted-room.ts";
import { ScriptLine, type RoomScripts } from "./script-line.ts";

export interface ScriptedRoomsOptions {
  readonly scripts: RoomScripts & {
    /** Tells when patches may have been lost. Returns a function that stops it. */
    onReturn(listener: (news: HotReturn) => void): () => void;
  };
  readonly log: Log;
  /** the game's name */
  readonly game: string;
}

/** The key of a scripted room's state: a hash of JSON texts by field, and the channel of its patches. */
function roomStateKey(room: string): string {
  return `room:${room}:state`;
}

/** The rooms of a game that are scripts. They outlive reloads of the game: a room keeps its script and its state. */
export class ScriptedRooms {
  readonly #options: ScriptedRoomsOptions;
  readonly #functions: FunctionCheck;
  readonly #lines = new Map<string, ScriptLine>();
  readonly #stop: () => void;
  /** Ends that are under way, by room. */
  readonly #endings = new Map<string, Promise<void>>();

  constructor(options: ScriptedRoomsOptions) {
    this.#options = options;
    this.#functions = new FunctionCheck(() => options.scripts.rooms(), options.log);
    this.#stop = options.scripts.onReturn(() => {
      for (const line of this.#lines.values()) line.mustRead();
    });
  }

  /**
   * The whole game: the kinds of rooms that it defines in TypeScript, and those of its scripts. Throws `GAME_INVALID` for one
   * without any, and for a kind that is in both.
   */
  whole(own: GameDefinition | undefined): GameDefinition {
    const { scripts, game: name } = this.#options;
    const rooms: Record<string, RoomDefinition> = { ...own?.rooms };
    for (const kind of scripts.rooms()) {
      if (Object.hasOwn(rooms, kind.kind)) {
        const detail = `server.ts and ${kind.script}.lua both define the room ${kind.kind}`;
        throw new RealmError("GAME_INVALID", { detail });
      }
      rooms[kind.kind] = scriptedRoom(kind, this.#linesOf());
    }
    if (Object.keys(rooms).length === 0) {
      const detail = `${name} has no rooms: a script becomes one by the line "-- room: lobby"`;
      throw new RealmError("GAME_INVALID", { detail });
    }
    return defineGame({ name: own?.name ?? name, rooms, ...(own && { entry: own.entry }) });
  }

  /** What of the scripts is in the game's definition: when it changes, the game is to be defined anew. */
  get outline(): string {
    const kinds = this.#options.scripts.rooms();
    const parts = kinds.map(({ kind, script, header, keys }) => [kind, script, header, keys]);
    // where an input stands makes no difference
    return JSON.stringify(parts, (name, value: unknown) => (name === "line" ? undefined : value));
  }

  /** Waits until the state of a room that has ended is deleted. */
  async gone(room: string): Promise<void> {
    await this.#endings.get(room);
  }

  /** Waits until the states of rooms that have ended are deleted. Before the scripts are closed. */
  async close(): Promise<void> {
    this.#stop();
    await Promise.all(this.#endings.values());
  }

  #linesOf(): Lines {
    return {
      of: (kind, room) => this.#lineOf(kind, room),
      end: (room, line) => this.#end(room, line),
    };
  }

  #lineOf(kind: ScriptedRoomKind, room: string): ScriptLine {
    const known = this.#lines.get(room);
    if (known !== undefined) return known;
    const { scripts, game } = this.#options;
    const values = { game, account: "", args: { room }, isMember: () => true };
    const keys = [roomStateKey(room), ...kind.keys.map((key) => fillKey(key, values))];
    const line = new ScriptLine(scripts, kind.script, keys, this.#functions);
    this.#lines.set(room, line);
    return line;
  }

  #end(room: string, line: ScriptLine): void {
    this.#lines.delete(room);
    const ending = this.#tellEnd(room, line);
    this.#endings.set(room, ending);
    void ending.finally(() => {
      if (this.#endings.get(room) === ending) this.#endings.delete(room);
    });
  }

  async #tellEnd(room: string, line: ScriptLine): Promise<void> {
    const { log } = this.#options;
    try {
      const untold = await line.end();
      if (untold.length > 0)
        log.warn("the end of a room took its script too much", { room, untold });
    } catch (error) {
      const isOwn = !(error instanceof RealmError) || error.code === "INTERNAL";
      const about = isOwn ? { error } : { problem: error.message };
      log.warn("the state of a room that ended may still be there", { room, ...about });
    }
  }
}
