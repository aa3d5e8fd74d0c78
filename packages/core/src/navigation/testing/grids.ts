import { CollisionGrid } from "../collision-grid.ts";

/** A grid drawn in text, one row for each line: `#` is blocked, anything else free. */
export function gridOf(...rows: readonly string[]): CollisionGrid {
  const width = rows[0]?.length ?? 0;
  const cells = Uint8Array.from(rows.join(""), (char) => (char === "#" ? 1 : 0));
  return new CollisionGrid(width, rows.length, cells);
}
