export interface BackoffOptions {
  /** Ceiling of the first wait, in milliseconds; it doubles with each further one. Default 250. */
  readonly firstMs?: number;
  /** Ceiling of all waits. Default 10,000. */
  readonly mostMs?: number;
}

/**
 * Waits between attempts: exponential with full jitter, random * min(most, first * 2^n), so that many clients that lost
 * the same server do not come back at the same moment.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(random: () => number, options: BackoffOptions = {}) {
    this.#random = random;
    this.#firstMs = options.firstMs ?? 250;
    this.#mostMs = options.mostMs ?? 10_000;
  }

  /** Waits since the last reset. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next wait; never shorter than what the server asked for. */
  next(retryAfterMs = 0): number {
    // beyond 2^30 the ceiling has long been reached
    const ceiling = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(30, this.#attempts));
    this.#attempts++;
    return retryAfterMs + this.#random() * ceiling;
  }

  reset(): void {
    this.#attempts = 0;
  }
}
