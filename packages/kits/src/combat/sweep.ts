/**
 * When a point that moves from (x0, y0) to (x1, y1) first is within `radius` of (cx, cy), as a part of its way from
 * 0 to 1; Infinity when never.
 */
export function sweepHit(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  cx: number,
  cy: number,
  radius: number,
): number {
  const fromX = x0 - cx;
  const fromY = y0 - cy;
  const outside = fromX * fromX + fromY * fromY - radius * radius;
  if (outside <= 0) return 0;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  const approach = fromX * dx + fromY * dy;
  if (!(approach < 0)) return Infinity;
  const discriminant = approach * approach - length * outside;
  if (!(discriminant >= 0)) return Infinity;
  // The smaller root, in the form that does not cancel.
  const at = outside / (Math.sqrt(discriminant) - approach);
  return at <= 1 ? at : Infinity;
}
