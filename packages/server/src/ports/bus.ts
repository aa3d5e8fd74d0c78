/**
 * Carries bytes between named endpoints: threads, processes, machines. Between two endpoints messages arrive in order and
 * at most once; the sender is not told whether they arrive.
 */
export interface Bus {
  /** This endpoint's name, unique on the bus. */
  readonly address: string;
  /**
   * Queues bytes for another endpoint. The array belongs to the bus from here on. Throws `BUS_FULL` when what waits for
   * that endpoint exceeds the queue's limit, and `BUS_CLOSED` when this endpoint or the way to the other one is closed.
   */
  send(to: string, bytes: Uint8Array): void;
  /** Sets who receives. Never called inside `send`. The array belongs to the receiver. */
  onReceive(receive: (from: string, bytes: Uint8Array) => void): void;
  /** Sets who is told, once per endpoint, that an endpoint is gone: nothing more comes from it. */
  onGone(gone: (address: string) => void): void;
  /** Idempotent. What is queued but not yet delivered may be lost. */
  close(): void;
}
