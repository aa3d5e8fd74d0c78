import { limits } from "@realmwright/protocol";
import type { InterestOptions } from "../game/definition.ts";

/** Interest options with their defaults, in the units that the hot path wants. */
export interface InterestRules {
  /** Squares of the radii. */
  readonly enter2: number;
  readonly leave2: number;
  readonly leave: number;
  readonly nearest: number;
  readonly dwellTicks: number;
  /** Squares of the distances at which updates come every 2nd and every 4th send. */
  readonly tier1: number;
  readonly tier2: number;
  readonly bytesPerSend: number;
  /** Sends from one choice of what is seen to the next. */
  readonly period: number;
}

/** Share of the enter radius at which updates come every second and every fourth send. */
const tierShares = [0.6, 0.85] as const;

/** Times a second that a client's interest is chosen anew. */
const choicesPerSecond = 5;

/** @param options undefined: everyone sees everything. */
export function interestRules(
  options: InterestOptions | undefined,
  tickRate: number,
  sendRate: number,
): InterestRules {
  const nearestMax = limits.visiblePerClient.value;
  if (options === undefined) {
    return {
      enter2: Infinity,
      leave2: Infinity,
      leave: Infinity,
      nearest: nearestMax,
      dwellTicks: 0,
      tier1: Infinity,
      tier2: Infinity,
      bytesPerSend: Math.floor(65_536 / sendRate),
      period: 1,
    };
  }
  const { enter, leave, tiers = true } = options;
  return {
    enter2: enter * enter,
    leave2: leave * leave,
    leave,
    nearest: Math.min(options.nearest ?? 100, nearestMax),
    dwellTicks: Math.ceil(((options.dwellMs ?? 1_000) / 1_000) * tickRate),
    tier1: tiers ? (enter * tierShares[0]) ** 2 : Infinity,
    tier2: tiers ? (enter * tierShares[1]) ** 2 : Infinity,
    bytesPerSend: Math.floor((options.bytesPerSecond ?? 65_536) / sendRate),
    period: Math.max(1, Math.floor(sendRate / choicesPerSecond)),
  };
}
