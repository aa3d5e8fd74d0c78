import { isList, type Reply } from "../keys/reply.ts";
import type { LuaExports } from "./lua-exports.ts";

const tags = { integer: 105, bulk: 36, status: 43, error: 45, nil: 95, list: 42 } as const;

/** The buffer by which texts and replies move between this side and Lua. */
export class IoBuffer {
  readonly #lua: LuaExports;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #base = 0;
  #room = 0;
  #at = 0;

  constructor(lua: LuaExports) {
    this.#lua = lua;
  }

  /** Begins to read or write at the start. Lua may have moved the buffer since. */
  rewind(): this {
    this.#base = this.#lua.io(0);
    this.#room = 0;
    this.#refresh();
    this.#at = this.#base;
    return this;
  }

  /** Bytes written or read since `rewind`. */
  get length(): number {
    return this.#at - this.#base;
  }

  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.#room) return;
    // asked for in steps, so that most writes need no call
    const base = this.#lua.io(needed + 4096);
    if (base === 0) throw new RangeError("no memory for what goes to Lua");
    this.#at += base - this.#base;
    this.#base = base;
    this.#room = needed + 4096;
    this.#refresh();
  }

  writeInteger(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** One byte per character, without a length. */
  writeBytes(text: string): void {
    const { length } = text;
    this.reserve(length);
    if (length < 32) {
      for (let i = 0; i < length; i++) this.#bytes[this.#at + i] = text.charCodeAt(i);
    } else {
      this.#bytes.write(text, this.#at, length, "latin1");
    }
    this.#at += length;
  }

  writeString(text: string): void {
    this.writeInteger(text.length);
    this.writeBytes(text);
  }

  writeReply(reply: Reply): void {
    if (typeof reply === "string") {
      this.#tag(tags.bulk);
      this.writeString(reply);
    } else if (typeof reply === "number") {
      this.#tag(tags.integer);
      this.reserve(8);
      this.#view.setFloat64(this.#at, reply, true);
      this.#at += 8;
    } else if (reply === null) {
      this.#tag(tags.nil);
    } else if (isList(reply)) {
      this.#tag(tags.list);
      this.writeInteger(reply.length);
      for (const item of reply) this.writeReply(item);
    } else if ("ok" in reply) {
      this.#tag(tags.status);
      this.writeString(reply.ok);
    } else {
      this.#tag(tags.error);
      this.writeString(reply.err);
    }
  }

  readInteger(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  readBytes(length: number): string {
    const start = this.#at;
    this.#at += length;
    if (length > 24) return this.#bytes.toString("latin1", start, this.#at);
    let text = "";
    for (let i = start; i < this.#at; i++) text += String.fromCharCode(this.#bytes[i]!);
    return text;
  }

  readString(): string {
    return this.readBytes(this.readInteger());
  }

  readReply(): Reply {
    const tag = this.#bytes[this.#at++];
    switch (tag) {
      case tags.integer:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      case tags.nil:
        return null;
      case tags.list:
        return Array.from({ length: this.readInteger() }, () => this.readReply());
      case tags.status:
        return { ok: this.readString() };
      case tags.error:
        return { err: this.readString() };
      default:
        return this.readString();
    }
  }

  #tag(tag: number): void {
    this.reserve(1);
    this.#bytes[this.#at++] = tag;
  }

  /** Memory that has grown is another buffer. */
  #refresh(): void {
    const { buffer } = this.#lua.memory;
    if (this.#view.buffer === buffer) return;
    this.#bytes = Buffer.from(buffer);
    this.#view = new DataView(buffer);
  }
}
