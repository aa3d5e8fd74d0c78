import type { Redis, RedisOptions } from "ioredis";
import { RealmError } from "@realmwright/protocol";
import type { HotReply, HotValue } from "../../ports/hot.ts";
import type { Command } from "../engine.ts";

/** One connection, used once: it does not reconnect, and queues nothing while it is not open. */
export interface Wire {
  /** Connects and authenticates. */
  open(): Promise<void>;
  /** Errors may show what was asked, until `withoutCommand` has seen them. */
  call(command: Command, args: readonly HotValue[], bytes: boolean): Promise<HotReply>;
  /** Cuts it at once. What waits is rejected. */
  destroy(): void;
}

export interface WireEvents {
  /** Once at most, however it ends. */
  ended(cause: unknown): void;
  message(channel: string, message: Uint8Array): void;
}

export type Dial = (events: WireEvents) => Wire;

/**
 * Wires of ioredis, which is loaded here, when it is first needed.
 *
 * @param url `redis://` or, with TLS, `rediss://user:password@host:port/database`. Throws `HOT_INVALID` for another.
 */
export async function redisDial(url: string, connectTimeoutMs: number): Promise<Dial> {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol !== "redis:" && protocol !== "rediss:") {
    throw new RealmError("HOT_INVALID", { detail: "the address is no redis:// or rediss://" });
  }
  const ioredis = await import("ioredis");
  const options = {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    // the line above decides when to try again, and nothing waits in here
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: null,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    // only commands that every engine has
    protocol: 2,
    enableReadyCheck: false,
    disableClientInfo: true,
  } satisfies RedisOptions;
  return (events) => wireOf(new ioredis.Redis(url, options), events);
}

/** ioredis follows these, and knows them by small letters alone; by capitals it leaves replies as they come. */
const inSmallLetters: Partial<Record<Command, string>> = {
  PING: "ping",
  SUBSCRIBE: "subscribe",
  UNSUBSCRIBE: "unsubscribe",
};

function wireOf(redis: Redis, events: WireEvents): Wire {
  let cause: unknown;
  let isGathering = false;
  /** What is asked in one turn goes out as one write: to the kernel a write costs more than a command. */
  const gather = (): void => {
    const stream = redis.stream as typeof redis.stream | undefined;
    if (isGathering || stream === undefined) return;
    isGathering = true;
    stream.cork();
    process.nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  };
  redis.on("error", (error: unknown) => (cause = withoutCommand(error)));
  redis.once("end", () => events.ended(cause));
  redis.on("messageBuffer", (channel: Buffer, message: Buffer) =>
    events.message(channel.toString(), message),
  );
  return {
    async open() {
      try {
        await redis.connect();
      } catch (error) {
        throw cause ?? withoutCommand(error);
      }
    },
    call(command, args, bytes) {
      // no promise of our own here: every call of the hot state passes
      gather();
      const given = args.every(isText) ? (args as string[]) : args.map(textOrBuffer);
      const name = inSmallLetters[command] ?? command;
      const reply = bytes ? redis.callBuffer(name, given) : redis.call(name, given);
      return reply as Promise<HotReply>;
    },
    destroy() {
      redis.disconnect();
      // else a peer that hangs holds the socket for seconds more, and all that was written to it
      (redis.stream as typeof redis.stream | undefined)?.destroy();
    },
  };
}

/** ioredis hangs what was asked on its errors: the password, or values. Whoever prints an error would show it. */
export function withoutCommand(error: unknown): unknown {
  if (error instanceof Error) Reflect.deleteProperty(error, "command");
  return error;
}

const isText = (value: HotValue): value is string => typeof value === "string";

const textOrBuffer = (value: HotValue): string | Buffer =>
  isText(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
