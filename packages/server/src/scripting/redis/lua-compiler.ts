import { readFileSync } from "node:fs";
import { toBytes } from "../keys/reply.ts";
import { LuaState } from "../lua/lua-state.ts";

/** The same file for the sources and for what was built of them; both are published. */
const wasmFile = new URL("../../../src/scripting/lua/lua51.wasm", import.meta.url);

/** Tells whether scripts compile, by the embedded Lua. It runs none. */
export class LuaCompiler {
  readonly #lua: LuaState;

  constructor(memoryBytes: number) {
    this.#lua = new LuaState(new Uint8Array(readFileSync(wasmFile)), {
      memoryBytes,
      host: { nowMs: () => 0, command: () => null, log: () => undefined },
    });
  }

  /** File, line and what is wrong; undefined when nothing is. */
  problemOf(name: string, source: string): string | undefined {
    const end = this.#lua.load(1, toBytes(name), toBytes(source));
    if (end.type === "done") {
      this.#lua.unload(1);
      return undefined;
    }
    return end.type === "failed"
      ? end.text
      : `${name}:1: over the budget of compiling: ${end.type}`;
  }
}
