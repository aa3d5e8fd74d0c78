import { sightOf, sideOf } from "../replication/crowd.ts";

/*
 * What all sides of `load` have in common: one crowd, in which everybody steers ten times a second and sees the nearest.
 */

export const tickRate = 20;
export const inputsPerSecond = 10;

/** What a trial is of. */
export interface Scene {
  readonly players: number;
  /** How many of the nearest each sees. */
  readonly visible: number;
  /** Bytes per second that the room sends to each who asks for a stream, besides the state. */
  readonly streamBytes?: number;
  /** Whether people walk on until they are steered elsewhere, or make one step for each input. */
  readonly walk: "always" | "by input";
}

/** Metres per second. */
const speed = 3;
/** Of an entity and tick. */
export const flagChance = 0.01;
export const headings = 256;
/** What clients see is compared with the truth at every tick of this number, modulo `compareTicks`. */
export const comparedTick = 2;
export const compareTicks = 16;

/** Messages of this size make up a stream; text of so many characters fits into an event whatever the characters are. */
export const streamMessageBytes = 1_250;

/** How many of them a tick brings. */
export function streamMessages({ streamBytes = 0 }: Scene): number {
  return Math.round(streamBytes / (streamMessageBytes * tickRate));
}

/** Edge of the square, in metres, and how far the nearest reach about. */
export function placeOf({ players, visible }: Scene): { side: number; sight: number } {
  const about = { entities: Math.max(players, visible * 2), clients: players, visible };
  return { side: sideOf(about), sight: sightOf(about) };
}

/** One step of somebody who walks towards `heading` (in 256ths of a turn), in metres. */
export function stepX(heading: number): number {
  return (Math.cos((heading * 2 * Math.PI) / headings) * speed) / tickRate;
}

export function stepY(heading: number): number {
  return (Math.sin((heading * 2 * Math.PI) / headings) * speed) / tickRate;
}

export function within(value: number, side: number): number {
  return Math.min(side, Math.max(0, value));
}
