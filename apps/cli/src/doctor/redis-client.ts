import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** An answer of Redis; errors are answers too. */
export type RedisReply = string | number | null | readonly RedisReply[] | RedisError;

/** What Redis refused, in its own words. */
export class RedisError extends Error {}

/** Answers are short: more is no answer to what is asked here. */
const replyBytesMax = 65_536;

/** A connection that asks a few questions, one after another. */
export class RedisClient {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  #received = "";
  #waiting: PromiseWithResolvers<RedisReply> | undefined;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#take(text));
    const fail = (error?: Error): void => {
      this.#waiting?.reject(error ?? new Error("the connection was closed"));
    };
    socket.on("error", fail);
    socket.on("close", () => fail());
  }

  /** Connects and logs in. Rejects with the socket's error, RedisError for a refused login. */
  static async connect(address: string, timeoutMs: number): Promise<RedisClient> {
    const url = new URL(address);
    const host = url.hostname.replaceAll(/[[\]]/g, "");
    const target = { host, port: url.port === "" ? 6379 : Number(url.port) };
    const isTls = url.protocol === "rediss:";
    const socket = isTls ? connectTls({ ...target, servername: host }) : connectPlain(target);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      await once(socket, isTls ? "secureConnect" : "connect", { signal });
    } catch (error) {
      socket.destroy();
      throw signal.aborted
        ? new Error(`no answer within ${timeoutMs} ms`, { cause: error })
        : error;
    }
    const client = new RedisClient(socket, timeoutMs);
    try {
      await client.#login(url);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  /** Asks one thing. Rejects with RedisError for a refusal. */
  async ask(...words: readonly string[]): Promise<RedisReply> {
    const waiting = Promise.withResolvers<RedisReply>();
    this.#waiting = waiting;
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${parts.join("")}`);
    const tooLate = (): void => waiting.reject(new Error(`no answer within ${this.#timeoutMs} ms`));
    const timer = setTimeout(tooLate, this.#timeoutMs);
    try {
      const reply = await waiting.promise;
      if (reply instanceof RedisError) throw reply;
      return reply;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #login(url: URL): Promise<void> {
    const password = decodeURIComponent(url.password);
    const user = decodeURIComponent(url.username);
    if (password !== "") await this.ask("AUTH", ...(user === "" ? [] : [user]), password);
  }

  #take(text: string): void {
    this.#received += text;
    if (this.#received.length > replyBytesMax) {
      this.#waiting?.reject(new Error("what answers is no Redis"));
      this.close();
      return;
    }
    const read = readReply(this.#received, 0);
    if (read === undefined) return;
    this.#received = this.#received.slice(read.end);
    this.#waiting?.resolve(read.reply);
  }
}

/** One answer in RESP2 from a position on; undefined while it is not whole. */
export function readReply(
  text: string,
  from: number,
): { readonly reply: RedisReply; readonly end: number } | undefined {
  const lineEnd = text.indexOf("\r\n", from);
  if (lineEnd === -1) return undefined;
  const line = text.slice(from + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[from]) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new RedisError(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$": {
      const length = Number(line);
      if (length < 0) return { reply: null, end };
      if (text.length < end + length + 2) return undefined;
      return { reply: text.slice(end, end + length), end: end + length + 2 };
    }
    case "*": {
      const items: RedisReply[] = [];
      let at = end;
      for (let left = Number(line); left > 0; left--) {
        const item = readReply(text, at);
        if (item === undefined) return undefined;
        items.push(item.reply);
        at = item.end;
      }
      return { reply: items, end: at };
    }
    default:
      return { reply: new RedisError("what answers is no Redis"), end: text.length };
  }
}
