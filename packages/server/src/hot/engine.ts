import type { HotReply, HotReturn, HotScript, HotValue } from "../ports/hot.ts";

/** Commands that engines have: those of Redis, in its words. */
export type Command =
  | "DEL"
  | "EVAL"
  | "EVALSHA"
  | "GET"
  | "HDEL"
  | "HGET"
  | "HGETALL"
  | "HSET"
  | "INFO"
  | "LLEN"
  | "LPOP"
  | "LPUSH"
  | "LRANGE"
  | "LREM"
  | "PEXPIRE"
  | "PING"
  | "PTTL"
  | "PUBLISH"
  | "RPOP"
  | "RPUSH"
  | "SADD"
  | "SCARD"
  | "SCRIPT"
  | "SET"
  | "SISMEMBER"
  | "SMEMBERS"
  | "SREM"
  | "SUBSCRIBE"
  | "UNSUBSCRIBE"
  | "ZADD"
  | "ZCARD"
  | "ZINCRBY"
  | "ZRANGE"
  | "ZRANGEBYSCORE"
  | "ZRANK"
  | "ZREM"
  | "ZREVRANGE"
  | "ZREVRANGEBYSCORE"
  | "ZREVRANK"
  | "ZSCORE";

/** What holds hot state, below the port: names and values are checked already, and keys carry their prefix. */
export interface Engine {
  /** `bytes`: texts in the reply come as bytes. */
  call(command: Command, args: readonly HotValue[], bytes?: boolean): Promise<HotReply>;
  run(script: HotScript, keys: readonly string[], args: readonly HotValue[]): Promise<HotReply>;
  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<() => Promise<void>>;
  version(): Promise<string>;
  isReady(): boolean;
  onReturn(listener: (news: HotReturn) => void): () => void;
  close(): Promise<void>;
}
