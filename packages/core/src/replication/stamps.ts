/*
 * Ticks go to 2^45, what is kept for each entity has 31 bits. A mirror therefore counts from an origin of its own: a stamp
 * is a tick less the mirror's origin. When stamps come to an end, the origin moves on and all stamps with it.
 */

/** The highest stamp. */
export const stampMax: number = 2 ** 30;
/** The stamp of now after the origin has moved; what is older counts as the origin. Nine minutes at 60 ticks a second. */
export const stampAfterMove: number = 2 ** 15;

/** A stamp after the origin has moved by so much. */
export function movedBack(stamp: number, by: number): number {
  return Math.min(Math.max(stamp - by, 0), stampAfterMove);
}

/** Moves all stamps of a column. */
export function moveColumnBack(column: Int32Array, by: number): void {
  for (let i = 0; i < column.length; i++) column[i] = movedBack(column[i]!, by);
}
