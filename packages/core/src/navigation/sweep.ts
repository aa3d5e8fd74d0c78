/** A motion counts as going into an obstacle only beyond this share of its length: rounding must not stop a slide. */
const INWARD_MIN = 1e-9;

/**
 * When a moving body first touches the cell (cx, cy): the share 0 to 1 of the motion (dx, dy) after which it does,
 * Infinity when it does not. A body that overlaps the cell already touches it at 0 if it moves further in, else not
 * at all. The body is a box of half extents (halfWidth, halfHeight) around (px, py), or, if `round`, a circle of
 * radius `halfWidth`; the motion is not zero.
 *
 * Formula: the ray against the cell grown by the body (Minkowski sum), a box or a box with round corners.
 */
export function touchTime(
  cx: number,
  cy: number,
  px: number,
  py: number,
  dx: number,
  dy: number,
  halfWidth: number,
  halfHeight: number,
  round: boolean,
): number {
  let enter = -Infinity;
  let leave = Infinity;
  if (dx !== 0) {
    const a = (cx - halfWidth - px) / dx;
    const b = (cx + 1 + halfWidth - px) / dx;
    enter = a < b ? a : b;
    leave = a < b ? b : a;
  } else if (px <= cx - halfWidth || px >= cx + 1 + halfWidth) {
    return Infinity;
  }
  if (dy !== 0) {
    const a = (cy - halfHeight - py) / dy;
    const b = (cy + 1 + halfHeight - py) / dy;
    const first = a < b ? a : b;
    const last = a < b ? b : a;
    if (first > enter) enter = first;
    if (last < leave) leave = last;
  } else if (py <= cy - halfHeight || py >= cy + 1 + halfHeight) {
    return Infinity;
  }
  if (enter >= leave || leave <= 0 || enter > 1) return Infinity;
  const inside = enter < 0;
  if (!round) return inside ? boxGoesIn(cx, cy, px, py, dx, dy, halfWidth, halfHeight) : enter;
  // Where the ray meets the grown box decides whether a face or one of the round corners is in its way.
  const x = inside ? px : px + dx * enter;
  const y = inside ? py : py + dy * enter;
  const cornerX = x < cx ? cx : x > cx + 1 ? cx + 1 : x;
  const cornerY = y < cy ? cy : y > cy + 1 ? cy + 1 : y;
  if (cornerX !== x && cornerY !== y) {
    return cornerTime(px - cornerX, py - cornerY, dx, dy, halfWidth);
  }
  return inside ? goesIn(px - cornerX, py - cornerY, dx, dy) : enter;
}

/** When a point at (x, y) from the centre of a circle, moving by (dx, dy), enters it. */
function cornerTime(x: number, y: number, dx: number, dy: number, radius: number): number {
  const distance = x * x + y * y - radius * radius;
  if (distance < 0) return goesIn(x, y, dx, dy);
  const approach = x * dx + y * dy;
  if (approach >= 0) return Infinity;
  const speed = dx * dx + dy * dy;
  const discriminant = approach * approach - speed * distance;
  if (discriminant <= 0) return Infinity;
  const time = (-approach - Math.sqrt(discriminant)) / speed;
  return time > 1 ? Infinity : time > 0 ? time : 0;
}

/** 0 when the motion goes against the outward direction (x, y), else Infinity. */
function goesIn(x: number, y: number, dx: number, dy: number): number {
  const limit = -INWARD_MIN * (Math.abs(dx) + Math.abs(dy)) * (Math.abs(x) + Math.abs(y));
  return x * dx + y * dy < limit ? 0 : Infinity;
}

function boxGoesIn(
  cx: number,
  cy: number,
  px: number,
  py: number,
  dx: number,
  dy: number,
  halfWidth: number,
  halfHeight: number,
): number {
  const x = px - cx - 0.5;
  const y = py - cy - 0.5;
  return halfWidth - Math.abs(x) < halfHeight - Math.abs(y)
    ? goesIn(x, 0, dx, 0)
    : goesIn(0, y, 0, dy);
}
