import { hash2 } from "../lib/random.ts";
import { type Painter, treeAt } from "./painter.ts";

export interface Trees {
  /** Two tiles wide at the foot. */
  narrow: readonly string[];
  /** Three tiles wide, with one trunk. */
  broad: readonly string[];
  bushes: readonly string[];
}

/**
 * Grows trees on every cell that the floor of the woods covers, in rows that do not line up, and bushes where
 * no tree finds room. Trees overhang open ground to their north by their crowns alone.
 */
export function growWoods(
  p: Painter,
  floor: "thicket" | "grove",
  trees: Trees,
  seed: number,
): void {
  const dark = (x: number, y: number) => {
    const cx = Math.max(0, Math.min(p.width - 1, x));
    const cy = Math.max(0, Math.min(p.height - 1, y));
    return p.corners(floor, cx, cy) === 15 && p.corners("water", cx, cy) === 0;
  };
  const standing = new Set<number>();
  for (let row = 1; row < p.height + 4; row += 2) {
    let x = -Math.floor(hash2(row, 0, seed) * 3);
    while (x < p.width) {
      const lot = hash2(x, row, seed + 1);
      const foot = row + (lot > 0.7 ? 1 : 0);
      const broad = lot < 0.13 && trees.broad.length > 0;
      const fits = broad
        ? dark(x + 1, foot) &&
          dark(x, foot - 1) &&
          dark(x + 2, foot - 1) &&
          dark(x, foot) &&
          dark(x + 2, foot)
        : dark(x, foot) && dark(x + 1, foot) && dark(x, foot - 1) && dark(x + 1, foot - 1);
      if (!fits || (foot < p.height && x >= 0 && p.isTaken(x, foot))) {
        x += 1;
        continue;
      }
      const name = treeAt(broad ? trees.broad : trees.narrow, x, foot, seed + 2);
      p.place(name, x, foot);
      for (let i = 0; i < 3; i++) standing.add(foot * 1000 + x + i);
      x += broad ? 3 : 2;
    }
  }
  for (let y = 0; y < p.height; y++) {
    for (let x = 0; x < p.width; x++) {
      if (!dark(x, y) || p.isTaken(x, y) || hash2(x, y, seed + 3) > 0.8) continue;
      const rim = [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ].some(([dx, dy]) => !dark(x + (dx ?? 0), y + (dy ?? 0)));
      if (rim) p.place(treeAt(trees.bushes, x, y, seed + 4), x, y);
    }
  }
}
