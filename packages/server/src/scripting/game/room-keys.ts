import { RealmError } from "@realmwright/protocol";
import type { ScriptEngine, ScriptVersion } from "../../ports/script-engine.ts";

const sources = {
  read: 'return redis.call("HGETALL", KEYS[1])',
  write: `redis.call("DEL", KEYS[1])
for field, value in pairs(cjson.decode(ARGV[1])) do redis.call("HSET", KEYS[1], field, value) end`,
  delete: 'redis.call("DEL", KEYS[1])',
};

/** Hashes among the keys of scripts, read and written from outside of them. Rejects as the engine does. */
export class RoomKeys {
  readonly #engine: ScriptEngine;
  readonly #loaded = new Map<keyof typeof sources, Promise<ScriptVersion>>();

  constructor(engine: ScriptEngine) {
    this.#engine = engine;
  }

  /** Its fields; none where there is no such key. */
  async read(key: string): Promise<ReadonlyMap<string, string>> {
    const flat = (await this.#run("read", key, [])) as readonly string[];
    const fields = new Map<string, string>();
    for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
    return fields;
  }

  /** Makes these its fields, and no others. */
  async write(key: string, fields: ReadonlyMap<string, string>): Promise<void> {
    await this.#run("write", key, [JSON.stringify(Object.fromEntries(fields))]);
  }

  async delete(key: string): Promise<void> {
    await this.#run("delete", key, []);
  }

  async #run(name: keyof typeof sources, key: string, args: readonly string[]): Promise<unknown> {
    const script = await this.#load(name);
    const outcome = await this.#engine.call(script.name, script.version, [key], args);
    if (outcome.ok) return outcome.result;
    throw new RealmError("SCRIPT_FAILED", { detail: outcome.error });
  }

  #load(name: keyof typeof sources): Promise<ScriptVersion> {
    let loaded = this.#loaded.get(name);
    if (loaded === undefined) {
      // in no game's folder: a file has no such name
      loaded = this.#engine.load(`realm.${name}.lua`, sources[name]);
      this.#loaded.set(name, loaded);
      loaded.catch(() => this.#loaded.delete(name));
    }
    return loaded;
  }
}
