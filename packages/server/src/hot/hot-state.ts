import type { Hot } from "../ports/hot.ts";
import { checkKeys, checkName, checkPrefix, checkValue } from "./checks.ts";
import type { Engine } from "./engine.ts";
import { hotHashes, hotKeys, hotLists, hotSets, hotSorted } from "./facets.ts";
import { hotLeases } from "./leases.ts";

/**
 * The port over an engine: checks what comes in and reads what comes out, the same for all of them.
 *
 * @param prefix before each key and channel, so that several games share an engine: at most 64 letters, digits and `_.:-`.
 *   Throws `HOT_INVALID` for another.
 */
export function hotState(engine: Engine, prefix = ""): Hot {
  checkPrefix(prefix);
  const keyOf = (key: string): string => prefix + checkName(key, "key");
  return {
    keys: hotKeys(engine, keyOf),
    hashes: hotHashes(engine, keyOf),
    sets: hotSets(engine, keyOf),
    sorted: hotSorted(engine, keyOf),
    lists: hotLists(engine, keyOf),
    leases: hotLeases(engine, keyOf),
    channels: {
      async publish(channel, message) {
        const name = prefix + checkName(channel, "channel");
        await engine.call("PUBLISH", [name, checkValue(message, "message")]);
      },
      subscribe: async (channel, listener) =>
        engine.subscribe(prefix + checkName(channel, "channel"), listener),
    },
    async run(script, keys, args) {
      for (const arg of args) checkValue(arg, "argument");
      return engine.run(
        script,
        checkKeys(keys).map((key) => prefix + key),
        args,
      );
    },
    version: () => engine.version(),
    isReady: () => engine.isReady(),
    onReturn: (listener) => engine.onReturn(listener),
    close: () => engine.close(),
  };
}
