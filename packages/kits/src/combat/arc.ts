/**
 * Whether a circle touches a sector: the part of a disc of radius `range` about the origin that lies within the half
 * angle on both sides of the direction (fx, fy), borders included.
 *
 * @param fx unit vector of the direction.
 * @param cosine cosine of the half angle; @param sine its sine, never below 0: the half angle is at most PI.
 */
export function arcTouches(
  fx: number,
  fy: number,
  cosine: number,
  sine: number,
  range: number,
  x: number,
  y: number,
  radius: number,
): boolean {
  const squared = x * x + y * y;
  if (squared <= radius * radius) return true;
  const reach = range + radius;
  if (!(squared <= reach * reach)) return false;
  const forward = x * fx + y * fy;
  if (forward >= cosine * Math.sqrt(squared)) return true;
  // The centre is beside the sector: then its nearest point lies on the straight side that is turned towards it.
  const left = fx * y - fy * x >= 0 ? sine : -sine;
  const sideX = fx * cosine - fy * left;
  const sideY = fy * cosine + fx * left;
  const along = Math.max(0, Math.min(range, x * sideX + y * sideY));
  const dx = x - sideX * along;
  const dy = y - sideY * along;
  return dx * dx + dy * dy <= radius * radius;
}
