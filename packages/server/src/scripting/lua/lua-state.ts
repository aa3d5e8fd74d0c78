import { createHash } from "node:crypto";
import { isList, toText, type Reply } from "../keys/reply.ts";
import { IoBuffer } from "./io-buffer.ts";
import type { LuaExports, LuaHost } from "./lua-exports.ts";

/** How a call or a compilation ended. */
const endings = ["done", "failed", "budget", "memory"] as const;

export type LuaEnd =
  | { readonly type: "done"; readonly result: Reply }
  | { readonly type: "failed"; readonly text: string }
  | { readonly type: "budget" }
  | { readonly type: "memory" };

export interface LuaOptions {
  /** bytes that Lua may hold */
  readonly memoryBytes: number;
  readonly host: LuaHost;
}

/** Not a file: WASI's error number for a bad descriptor. */
const BAD_DESCRIPTOR = 8;

/** One Lua 5.1 state in WebAssembly. What a script may do is said in tools/lua/realm.c. */
export class LuaState {
  readonly #lua: LuaExports;
  readonly #io: IoBuffer;

  /** Makes a state of the bytes of lua51.wasm. */
  constructor(wasm: Uint8Array, { memoryBytes, host }: LuaOptions) {
    let temporary = 0;
    const noFile = (): number => BAD_DESCRIPTOR;
    const instance = instantiate(wasm, {
      host: {
        now: () => host.nowMs(),
        command: () => this.#command(host),
        sha1: (length: number) => this.#sha1(length),
        log: (level: number, length: number) => {
          host.log(level, toText(this.#io.rewind().readBytes(length)));
        },
      },
      env: {
        emscripten_notify_memory_growth: () => undefined,
        __syscall_dup3: noFile,
        setTempRet0: (value: number) => {
          temporary = value;
        },
        getTempRet0: () => temporary,
      },
      wasi_snapshot_preview1: {
        fd_read: noFile,
        fd_write: noFile,
        fd_close: noFile,
        fd_seek: noFile,
        proc_exit: (code: number) => {
          throw new Error(`Lua ended with ${code}`);
        },
      },
    });
    this.#lua = instance.exports as LuaExports;
    this.#lua._initialize();
    this.#io = new IoBuffer(this.#lua);
    if (this.#lua.open(memoryBytes) === 0) throw new RangeError("too little memory for Lua");
  }

  /** Bytes that Lua holds. */
  get used(): number {
    return this.#lua.used();
  }

  /** Compiles a script; `name` stands in its messages. All texts have one byte per character. */
  load(id: number, name: string, source: string): LuaEnd {
    return this.#end(this.#compile((...lengths) => this.#lua.load(id, ...lengths), name, source));
  }

  /** Runs a chunk of ours and makes the table that it returns a global that can not be changed. */
  define(name: string, source: string): LuaEnd {
    return this.#end(this.#compile((...lengths) => this.#lua.define(...lengths), name, source));
  }

  unload(id: number): void {
    this.#lua.unload(id);
  }

  /** Runs a script. `work` counts instructions; `deadlineMs` is on the host's clock. */
  call(
    id: number,
    keys: readonly string[],
    args: readonly string[],
    budget: { readonly work: number; readonly deadlineMs: number },
  ): LuaEnd {
    const io = this.#io.rewind();
    io.writeInteger(keys.length);
    io.writeInteger(args.length);
    for (const key of keys) io.writeString(key);
    for (const arg of args) io.writeString(arg);
    const status = this.#lua.call(id, budget.work, budget.deadlineMs);
    if (status !== 0) return this.#end(status);
    return { type: "done", result: this.#io.rewind().readReply() };
  }

  /** Bytes of the last answer. */
  get answerBytes(): number {
    return this.#lua.length();
  }

  #compile(
    run: (nameBytes: number, sourceBytes: number) => number,
    name: string,
    source: string,
  ): number {
    const io = this.#io.rewind();
    io.writeBytes(`@${name}`);
    io.writeBytes(source);
    return run(name.length + 1, source.length);
  }

  #end(status: number): LuaEnd {
    const type = endings[status];
    if (type === "failed") {
      return { type, text: toText(this.#io.rewind().readBytes(this.#lua.length())) };
    }
    if (type === "budget" || type === "memory") return { type };
    return { type: "done", result: null };
  }

  #command(host: LuaHost): number {
    const io = this.#io.rewind();
    const args: string[] = [];
    for (let left = io.readInteger(); left > 0; left--) args.push(io.readString());
    const reply = host.command(args);
    this.#io.rewind().writeReply(reply);
    return this.#io.length;
  }

  #sha1(length: number): void {
    const text = this.#io.rewind().readBytes(length);
    const digest = createHash("sha1").update(Buffer.from(text, "latin1")).digest("hex");
    this.#io.rewind().writeBytes(digest);
  }
}

/** Of the global `WebAssembly`, which neither the language's nor Node's types describe, what is used here. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

function instantiate(bytes: Uint8Array, imports: object): { readonly exports: unknown } {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi })
    .WebAssembly;
  return new Instance(new Module(bytes), imports);
}

/** What a reply is as JSON: statuses are their texts, bytes are read as UTF-8, errors inside lists are `{ err }`'s text. */
export function toJson(reply: Reply): JsonReply {
  if (typeof reply === "string") return toText(reply);
  if (typeof reply === "number" || reply === null) return reply;
  if (isList(reply)) return reply.map(toJson);
  return toText("ok" in reply ? reply.ok : reply.err);
}

export type JsonReply = string | number | null | readonly JsonReply[];
