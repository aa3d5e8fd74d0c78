import { join } from "node:path";
import type { GameDefinition } from "@realmwright/core";
import type { Backend } from "@realmwright/server";
import { readScripts } from "@realmwright/server/internal";
import type { GameFolder } from "./game-folder.ts";
import { scriptsName } from "./script-watch.ts";
import { placed, SourceError } from "./source-error.ts";

/** What scripts are taken into. */
interface ReloadingServer {
  reload(game: GameDefinition): Promise<void>;
}

/** What has come of taking the scripts as they are. */
export interface TakenScripts {
  /** What does not load, and stays as it was. */
  readonly problems: readonly SourceError[];
  /** Rooms that go on with older versions of what was loaded. */
  readonly kept: readonly KeptRooms[];
}

export interface KeptRooms {
  readonly script: string;
  readonly version: number;
  /** how many */
  readonly rooms: number;
  /** The newest version asks for it, so that rooms will follow from there on. */
  readonly isLive: boolean;
}

/** The scripts in a game's folder, and the game that they make together with its server.ts. */
export class FolderScripts {
  readonly #root: string;
  readonly #backend: Pick<Backend, "scripts" | "scriptedRooms">;
  #own: GameDefinition | undefined;
  /** Names of the scripts that were rooms when there were any. */
  #lastRooms: readonly string[] = [];

  constructor(
    folder: Pick<GameFolder, "root">,
    backend: Pick<Backend, "scripts" | "scriptedRooms">,
  ) {
    this.#root = folder.root;
    this.#backend = backend;
  }

  /** Takes the scripts as they are now. What does not load stays as it was, and is answered. */
  async load(): Promise<readonly SourceError[]> {
    const { scripts } = this.#backend;
    if (scripts === undefined) return [];
    const folder = join(this.#root, scriptsName);
    const problems = await scripts.load(await readScripts(folder));
    return problems.map(({ file, line, text }) =>
      placed(text, this.#root, join(folder, file), line, undefined, undefined),
    );
  }

  /**
   * Loads, and answers the whole game; `tell` hears of what does not load. Throws the last of that for a game that has no
   * rooms without it, else as `whole` does.
   */
  async begin(
    own: GameDefinition | undefined,
    tell: (problem: SourceError) => void,
  ): Promise<GameDefinition> {
    const problems = await this.load();
    const last = this.#hasRooms(own) ? undefined : problems.at(-1);
    for (const problem of problems) if (problem !== last) tell(problem);
    if (last !== undefined) throw last;
    return this.whole(own);
  }

  /**
   * The whole game: what server.ts defines, if there is one, and what the scripts add. Throws `GAME_INVALID` for one without
   * rooms.
   */
  whole(own: GameDefinition | undefined): GameDefinition {
    this.#own = own;
    const { scriptedRooms } = this.#backend;
    // without scripts there is a server.ts: else it would have been no game
    return scriptedRooms === undefined ? own! : scriptedRooms.whole(own);
  }

  /**
   * Loads, and brings kinds of rooms that came, went or changed into the running server. A game that has no rooms any more is
   * a problem: the server goes on with the kinds that it had.
   */
  async take(server: ReloadingServer): Promise<TakenScripts> {
    const { scriptedRooms, scripts } = this.#backend;
    const versions = new Map(scripts?.list().map(({ name, version }) => [name, version]));
    const before = scriptedRooms?.outline;
    const problems = [...(await this.load())];
    if (!this.#hasRooms(this.#own)) problems.push(this.#noRooms());
    else if (scriptedRooms?.outline !== before) await server.reload(this.whole(this.#own));
    const changed = scripts?.list().filter(({ name, version }) => versions.get(name) !== version);
    const kept = (scripts?.kept() ?? []).flatMap((one) => {
      const now = changed?.find(({ name }) => name === one.script);
      return now === undefined ? [] : [{ ...one, isLive: now.reload === "live" }];
    });
    return { problems, kept };
  }

  #hasRooms(own: GameDefinition | undefined): boolean {
    const { scripts } = this.#backend;
    if (scripts === undefined || Object.keys(own?.rooms ?? {}).length > 0) return true;
    const names = scripts.rooms().map(({ script }) => script);
    if (names.length > 0) this.#lastRooms = names;
    return names.length > 0;
  }

  #noRooms(): SourceError {
    const files = this.#lastRooms.map((name) => `${scriptsName}/${name}.lua`);
    const gone = `${files.join(", ")} ${files.length === 1 ? "is" : "are"} no room any more`;
    const text = `${gone}, and the game has no other. Rooms that run go on with the version that they have; no new ones begin. Put it back, or write another script with the line "-- room: lobby".`;
    return new SourceError(text, {});
  }
}
