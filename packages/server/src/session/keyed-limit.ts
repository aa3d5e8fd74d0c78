import { TokenBucket } from "./token-bucket.ts";

/** Keys that are remembered; beyond them the one that was used longest ago is forgotten. */
const KEYS_MAX = 10_000;

/** Bounds how often each of many, for example addresses or accounts, may do something. */
export class KeyedLimit {
  readonly #perMinute: number;
  /** The least recently used comes first. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Milliseconds to wait; 0 when it may be done now. */
  take(key: string, nowMs: number): number {
    const known = this.#buckets.get(key);
    const bucket = known ?? new TokenBucket(this.#perMinute / 60, this.#perMinute, nowMs);
    if (known !== undefined) this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > KEYS_MAX) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket.take(1, nowMs) ? 0 : bucket.waitMs(1);
  }
}
