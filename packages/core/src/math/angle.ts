// Angles from nothing but + - * / and square roots, which every machine rounds alike. The engines' own sine, cosine
// and arc tangent may differ in the last bits, so they are out of bounds where two machines must agree.

const QUARTER = Math.PI / 2;
/** PI / 2 in two parts: the first has 33 significant bits, so that whole multiples up to 2^20 of it are exact. */
const QUARTER_HIGH = 1.570796326734125614166259765625;
const QUARTER_LOW = 6.077100506506192e-11;
const EIGHTH = Math.PI / 4;
/** Square root of 2, less 1: the tangent of PI / 8. */
const TANGENT_OF_SIXTEENTH = 0.41421356237309503;

/** Taylor's series on [-PI/4, PI/4]; the first term left out is below 3e-17. */
function sineNearZero(x: number): number {
  const y = x * x;
  let sum = -7.647163731819816e-13;
  sum = sum * y + 1.6059043836821613e-10;
  sum = sum * y - 2.505210838544172e-8;
  sum = sum * y + 2.7557319223985893e-6;
  sum = sum * y - 1.984126984126984e-4;
  sum = sum * y + 8.333333333333333e-3;
  sum = sum * y - 1.6666666666666666e-1;
  return x + x * y * sum;
}

function cosineNearZero(x: number): number {
  const y = x * x;
  let sum = 4.779477332387385e-14;
  sum = sum * y - 1.1470745597729725e-11;
  sum = sum * y + 2.08767569878681e-9;
  sum = sum * y - 2.755731922398589e-7;
  sum = sum * y + 2.48015873015873e-5;
  sum = sum * y - 1.388888888888889e-3;
  sum = sum * y + 4.1666666666666664e-2;
  sum = sum * y - 0.5;
  return 1 + y * sum;
}

/**
 * The sine of an angle in radians, the same on every machine. Within 4e-16 for angles up to PI and within 1e-14
 * up to 100,000; beyond 2^20 quarter turns the error grows with the angle. NaN for what is not finite.
 */
export function sine(angle: number): number {
  const quarters = Math.round(angle / QUARTER);
  const rest = angle - quarters * QUARTER_HIGH - quarters * QUARTER_LOW;
  switch (quarters & 3) {
    case 0:
      return sineNearZero(rest);
    case 1:
      return cosineNearZero(rest);
    case 2:
      return -sineNearZero(rest);
    default:
      return -cosineNearZero(rest);
  }
}

/** The cosine of an angle in radians, the same on every machine. Errors as those of `sine`. */
export function cosine(angle: number): number {
  const quarters = Math.round(angle / QUARTER);
  const rest = angle - quarters * QUARTER_HIGH - quarters * QUARTER_LOW;
  switch (quarters & 3) {
    case 0:
      return cosineNearZero(rest);
    case 1:
      return -sineNearZero(rest);
    case 2:
      return -cosineNearZero(rest);
    default:
      return sineNearZero(rest);
  }
}

/** Gregory's series for |t| up to tan(PI / 8), where the first term left out is below 1e-17. */
function arcTangentNearZero(t: number): number {
  const y = t * t;
  let sum = 0;
  for (let k = 39; k >= 3; k -= 2) sum = (sum + ((k & 2) === 0 ? 1 : -1) / k) * y;
  return t + t * sum;
}

/**
 * The angle of a direction in radians, from -PI to PI, the same on every machine: 0 points along +x and it grows
 * towards +y. Within 1e-15 of the true value; -0 counts as 0. 0 for (0, 0); NaN for what is not finite.
 */
export function headingOf(dx: number, dy: number): number {
  const x = Math.abs(dx);
  const y = Math.abs(dy);
  const larger = x > y ? x : y;
  if (larger === 0) return 0;
  const ratio = (x > y ? y : x) / larger;
  const small =
    ratio > TANGENT_OF_SIXTEENTH
      ? EIGHTH + arcTangentNearZero((ratio - 1) / (ratio + 1))
      : arcTangentNearZero(ratio);
  const inFirst = y > x ? QUARTER - small : small;
  const upper = dx < 0 ? Math.PI - inFirst : inFirst;
  return dy < 0 ? -upper : upper;
}

/** The same angle in [-PI, PI). */
export function wrapAngle(angle: number): number {
  const turns = Math.floor((angle + Math.PI) / (2 * Math.PI));
  const wrapped = angle - turns * 2 * Math.PI;
  return wrapped >= Math.PI ? wrapped - 2 * Math.PI : wrapped;
}
