/** What an edge has done so far, in plain numbers: counting must cost nothing. Bytes are those of messages. */
export interface EdgeCounters {
  connections: number;
  sessions: number;
  messagesIn: number;
  bytesIn: number;
  writes: number;
  bytesOut: number;
  snapshots: number;
  snapshotBytes: number;
  /** Sends at which a client got no snapshot because too many were on their way. */
  skippedByWindow: number;
  /** The same, because bytes waited in this process. */
  skippedByQueue: number;
  /** Documents sent whole because a client lagged behind their changes. */
  documentsReplaced: number;
  /** Upgrades to WebSocket that were refused, by error code. */
  readonly upgradesRefused: Record<string, number>;
  /** Plain HTTP that was refused, requests and connections, by error code. */
  readonly httpRefused: Record<string, number>;
  /** Messages, by error code. */
  readonly refused: Record<string, number>;
  /** Connections that ended, by error code: CLIENT_CLOSED and CONNECTION_LOST are not the server's doing. */
  readonly closed: Record<string, number>;
}

export function newCounters(): EdgeCounters {
  return {
    connections: 0,
    sessions: 0,
    messagesIn: 0,
    bytesIn: 0,
    writes: 0,
    bytesOut: 0,
    snapshots: 0,
    snapshotBytes: 0,
    skippedByWindow: 0,
    skippedByQueue: 0,
    documentsReplaced: 0,
    upgradesRefused: {},
    httpRefused: {},
    refused: {},
    closed: {},
  };
}

/** Adds one under a key. */
export function bump(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** Adds the second to the first. */
export function addCounters(sum: EdgeCounters, more: EdgeCounters): void {
  for (const key of Object.keys(more) as (keyof EdgeCounters)[]) {
    const value = more[key];
    if (typeof value === "number") {
      (sum[key] as number) += value;
      continue;
    }
    const counts = sum[key] as Record<string, number>;
    for (const [name, count] of Object.entries(value)) counts[name] = (counts[name] ?? 0) + count;
  }
}
