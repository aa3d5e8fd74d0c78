import { createHash } from "node:crypto";
import { limits, RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { Hot, HotReply, HotReturn, HotScript, HotValue } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import { checkPrefix } from "../checks.ts";
import type { Command, Engine } from "../engine.ts";
import { hotState } from "../hot-state.ts";
import { Line, replyCode } from "./line.ts";
import { Subscriptions } from "./subscriptions.ts";
import { redisDial, type Dial, type Wire } from "./wire.ts";

export interface RedisHotOptions {
  /** `redis://` or, with TLS, `rediss://user:password@host:port/database`. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: RandomBytes;
  readonly prefix?: string;
  /** Connections are made by this instead of ioredis. */
  readonly dial?: Dial;
}

/**
 * Hot state in Redis, Valkey or Dragonfly. Rejects with `HOT_UNAVAILABLE` when it can not be reached now, and with
 * `HOT_INVALID` when the address or the prefix is none.
 */
export async function openRedisHot(options: RedisHotOptions): Promise<Hot> {
  const prefix = checkPrefix(options.prefix ?? "");
  const dial = options.dial ?? (await redisDial(options.url, limits.hotCallMs.value));
  const engine = new RedisEngine(options, dial, prefix);
  await engine.open();
  return hotState(engine, prefix);
}

class RedisEngine implements Engine {
  readonly #options: RedisHotOptions;
  readonly #line: Line;
  readonly #subscriptions: Subscriptions;
  readonly #returned = new Set<(news: HotReturn) => void>();
  readonly #hashes = new WeakMap<HotScript, string>();
  readonly #markKey: string;
  /** What the engine's mark was when we last saw it: another one, or none, means that it was emptied. */
  #mark: string | undefined;
  #isEmpty = false;
  #isAway = false;

  constructor(options: RedisHotOptions, dial: Dial, prefix: string) {
    this.#options = options;
    this.#markKey = `${prefix}hot:mark`;
    const common = {
      dial,
      clock: options.clock,
      log: options.log,
      random: () => Buffer.from(options.randomBytes(4)).readUInt32BE() / 2 ** 32,
      lost: () => {
        this.#isAway = true;
      },
      ready: () => this.#tell(),
    };
    this.#line = new Line({ ...common, name: "commands", greet: (call) => this.#greet(call) });
    this.#subscriptions = new Subscriptions(common);
  }

  open(): Promise<void> {
    return this.#line.open();
  }

  call(command: Command, args: readonly HotValue[], bytes?: boolean): Promise<HotReply> {
    return this.#line.call(command, args, bytes);
  }

  async run(
    script: HotScript,
    keys: readonly string[],
    args: readonly HotValue[],
  ): Promise<HotReply> {
    let hash = this.#hashes.get(script);
    if (hash === undefined) {
      hash = createHash("sha1").update(script.lua).digest("hex");
      this.#hashes.set(script, hash);
    }
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.#line.call("EVALSHA", [hash, ...rest]);
    } catch (error) {
      const isUnknown = error instanceof RealmError && replyCode(error.cause) === "NOSCRIPT";
      if (!isUnknown) throw error;
      // an engine that was restarted has forgotten it
      return this.#line.call("EVAL", [script.lua, ...rest]);
    }
  }

  subscribe(
    channel: string,
    listener: (message: Uint8Array) => void,
  ): Promise<() => Promise<void>> {
    if (!this.#line.isReady) {
      return Promise.reject(new RealmError("HOT_UNAVAILABLE", { detail: "no connection" }));
    }
    return this.#subscriptions.add(channel, listener);
  }

  async version(): Promise<string> {
    const info = (await this.#line.call("INFO", ["server"])) as string;
    // Valkey and Dragonfly also say which Redis they stand in for
    for (const name of ["dragonfly", "valkey", "redis"]) {
      const found = new RegExp(`^${name}_version:(.+?)\\r?$`, "m").exec(info);
      if (found !== null) return `${name} ${found[1]}`;
    }
    return "unknown";
  }

  isReady(): boolean {
    return this.#line.isReady;
  }

  onReturn(listener: (news: HotReturn) => void): () => void {
    const own = (news: HotReturn): void => listener(news);
    this.#returned.add(own);
    return () => void this.#returned.delete(own);
  }

  async close(): Promise<void> {
    this.#returned.clear();
    this.#line.close();
    this.#subscriptions.close();
  }

  async #greet(call: Wire["call"]): Promise<void> {
    const fresh = Buffer.from(this.#options.randomBytes(12)).toString("hex");
    await call("SET", [this.#markKey, fresh, "NX"], false);
    const mark = (await call("GET", [this.#markKey], false)) as string;
    if (this.#mark !== undefined && this.#mark !== mark) this.#isEmpty = true;
    this.#mark = mark;
  }

  #tell(): void {
    if (!this.#isAway || !this.#line.isReady || !this.#subscriptions.isWhole) return;
    const news = { empty: this.#isEmpty };
    this.#isAway = false;
    this.#isEmpty = false;
    this.#options.log.info("hot state is back", news);
    for (const listener of this.#returned) {
      try {
        listener(news);
      } catch (error) {
        this.#options.log.error("a listener of the hot state's return threw", { error });
      }
    }
  }
}
