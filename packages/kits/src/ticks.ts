/** A time in whole ticks, rounded up: what takes time takes at least one tick. 0 stays 0. */
export function ticksOf(timeMs: number, tickRate: number): number {
  // A hair is taken off first, so that 50.000000001 ms at 20 Hz is one tick.
  return Math.max(0, Math.ceil((timeMs * tickRate) / 1000 - 1e-6));
}
