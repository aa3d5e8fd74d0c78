import type { TrueTick } from "./desk.ts";
import type { SeenTick } from "./player.ts";

/** Rounding of the two sides may differ by this much, in centimetres; a tick moves people by 15. */
const tolerance = 1;
/** In ticks. */
const ageMax = 2;

/**
 * Of so many who truly were nearest to a client at the tick of what it was sent, the share that it held as they were at
 * that tick or up to two before. NaN when nobody was compared.
 */
export function freshness(
  truth: readonly TrueTick[],
  seen: readonly SeenTick[],
  visible: number,
): number {
  const ticks = new Map(truth.map((entry) => [entry.tick, byNumber(entry)]));
  let due = 0;
  let fresh = 0;
  for (const view of seen) {
    const past = Array.from({ length: ageMax + 1 }, (_, age) => ticks.get(view.tick - age));
    const [now] = past;
    const me = now?.get(view.own);
    if (now === undefined || me === undefined || past.includes(undefined)) continue;
    const held = byNumber(view);
    for (const number of nearestTo(me, now, visible)) {
      due++;
      const place = held.get(number);
      if (place !== undefined && past.some((then) => isAt(place, then?.get(number)))) fresh++;
    }
  }
  return due === 0 ? NaN : fresh / due;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function byNumber({ numbers, x, y }: Pick<TrueTick, "numbers" | "x" | "y">): Map<number, Place> {
  return new Map(numbers.map((number, i) => [number, { x: x[i]!, y: y[i]! }]));
}

function nearestTo(me: Place, everybody: ReadonlyMap<number, Place>, count: number): number[] {
  return [...everybody]
    .map(([number, { x, y }]) => ({ number, distance: (x - me.x) ** 2 + (y - me.y) ** 2 }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ number }) => number);
}

function isAt(place: Place, then: Place | undefined): boolean {
  return (
    then !== undefined &&
    Math.abs(place.x - then.x) <= tolerance &&
    Math.abs(place.y - then.y) <= tolerance
  );
}
