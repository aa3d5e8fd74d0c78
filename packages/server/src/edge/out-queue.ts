import type { Connection } from "../ports/transport.ts";
import type { LimitValues } from "../session/limit-values.ts";

/**
 * How a connection that does not keep up is treated, by what this process still holds for it:
 * - `open`: everything goes out;
 * - `coalesce`: one snapshot in four, each as new as any;
 * - `latest`: no snapshots and no document changes, which are made up for by the newest state;
 * - `closed`: it took nothing for too long, or too much waits: the connection ends.
 *
 * Events, confirms and answers are never left out.
 */
export type QueueLevel = "open" | "coalesce" | "latest" | "closed";

/** Watches the queue of one connection. */
export class OutQueue {
  readonly #connection: Connection;
  readonly #limits: LimitValues;
  #taken = 0;
  #progressMs: number;

  constructor(connection: Connection, limits: LimitValues, nowMs: number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#progressMs = nowMs;
  }

  level(nowMs: number): QueueLevel {
    const { bufferedBytes, bytesOut } = this.#connection;
    if (bufferedBytes === 0) {
      this.#taken = bytesOut;
      this.#progressMs = nowMs;
      return "open";
    }
    const taken = bytesOut - bufferedBytes;
    if (taken > this.#taken) {
      this.#taken = taken;
      this.#progressMs = nowMs;
    }
    const limits = this.#limits;
    if (bufferedBytes > limits.outQueueCloseBytes) return "closed";
    if (nowMs - this.#progressMs > limits.outQueueStuckMs) return "closed";
    if (bufferedBytes > limits.outQueueLatestBytes) return "latest";
    return bufferedBytes > limits.outQueueCoalesceBytes ? "coalesce" : "open";
  }
}
