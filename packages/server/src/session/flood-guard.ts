import { RealmError } from "@realmwright/protocol";
import type { LimitValues } from "./limit-values.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Messages above a rate count as one strike a second, so that the burst after a stall is forgiven. */
const STRIKE_SPACING_MS = 1000;

/** Inputs a second that a room's tick rate allows, as a multiple of it. */
const DRIFT = 1.25;
/** Acks, pings and chat beside the inputs. */
const SMALL_TALK_PER_SECOND = 10;

/**
 * Bounds what one session may send: bytes, messages, and some types apart. A message above a bound is refused with
 * `RATE_LIMITED`. Refused messages are strikes, and too many strikes within the window are `FLOODING`.
 */
export class FloodGuard {
  readonly #limits: LimitValues;
  readonly #bytes: TokenBucket;
  readonly #messages: TokenBucket;
  readonly #byType: ReadonlyMap<string, TokenBucket>;
  readonly #strikesMs: number[] = [];
  #limited = 0;
  #lastLimitedMs = -Infinity;

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

  /** A room takes an input each tick: a quick one must not make its players flooders, nor their clocks' drift. */
  expect(tickRate: number): void {
    const { messagesPerSecond, messageBurst } = this.#limits;
    const perSecond = tickRate * DRIFT + SMALL_TALK_PER_SECOND;
    const burst = perSecond * (messageBurst / messagesPerSecond);
    this.#messages.raise(perSecond, burst);
    this.#byType.get("input")?.raise(perSecond, burst);
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

  /** Counts a message that could not be taken. Returns the error that ends the session when it was one too many. */
  strike(nowMs: number): RealmError | undefined {
    this.#forget(nowMs);
    this.#strikesMs.push(nowMs);
    return this.#verdict();
  }

  /** Counts a message above a rate; many within a second are one strike, up to the size of a burst. */
  limited(nowMs: number): RealmError | undefined {
    this.#forget(nowMs);
    this.#limited++;
    if (nowMs - this.#lastLimitedMs >= STRIKE_SPACING_MS) {
      this.#lastLimitedMs = nowMs;
      this.#strikesMs.push(nowMs);
    }
    return this.#verdict();
  }

  #forget(nowMs: number): void {
    const times = this.#strikesMs;
    while (times.length > 0 && nowMs - times[0]! >= this.#limits.strikeWindowMs) times.shift();
    if (times.length === 0) this.#limited = 0;
  }

  #verdict(): RealmError | undefined {
    const { strikes, messageBurst } = this.#limits;
    const isTooMuch = this.#strikesMs.length >= strikes || this.#limited > messageBurst;
    return isTooMuch ? new RealmError("FLOODING") : undefined;
  }

  #take(bucket: TokenBucket, cost: number, nowMs: number): RealmError | undefined {
    if (bucket.take(cost, nowMs)) return undefined;
    return new RealmError("RATE_LIMITED", { retryAfterMs: bucket.waitMs(cost) });
  }
}
