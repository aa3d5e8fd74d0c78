import { createHash } from "node:crypto";
import { limits as allLimits, RealmError } from "@realmwright/protocol";
import { checkPrefix } from "../../hot/checks.ts";
import { Line, replyCode } from "../../hot/redis/line.ts";
import { redisDial, type Dial, type Wire } from "../../hot/redis/wire.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HotReply } from "../../ports/hot.ts";
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
import { readFailure, redisSource } from "./redis-source.ts";

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

/** A script as it is sent, and what it is called by. */
interface SentScript {
  readonly text: string;
  readonly sha1: string;
}

interface RedisScript {
  readonly plain: SentScript;
  /** for calls that are to be done once */
  readonly once: SentScript;
}

const none: readonly never[] = [];

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
      const plain = sent(redisSource(source, this.#prefix, false));
      const once = sent(redisSource(source, this.#prefix, true));
      this.#scripts.set(entry.id, { plain, once });
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
    const { plain, once: whole } = this.#scripts.get(this.#library.get(name, version).id)!;
    checkCall(keys, args, this.#limits);
    if (this.#waiting >= this.#limits.scriptCallsWaiting) throw new RealmError("SCRIPT_BUSY");
    this.#waiting++;
    const script = once === undefined ? plain : whole;
    const given = this.#given(script.sha1, keys, args, once);
    // one promise more and no other: every call passes
    return this.#line.call("EVALSHA", given).then(
      (reply) => this.#answered(reply),
      (error: unknown) => this.#failed(error, { name, script, given, once }),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#line.close();
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new RealmError("SCRIPT_ENGINE_CLOSED");
  }

  #given(
    sha1: string,
    keys: readonly string[],
    args: readonly string[],
    once: ScriptOnce | undefined,
  ): string[] {
    const given = [sha1, String(keys.length + (once === undefined ? 0 : 1))];
    for (const key of keys) given.push(this.#prefix + key);
    if (once !== undefined) given.push(this.#prefix + once.key);
    for (const arg of args) given.push(arg);
    if (once !== undefined) given.push(`${once.keptMs} ${once.request}`);
    return given;
  }

  #answered(reply: HotReply): ScriptOutcome {
    this.#waiting--;
    return this.#outcome(toValue(reply), false);
  }

  #failed(error: unknown, call: SentCall): ScriptOutcome | Promise<ScriptOutcome> {
    const reply = error instanceof RealmError ? error.cause : undefined;
    if (replyCode(reply) === "NOSCRIPT") {
      // an engine that was restarted has forgotten it
      return this.#line.call("EVAL", [call.script.text, ...call.given.slice(1)]).then(
        (answer) => this.#answered(answer),
        (again: unknown) => this.#failed(again, call),
      );
    }
    this.#waiting--;
    if (this.#isClosed) throw new RealmError("SCRIPT_ENGINE_CLOSED", { cause: error });
    const isReply = error instanceof RealmError && error.code === "HOT_SCRIPT_FAILED";
    if (!isReply || !(reply instanceof Error)) throw error;
    const told = readFailure(reply.message);
    if (told.type === "failed") return failedWith(told.text, call.name, false);
    if (told.request !== call.once?.request) throw new RealmError("KEY_REUSED");
    if (!told.ok) return failedWith(String(told.value), call.name, true);
    return this.#outcome(toValue(told.value), true);
  }

  #outcome(result: ScriptValue, isKept: boolean): ScriptOutcome {
    if (sizeOf(result) > this.#limits.scriptAnswerBytes) {
      throw new RealmError("SCRIPT_BUDGET", { detail: "its answer is too long" });
    }
    return { ok: true, result, published: none, isKept };
  }
}

interface SentCall {
  readonly name: string;
  readonly script: SentScript;
  readonly given: readonly string[];
  readonly once: ScriptOnce | undefined;
}

function sent(text: string): SentScript {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** Lua's messages name the file; in Redis all files have one name. */
function failedWith(message: string, name: string, isKept: boolean): ScriptOutcome {
  const error = message.replace(/^user_script(?=:\d+: )/u, name);
  return { ok: false, error, published: none, isKept };
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
