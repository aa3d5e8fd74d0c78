/** How a run of bots fares. */
export interface BotFigures {
  readonly wanted: number;
  readonly connected: number;
  readonly joined: number;
  /** Were connected once, and are not at this moment. */
  readonly lost: number;
  readonly reconnects: number;
  /** Over all bots, milliseconds; 0 before the first answer. */
  readonly rttMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Per bot in a room, over the last second: payload bytes and snapshots. */
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly snapshotsPerSecond: number;
  readonly corrections: number;
  /** How often, by code; a connection that breaks is CONNECTION_LOST, whether or not it comes back. */
  readonly errors: Readonly<Record<string, number>>;
  readonly errorCount: number;
  readonly seconds: number;
}

/** The value that a share of sorted numbers does not exceed (nearest rank); 0 for none. */
export function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1);
  return sorted[Math.max(0, rank)] ?? 0;
}
