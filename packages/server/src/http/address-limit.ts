import { TokenBucket } from "../session/token-bucket.ts";
import { addressKey } from "../transports/peers.ts";

/** Addresses that are remembered; the one that came first is forgotten first. */
const ADDRESSES_MAX = 10_000;

/** Bounds how often one address (one /64 network, for IPv6) may do something. */
export class AddressLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Milliseconds to wait; 0 when it may be done now. */
  take(address: string, nowMs: number): number {
    const key = addressKey(address);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#perMinute / 60, this.#perMinute, nowMs);
      this.#buckets.set(key, bucket);
      if (this.#buckets.size > ADDRESSES_MAX) {
        const [oldest] = this.#buckets.keys();
        if (oldest !== undefined) this.#buckets.delete(oldest);
      }
    }
    return bucket.take(1, nowMs) ? 0 : bucket.waitMs(1);
  }
}
