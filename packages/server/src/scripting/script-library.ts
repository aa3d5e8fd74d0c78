import { createHash } from "node:crypto";
import { RealmError } from "@realmwright/protocol";
import type { ScriptVersion } from "../ports/script-engine.ts";

export interface LibraryEntry extends ScriptVersion {
  /** the engine's number for it */
  readonly id: number;
  readonly source: string;
}

/** The versions of scripts that may be called. */
export class ScriptLibrary {
  readonly #byId = new Map<number, LibraryEntry>();
  readonly #byName = new Map<string, Map<number, LibraryEntry>>();
  /** How many versions each name has had. */
  readonly #counts = new Map<string, number>();
  #ids = 0;

  /** Those that were released but not yet forgotten among them. */
  get entries(): Iterable<LibraryEntry> {
    return this.#byId.values();
  }

  /** The version of this source, if it is loaded. */
  find(name: string, source: string): LibraryEntry | undefined {
    const hash = hashOf(source);
    return [...(this.#byName.get(name)?.values() ?? [])].find((entry) => entry.hash === hash);
  }

  nextId(): number {
    return ++this.#ids;
  }

  add(id: number, name: string, source: string): LibraryEntry {
    const version = (this.#counts.get(name) ?? 0) + 1;
    const entry = { id, name, version, hash: hashOf(source), source };
    this.#counts.set(name, version);
    this.#byId.set(id, entry);
    const versions = this.#byName.get(name) ?? new Map<number, LibraryEntry>();
    this.#byName.set(name, versions.set(version, entry));
    return entry;
  }

  /** Throws `SCRIPT_UNKNOWN`. */
  get(name: string, version: number): LibraryEntry {
    const entry = this.#byName.get(name)?.get(version);
    if (entry === undefined) {
      throw new RealmError("SCRIPT_UNKNOWN", { detail: `${name} version ${version}` });
    }
    return entry;
  }

  /** No more calls of this version; answers its entry, if there was one. */
  release(name: string, version: number): LibraryEntry | undefined {
    const versions = this.#byName.get(name);
    const entry = versions?.get(version);
    versions?.delete(version);
    return entry;
  }

  forget(id: number): void {
    this.#byId.delete(id);
  }
}

function hashOf(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}
