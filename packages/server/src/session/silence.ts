import type { LimitValues } from "./limit-values.ts";

/** How long a client has said nothing, and when it is to be asked whether it is there. */
export class Silence {
  readonly #limits: Pick<LimitValues, "pingIntervalMs" | "pingsMissed">;
  #heardMs: number;
  #pingedMs: number;

  constructor(limits: Pick<LimitValues, "pingIntervalMs" | "pingsMissed">, nowMs: number) {
    this.#limits = limits;
    this.#heardMs = nowMs;
    this.#pingedMs = nowMs;
  }

  heard(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  /** Whether it lasts too long before it is looked at again at `nextMs`: it ends before its time is over rather than after. */
  isTooLong(nextMs: number): boolean {
    const { pingIntervalMs, pingsMissed } = this.#limits;
    return nextMs - this.#heardMs > pingIntervalMs * (pingsMissed + 1);
  }

  /** Whether to ping now; if so, that is done. */
  breaks(nowMs: number): boolean {
    const { pingIntervalMs } = this.#limits;
    const isDue = nowMs - this.#heardMs >= pingIntervalMs;
    if (!isDue || nowMs - this.#pingedMs < pingIntervalMs) return false;
    this.#pingedMs = nowMs;
    return true;
  }
}
