/** Time from outside. Rooms never read it: they count ticks. */
export interface Clock {
  /** Monotonic milliseconds with fractions, from an arbitrary start. For durations and schedules. */
  nowMs(): number;
  /** Wall time in milliseconds since 1970. It may jump; for display, tokens and records only. */
  wallMs(): number;
  /**
   * Calls back once, not before `atMs` (monotonic). The callback never runs inside this call.
   * Returns a function that withdraws the call.
   */
  at(atMs: number, call: () => void): () => void;
}
