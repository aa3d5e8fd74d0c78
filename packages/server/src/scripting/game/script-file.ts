import { RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { ScriptEngine, ScriptVersion } from "../../ports/script-engine.ts";
import { problemOfRoom } from "../rooms/room-trial.ts";
import type { ScriptHeader, ScriptProblem } from "./script-header.ts";
import type { HeldScript, ScriptInfo } from "./scripts.ts";

/** A version that can be called. */
export interface LoadedScript {
  readonly version: number;
  readonly hash: string;
  readonly sinceMs: number;
  readonly header: ScriptHeader;
}

/** One file of the folder: the version in use, and older ones that rooms hold. */
export class ScriptFile {
  readonly name: string;
  /** as it stands in the folder and in Lua's messages */
  readonly file: string;
  readonly #engine: ScriptEngine;
  readonly #clock: Clock;
  readonly #holds = new Set<Hold>();
  #source: string | undefined;
  #current: LoadedScript | undefined;
  #problem: ScriptProblem | undefined;
  /** The version that is loaded and not in use yet. */
  #tried: number | undefined;

  constructor(name: string, engine: ScriptEngine, clock: Clock) {
    this.name = name;
    this.file = `${name}.lua`;
    this.#engine = engine;
    this.#clock = clock;
  }

  get current(): LoadedScript | undefined {
    return this.#current;
  }

  /** Nothing of it is left, and no room holds any of it. */
  get isGone(): boolean {
    return this.#source === undefined && this.#holds.size === 0;
  }

  get info(): ScriptInfo | undefined {
    if (this.#source === undefined) return undefined;
    const current = this.#current;
    return {
      name: this.name,
      version: current?.version,
      hash: current?.hash,
      sinceMs: current?.sinceMs,
      reload: current?.header.reload ?? "start",
      room: current?.header.room?.kind,
      problem: this.#problem,
    };
  }

  /** Whether this text is in use. */
  isCurrent(source: string): boolean {
    return this.#source === source && this.#problem === undefined;
  }

  /** How many rooms have which version that is not the one in use. */
  get kept(): ReadonlyMap<number, number> {
    const rooms = new Map<number, number>();
    for (const { version } of this.#holds) {
      if (version !== this.#current?.version) rooms.set(version, (rooms.get(version) ?? 0) + 1);
    }
    return rooms;
  }

  /** Takes a new text into use; where it does not compile, or is to be a room and is none, the one before goes on. */
  async load(source: string, header: ScriptHeader): Promise<void> {
    let loaded: ScriptVersion;
    try {
      loaded = await this.#engine.load(this.file, source);
    } catch (error) {
      if (!(error instanceof RealmError) || error.code !== "SCRIPT_INVALID") throw error;
      this.refuse(source, this.#problemOf(error.problems?.[0]?.got ?? error.text));
      return;
    }
    const { version, hash } = loaded;
    const problem = await this.#try(version, source, header);
    if (problem !== undefined) {
      this.refuse(source, this.#problemOf(problem));
      this.#releaseUnused(version);
      return;
    }
    this.#source = source;
    this.#problem = undefined;
    this.#use({ version, hash, sinceMs: Math.round(this.#clock.wallMs()), header });
  }

  /** A new text that is not to be used. */
  refuse(source: string, problem: ScriptProblem): void {
    this.#source = source;
    this.#problem = problem;
  }

  /** It is no more in the folder. Rooms that hold it go on with it. */
  remove(): void {
    this.#source = undefined;
    this.#problem = undefined;
    this.#use(undefined);
  }

  /** What is in use now, which must be something. */
  hold(): HeldScript {
    const hold = new Hold(this.#current!, () => {
      if (this.#holds.delete(hold)) this.#releaseUnused(hold.script.version);
    });
    this.#holds.add(hold);
    return hold;
  }

  #use(next: LoadedScript | undefined): void {
    const left = new Set(this.#current === undefined ? [] : [this.#current.version]);
    this.#current = next;
    for (const hold of this.#holds) {
      const { version, header } = hold.script;
      // also where the file was away for a while, or of another kind
      const isSameKind = header.room?.kind === next?.header.room?.kind;
      if (next?.header.reload !== "live" || !isSameKind) continue;
      hold.script = next;
      left.add(version);
    }
    for (const version of left) this.#releaseUnused(version);
  }

  async #try(version: number, source: string, header: ScriptHeader): Promise<string | undefined> {
    if (header.room === undefined) return undefined;
    // it may be an older version that a room gives up meanwhile
    this.#tried = version;
    try {
      const keys = 1 + header.keys.length;
      return await problemOfRoom(this.#engine, { file: this.file, version, source, keys });
    } finally {
      this.#tried = undefined;
    }
  }

  #releaseUnused(version: number): void {
    if (this.#current?.version === version || this.#tried === version) return;
    for (const { script } of this.#holds) if (script.version === version) return;
    this.#engine.release(this.file, version);
  }

  /** Lua's messages begin with file and line. */
  #problemOf(message: string): ScriptProblem {
    const [, line = "1", text = message] = /^[^:]*:(\d+): (.*)$/su.exec(message) ?? [];
    return { file: this.file, line: Number(line), text };
  }
}

class Hold implements HeldScript {
  script: LoadedScript;
  readonly release: () => void;

  constructor(script: LoadedScript, release: () => void) {
    this.script = script;
    this.release = release;
  }

  get version(): number {
    return this.script.version;
  }
}
