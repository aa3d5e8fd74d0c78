import { RealmError } from "@realmwright/protocol";

/** Steps per second, snapshots per second, and the ticks from one snapshot to the next. */
export interface Rates {
  readonly tickRate: number;
  readonly sendRate: number;
  readonly sendEvery: number;
}

const tickRateDefault = 20;
const tickRateMax = 128;
const sendRateMax = 20;

/**
 * The rates of a room. The send rate divides the tick rate, so that snapshots are evenly spaced; its default is the
 * greatest divisor that is at most 20. Throws `GAME_INVALID`.
 */
export function roomRates(options: { tickRate?: number; sendRate?: number }): Rates {
  const tickRate = options.tickRate ?? tickRateDefault;
  if (!Number.isInteger(tickRate) || tickRate < 1 || tickRate > tickRateMax) {
    throw new RealmError("GAME_INVALID", { detail: `tickRate must be a whole number, 1 to 128` });
  }
  const sendRate = options.sendRate ?? greatestDivisor(tickRate, sendRateMax);
  if (!Number.isInteger(sendRate) || sendRate < 1 || tickRate % sendRate !== 0) {
    throw new RealmError("GAME_INVALID", {
      detail: `sendRate ${sendRate} must be a whole number that divides tickRate ${tickRate}`,
    });
  }
  return { tickRate, sendRate, sendEvery: tickRate / sendRate };
}

function greatestDivisor(of: number, atMost: number): number {
  let divisor = Math.min(of, atMost);
  while (of % divisor !== 0) divisor--;
  return divisor;
}
