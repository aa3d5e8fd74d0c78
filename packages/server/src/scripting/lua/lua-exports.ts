import type { Reply } from "../keys/reply.ts";

/** What lua51.wasm offers (tools/lua/realm.c). Texts go through one buffer, whose place `io` answers. */
export interface LuaExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  /** Makes the state; `bytes` is the cap of its memory. 0 when that is too little. */
  open(bytes: number): number;
  /** The buffer with room for so many bytes, keeping what it holds; 0 without memory. */
  io(bytes: number): number;
  /** Bytes of an answer in the buffer. */
  length(): number;
  /** Bytes that Lua holds. */
  used(): number;
  load(id: number, nameBytes: number, sourceBytes: number): number;
  define(nameBytes: number, sourceBytes: number): number;
  unload(id: number): void;
  call(id: number, work: number, deadlineMs: number): number;
}

/** What it wants of us. */
export interface LuaHost {
  nowMs(): number;
  command(args: readonly string[]): Reply;
  /** level 0 to 3: debug, verbose, notice, warning */
  log(level: number, text: string): void;
}
