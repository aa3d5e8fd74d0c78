import { RealmError } from "@realmwright/protocol";
import type { LimitValues } from "./limit-values.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Refused messages inside one such time count as one strike, so that a burst after a stall is forgiven. */
const STRIKE_SPACING_MS = 1000;

/**
 * Bounds what one session may send: bytes, messages, and some types apart. A message above a bound is refused with
 * `RATE_LIMITED`. Every refused message, for whatever reason, is a strike, several within a second being one; too many
 * strikes in the window, or too many refused messages in it, end the session with `FLOODING`.
 */
export class FloodGuard {
  readonly #limits: LimitValues;
  readonly #bytes: TokenBucket;
  readonly #messages: TokenBucket;
  readonly #byType: ReadonlyMap<string, TokenBucket>;
  readonly #strikesMs: number[] = [];
  #refused = 0;

  constructor(limits: LimitValues, nowMs: number) {
    this.#limits = limits;
    this.#bytes = new TokenBucket(limits.bytesInPerSecond, limits.bytesInPerSecond, nowMs);
    this.#messages = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, nowMs);
    const perTenSeconds = (count: number): TokenBucket => new TokenBucket(count / 10, count, nowMs);
    const inputBurst = limits.inputsPerSecond * (limits.messageBurst / limits.messagesPerSecond);
    this.#byType = new Map([
      ["input", new TokenBucket(limits.inputsPerSecond, inputBurst, nowMs)],
      ["join", perTenSeconds(limits.joinsPerTenSeconds)],
      ["chat", perTenSeconds(limits.chatsPerTenSeconds)],
      ["ping", perTenSeconds(limits.pingsPerTenSeconds)],
    ]);
  }

  /** Counts what came, before it is decoded. */
  bytes(count: number, nowMs: number): RealmError | undefined {
    return this.#take(this.#bytes, count, nowMs);
  }

  /** Counts one decoded message, or one control frame as "control". */
  message(type: string, nowMs: number): RealmError | undefined {
    const own = this.#byType.get(type);
    return (
      this.#take(this.#messages, 1, nowMs) ??
      (own === undefined ? undefined : this.#take(own, 1, nowMs))
    );
  }

  /** Counts a refused message. Returns the error that ends the session when it was one too many. */
  strike(nowMs: number): RealmError | undefined {
    const { strikes, strikeWindowMs, messageBurst } = this.#limits;
    const times = this.#strikesMs;
    while (times.length > 0 && nowMs - times[0]! >= strikeWindowMs) times.shift();
    if (times.length === 0) this.#refused = 0;
    this.#refused++;
    const last = times.at(-1);
    if (last === undefined || nowMs - last >= STRIKE_SPACING_MS) times.push(nowMs);
    if (times.length <= strikes && this.#refused <= messageBurst) return undefined;
    return new RealmError("FLOODING");
  }

  #take(bucket: TokenBucket, cost: number, nowMs: number): RealmError | undefined {
    if (bucket.take(cost, nowMs)) return undefined;
    return new RealmError("RATE_LIMITED", { retryAfterMs: bucket.waitMs(cost) });
  }
}
