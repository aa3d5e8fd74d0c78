import { RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { ScriptEngine, ScriptLimits } from "../../ports/script-engine.ts";
import { readHeader } from "./read-header.ts";
import { ScriptFile, type LoadedScript } from "./script-file.ts";
import type { ScriptProblem } from "./script-header.ts";
import type { HeldScript, KeptScript, ScriptedRoomKind, ScriptInfo } from "./scripts.ts";

/** The scripts of a game's folder, by name, with the versions of each that are in use. */
export class ScriptShelf {
  readonly #engine: ScriptEngine;
  readonly #limits: ScriptLimits;
  readonly #clock: Clock;
  readonly #files = new Map<string, ScriptFile>();
  #loading: Promise<unknown> = Promise.resolve();

  constructor(engine: ScriptEngine, limits: ScriptLimits, clock: Clock) {
    this.#engine = engine;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Takes the folder as it is now, after what was asked for before is done. */
  load(files: ReadonlyMap<string, string>): Promise<readonly ScriptProblem[]> {
    const loading = this.#loading.then(() => this.#load(files));
    this.#loading = loading.catch(() => undefined);
    return loading;
  }

  /** What is called by this name now. Throws `SCRIPT_UNKNOWN`. */
  get(name: string): LoadedScript {
    const current = this.#files.get(name)?.current;
    if (current === undefined) throw new RealmError("SCRIPT_UNKNOWN", { detail: name });
    return current;
  }

  /** Throws `SCRIPT_UNKNOWN`. */
  hold(name: string): HeldScript {
    this.get(name);
    return this.#files.get(name)!.hold();
  }

  list(): readonly ScriptInfo[] {
    const names = [...this.#files.keys()].sort();
    return names.flatMap((name) => this.#files.get(name)!.info ?? []);
  }

  kept(): readonly KeptScript[] {
    return [...this.#files].flatMap(([script, { kept }]) =>
      [...kept].map(([version, rooms]) => ({ script, version, rooms })),
    );
  }

  rooms(): readonly ScriptedRoomKind[] {
    const names = [...this.#files.keys()].sort();
    return names.flatMap((name) => {
      const { current } = this.#files.get(name)!;
      const room = current?.header.room;
      if (current === undefined || room === undefined) return [];
      const { version, header } = current;
      return { kind: room.kind, script: name, version, header: room, keys: header.keys };
    });
  }

  async #load(files: ReadonlyMap<string, string>): Promise<readonly ScriptProblem[]> {
    for (const [name, file] of this.#files) if (!files.has(name)) file.remove();
    for (const [name, file] of this.#files) if (file.isGone) this.#files.delete(name);
    const most = this.#limits.scriptsPerGame;
    const names = [...files.keys()].sort();
    const late: string[] = [];
    for (const name of names.slice(0, most)) {
      if (!(await this.#loadOne(name, files.get(name)!))) late.push(name);
    }
    // another script had its kind of room, and may have given it up since
    for (const name of late) await this.#loadOne(name, files.get(name)!);
    const problems = this.list().flatMap(({ problem }) => problem ?? []);
    const above = names[most];
    if (above === undefined) return problems;
    const text = `more than ${most} scripts: it and those behind it are not loaded`;
    return [...problems, { file: `${above}.lua`, line: 1, text }];
  }

  #nameProblems({ name, file }: ScriptFile): readonly ScriptProblem[] {
    const most = this.#limits.scriptNameCharacters;
    if (/^[\w-]+$/.test(name) && name.length <= most) return [];
    return [{ file, line: 1, text: `a script's name has 1 to ${most} letters, digits, _ and -` }];
  }

  /** False: another script is its kind of room. */
  async #loadOne(name: string, source: string): Promise<boolean> {
    const file = this.#files.get(name) ?? new ScriptFile(name, this.#engine, this.#clock);
    this.#files.set(name, file);
    if (file.isCurrent(source)) return true;
    const { header, problems } = readHeader(file.file, source);
    const [first] = [...this.#nameProblems(file), ...problems];
    if (first !== undefined) {
      file.refuse(source, first);
      return true;
    }
    const kind = header.room?.kind;
    const other = this.rooms().find((room) => room.kind === kind && room.script !== name);
    if (other === undefined) {
      await file.load(source, header);
      return true;
    }
    const text = `${other.script}.lua is the room ${kind} already`;
    file.refuse(source, { file: file.file, line: 1, text });
    return false;
  }
}
