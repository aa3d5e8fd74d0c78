/** How the way between two ends is. Changes count from the next message on. */
export interface NetworkConditions {
  /** One way, in milliseconds. */
  delayMs: number;
  /** What one message may take longer, at most; evenly spread. */
  jitterMs: number;
  /** Share of messages that get lost, 0 to 1. Where order is kept they are sent again, and hold up what follows. */
  lossRate: number;
  /** Share of messages that arrive twice, 0 to 1. Where order is kept the second one is thrown away. */
  duplicateRate: number;
  /** Share of messages that later ones overtake, 0 to 1. Where order is kept they hold up what follows. */
  reorderRate: number;
  /** Bytes per second that pass, in each direction. */
  bytesPerSecond: number;
  /** True: nothing arrives, in either direction, until it is false again. Nobody is told. */
  isStalled: boolean;
  /** True: new connections are refused. */
  isDown: boolean;
}

/** A way without delay, loss or bounds, but for what is given. */
export function networkConditions(given: Partial<NetworkConditions> = {}): NetworkConditions {
  return {
    delayMs: 0,
    jitterMs: 0,
    lossRate: 0,
    duplicateRate: 0,
    reorderRate: 0,
    bytesPerSecond: Infinity,
    isStalled: false,
    isDown: false,
    ...given,
  };
}
