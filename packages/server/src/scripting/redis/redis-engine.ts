import { createHash } from "node:crypto";
import { limits as allLimits, RealmError } from "@realmwright/protocol";
import { checkPrefix } from "../../hot/checks.ts";
import { Line, replyCode } from "../../hot/redis/line.ts";
import { redisDial, type Dial, type Wire } from "../../hot/redis/wire.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type {
  ScriptCallOptions,
  ScriptEngine,
  ScriptLimits,
  ScriptOnce,
  ScriptOutcome,
  ScriptValue,
  ScriptVersion,
} from "../../ports/script-engine.ts";
import { checkCall, checkSource, invalidScript } from "../call-checks.ts";
import { ScriptLibrary } from "../script-library.ts";
import { LuaCompiler } from "./lua-compiler.ts";
import { readKept, redisSource } from "./redis-source.ts";

export interface RedisEngineOptions {
  /** As of `RedisHotOptions`. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: RandomBytes;
  readonly limits: ScriptLimits;
  /** That of the hot state whose subscribers are to get what scripts publish. */
  readonly prefix?: string;
  /** Connections are made by this instead of ioredis. */
  readonly dial?: Dial;
}

interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

/**
 * Runs scripts inside Redis, Valkey or Dragonfly. Rejects with `HOT_UNAVAILABLE` when it can not be reached now, and with
 * `HOT_INVALID` when the address or the prefix is none.
 */
export async function openRedisEngine(options: RedisEngineOptions): Promise<ScriptEngine> {
  const prefix = checkPrefix(options.prefix ?? "");
  const dial = options.dial ?? (await redisDial(options.url, allLimits.hotCallMs.value));
  const engine = new RedisEngine(options, dial, prefix);
  await engine.open();
  return engine;
}

/** The engine runs one script at a time, whole, and publishes by itself; it does not end those that do not end. */
class RedisEngine implements ScriptEngine {
  readonly #limits: ScriptLimits;
  readonly #prefix: string;
  readonly #line: Line;
  readonly #compiler: LuaCompiler;
  readonly #library = new ScriptLibrary();
  readonly #scripts = new Map<number, RedisScript>();
  #waiting = 0;
  #isClosed = false;

  constructor({ clock, log, randomBytes, limits }: RedisEngineOptions, dial: Dial, prefix: string) {
    this.#limits = limits;
    this.#prefix = prefix;
    this.#compiler = new LuaCompiler(limits.scriptMemoryBytes);
    this.#line = new Line({
      name: "scripts",
      dial,
      clock,
      log,
      random: () => Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32,
      greet: (call) => endStuckScript(call, log),
      ready: () => undefined,
      lost: () => undefined,
    });
  }

  open(): Promise<void> {
    return this.#line.open();
  }

  /** Compiles it here, by the same Lua as embedded: an engine that is away refuses no script, and none says it differently. */
  async load(name: string, source: string): Promise<ScriptVersion> {
    this.#refuseClosed();
    checkSource(name, source, this.#limits.scriptSourceBytes);
    const error = this.#compiler.problemOf(name, source);
    if (error !== undefined) throw invalidScript(name, error);
    let entry = this.#library.find(name, source);
    if (entry === undefined) {
      entry = this.#library.add(this.#library.nextId(), name, source);
      const text = redisSource(source, this.#prefix);
      const sha1 = createHash("sha1").update(text).digest("hex");
      this.#scripts.set(entry.id, { source: text, sha1 });
    }
    return { name: entry.name, version: entry.version, hash: entry.hash };
  }

  release(name: string, version: number): void {
    const entry = this.#library.release(name, version);
    if (entry === undefined) return;
    this.#library.forget(entry.id);
    this.#scripts.delete(entry.id);
  }

  async call(
    name: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
    { once }: ScriptCallOptions = {},
  ): Promise<ScriptOutcome> {
    this.#refuseClosed();
    const script = this.#scripts.get(this.#library.get(name, version).id)!;
    checkCall(keys, args, this.#limits);
    if (this.#waiting >= this.#limits.scriptCallsWaiting) throw new RealmError("SCRIPT_BUSY");
    const names = (once === undefined ? keys : [...keys, once.key]).map(
      (key) => this.#prefix + key,
    );
    const last = once === undefined ? "" : `${once.keptMs} ${once.request}`;
    this.#waiting++;
    try {
      const reply = await this.#run(script, [String(names.length), ...names, ...args, last]);
      return this.#outcome(reply as readonly [number, unknown?], name, once);
    } catch (error) {
      if (this.#isClosed) throw new RealmError("SCRIPT_ENGINE_CLOSED", { cause: error });
      // no error of the script's own, which is caught inside: an answer, say, that can not be told
      const isReply = error instanceof RealmError && error.code === "HOT_SCRIPT_FAILED";
      if (!isReply || !(error.cause instanceof Error)) throw error;
      return { ok: false, error: error.cause.message, published: [], isKept: false };
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#line.close();
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new RealmError("SCRIPT_ENGINE_CLOSED");
  }

  async #run({ sha1, source }: RedisScript, rest: readonly string[]): Promise<unknown> {
    try {
      return await this.#line.call("EVALSHA", [sha1, ...rest]);
    } catch (error) {
      const isUnknown = error instanceof RealmError && replyCode(error.cause) === "NOSCRIPT";
      if (!isUnknown) throw error;
      return this.#line.call("EVAL", [source, ...rest]);
    }
  }

  #outcome(
    [status, answer = null]: readonly [number, unknown?],
    name: string,
    once: ScriptOnce | undefined,
  ): ScriptOutcome {
    const isKept = status === 2;
    const { ok, value } = isKept
      ? keptAnswer(String(answer), once)
      : { ok: status === 0, value: toValue(answer) };
    if (!ok) return { ok, error: told(String(value), name), published: [], isKept };
    if (sizeOf(value) > this.#limits.scriptAnswerBytes) {
      throw new RealmError("SCRIPT_BUDGET", { detail: "too much: answer" });
    }
    return { ok, result: value, published: [], isKept };
  }
}

/**
 * An engine that says BUSY has run one script for too long (5 s, unless set otherwise), and does nothing else meanwhile.
 * It ends one that has written nothing; for the others there is no way but to end the engine.
 */
async function endStuckScript(call: Wire["call"], log: Log): Promise<void> {
  try {
    await call("PING", [], false);
  } catch (error) {
    if (replyCode(error) !== "BUSY") throw error;
    await call("SCRIPT", ["KILL"], false);
    log.warn("a script inside of the hot state did not end; it was ended");
  }
}

function keptAnswer(
  text: string,
  once: ScriptOnce | undefined,
): { readonly ok: boolean; readonly value: ScriptValue } {
  const kept = readKept(text);
  if (kept === undefined || kept.request !== once?.request) throw new RealmError("KEY_REUSED");
  return { ok: kept.ok, value: JSON.parse(kept.answer) as ScriptValue };
}

/** Lua's messages name the file; in Redis all files have one name. */
function told(error: string, name: string): string {
  return error.replace(/^user_script(?=:\d+: )/u, name);
}

function toValue(reply: unknown): ScriptValue {
  if (typeof reply === "string" || typeof reply === "number") return reply;
  if (Array.isArray(reply)) return reply.map(toValue);
  return reply instanceof Error ? reply.message : null;
}

function sizeOf(value: ScriptValue): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number" || value === null) return 8;
  return value.reduce<number>((sum, item) => sum + sizeOf(item), 8);
}
