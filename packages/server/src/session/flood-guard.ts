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
  /** Buckets of types that have come; until then they are full. Inputs come all the time, the others now and then. */
  #inputs: TokenBucket | undefined;
  #byType: Map<string, TokenBucket> | undefined;
  #inputsPerSecond: number;
  /** Pings of ours that were not answered. */
  #pongsDue = 0;
  readonly #strikesMs: number[] = [];
  #limited = 0;
  #lastLimitedMs = -Infinity;

  constructor(limits: LimitValues, nowMs: number) {
    this.#limits = limits;
    this.#bytes = new TokenBucket(limits.bytesInPerSecond, limits.bytesInPerSecond, nowMs);
    this.#messages = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, nowMs);
    this.#inputsPerSecond = limits.inputsPerSecond;
  }

  /** A room takes an input each tick: a quick one must not make its players flooders, nor their clocks' drift. */
  expect(tickRate: number): void {
    const perSecond = tickRate * DRIFT + SMALL_TALK_PER_SECOND;
    if (perSecond > this.#inputsPerSecond) this.#inputsPerSecond = perSecond;
    this.#messages.raise(perSecond, this.#burstOf(perSecond));
    this.#inputs?.raise(perSecond, this.#burstOf(perSecond));
  }

  /** Counts what came, before it is decoded. */
  bytes(count: number, nowMs: number): RealmError | undefined {
    return this.#take(this.#bytes, count, nowMs);
  }

  /** Counts one decoded message, or one control frame as "control". */
  message(type: string, nowMs: number): RealmError | undefined {
    const own = this.#bucketOf(type, nowMs);
    return (
      this.#take(this.#messages, 1, nowMs) ??
      (own === undefined ? undefined : this.#take(own, 1, nowMs))
    );
  }

  /** A ping was sent: the pong that answers it is free. */
  pinged(): void {
    this.#pongsDue++;
  }

  /** Counts a pong that nobody has asked for as a control frame. */
  pong(bytes: number, nowMs: number): RealmError | undefined {
    if (this.#pongsDue === 0) return this.bytes(bytes, nowMs) ?? this.message("control", nowMs);
    this.#pongsDue--;
    return undefined;
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

  /** The bucket of a type that has a bound of its own. */
  #bucketOf(type: string, nowMs: number): TokenBucket | undefined {
    if (type === "input") return (this.#inputs ??= this.#newInputs(nowMs));
    const known = this.#byType?.get(type);
    if (known !== undefined) return known;
    const made = this.#newBucket(type, nowMs);
    if (made !== undefined) (this.#byType ??= new Map()).set(type, made);
    return made;
  }

  #newInputs(nowMs: number): TokenBucket {
    const perSecond = this.#inputsPerSecond;
    return new TokenBucket(perSecond, this.#burstOf(perSecond), nowMs);
  }

  #newBucket(type: string, nowMs: number): TokenBucket | undefined {
    const limits = this.#limits;
    switch (type) {
      case "join":
        return perTenSeconds(limits.joinsPerTenSeconds, nowMs);
      case "chat":
        return perTenSeconds(limits.chatsPerTenSeconds, nowMs);
      case "ping":
        return perTenSeconds(limits.pingsPerTenSeconds, nowMs);
      case "rpc":
        return perTenSeconds(limits.callsPerTenSeconds, nowMs);
      default:
        return undefined;
    }
  }

  #burstOf(perSecond: number): number {
    const { messagesPerSecond, messageBurst } = this.#limits;
    return perSecond * (messageBurst / messagesPerSecond);
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

function perTenSeconds(count: number, nowMs: number): TokenBucket {
  return new TokenBucket(count / 10, count, nowMs);
}
