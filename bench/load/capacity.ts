import { tickRate } from "./scene.ts";
import type { Trial } from "./stage.ts";

/** Most that an echo may take for 95 of 100 inputs, in milliseconds. */
export const echoMaxMs = 100;
/** Of the nearest, the least share that clients must hold, no older than two ticks. */
export const presentMin = 0.95;
/** Least updates per second: nine in ten of those that are due. */
export const updatesMin: number = tickRate * 0.9;
/** From one number of players to the next, until one is too many; and the resolution of the answer. */
const stepUp = 1.2;
const resolution = 1.06;

/** Whether a trial counts as served: quickly enough, with what is near in sight, and nobody cut off. */
function serves(trial: Trial): boolean {
  return (
    trial.p95 <= echoMaxMs &&
    trial.present >= presentMin &&
    trial.updatesPerSecond >= updatesMin &&
    trial.blind === 0 &&
    trial.lost === 0
  );
}

/**
 * The largest number of players that is served: upwards or downwards from a guess, then halving what lies between.
 *
 * @param most how many a room can hold at all.
 */
export async function capacity(
  guess: number,
  most: number,
  trial: (players: number) => Promise<Trial>,
): Promise<number> {
  let good = 0;
  let bad = Infinity;
  let next = Math.min(most, Math.round(guess));
  for (;;) {
    // Of a trial that fails, something else on the machine may be the reason: it is repeated once.
    if (serves(await trial(next)) || serves(await trial(next))) good = Math.max(good, next);
    else bad = Math.min(bad, next);
    if (good >= most) return most;
    if (bad <= 20) return 0;
    if (bad < Infinity && good > 0) {
      if (bad / good <= resolution) return good;
      next = Math.round((good + bad) / 2);
    } else next = Math.min(most, Math.round(good > 0 ? good * stepUp : bad / stepUp));
  }
}
