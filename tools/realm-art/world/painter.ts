import { Canvas } from "../lib/canvas.ts";
import { hash2, noise2, Random } from "../lib/random.ts";
import type { Catalogue } from "./catalogue.ts";
import { glowOf } from "./glows.ts";
import type { Stamp } from "./stamps.ts";
import { type Ground, type Terrain, TERRAINS } from "./terrain.ts";
import type { Tileset } from "./tileset.ts";

export interface MapObject {
  layer: "doors" | "spawns" | "monsters" | "npcs" | "signs" | "areas" | "lights";
  class: string;
  name: string;
  /** In tiles; a point has no size. */
  x: number;
  y: number;
  width?: number;
  height?: number;
  properties?: Readonly<Record<string, string | number | boolean>>;
}

interface Placed {
  stamp: Stamp;
  x: number;
  /** The row of its foot. */
  foot: number;
  order: number;
}

export type Point = readonly [x: number, y: number];
export const LAYERS = ["ground", "detail", "solid objects", "above"] as const;
export type LayerName = (typeof LAYERS)[number];

/** A tile of some tileset. */
export interface TileRef {
  tileset: Tileset;
  tile: number;
}

/** A map being made: terrains by corners, things on top of them, and objects. */
export class Painter {
  readonly width: number;
  readonly height: number;
  readonly objects: MapObject[] = [];
  readonly #catalogue: Catalogue;
  readonly #terrains = new Map<Terrain, Uint8Array>();
  readonly #placed: Placed[] = [];
  readonly #taken: Uint8Array;
  readonly #dry: Uint8Array;

  constructor(width: number, height: number, catalogue: Catalogue) {
    this.width = width;
    this.height = height;
    this.#catalogue = catalogue;
    this.#taken = new Uint8Array(width * height);
    this.#dry = new Uint8Array(width * height);
    for (const t of TERRAINS) this.#terrains.set(t, new Uint8Array((width + 1) * (height + 1)));
  }

  /** Sets a terrain at a corner of the grid. */
  corner(terrain: Terrain, x: number, y: number, on = true): void {
    if (x < 0 || y < 0 || x > this.width || y > this.height) return;
    const grid = this.#terrains.get(terrain);
    if (grid !== undefined) grid[y * (this.width + 1) + x] = on ? 1 : 0;
  }

  has(terrain: Terrain, x: number, y: number): boolean {
    if (x < 0 || y < 0 || x > this.width || y > this.height) return false;
    return this.#terrains.get(terrain)?.[y * (this.width + 1) + x] === 1;
  }

  corners(terrain: Terrain, x: number, y: number): number {
    const bit = (dx: number, dy: number, b: number) => (this.has(terrain, x + dx, y + dy) ? b : 0);
    return bit(0, 0, 1) + bit(1, 0, 2) + bit(0, 1, 4) + bit(1, 1, 8);
  }

  rect(terrain: Terrain, x: number, y: number, w: number, h: number, on = true): void {
    for (let j = y; j <= y + h; j++)
      for (let i = x; i <= x + w; i++) this.corner(terrain, i, j, on);
  }

  /** A round patch whose edge wanders by a share of its radius. */
  disc(terrain: Terrain, cx: number, cy: number, rx: number, ry = rx, wander = 0, on = true): void {
    for (let y = Math.floor(cy - ry - 2); y <= cy + ry + 2; y++) {
      for (let x = Math.floor(cx - rx - 2); x <= cx + rx + 2; x++) {
        const far = Math.hypot((x - cx) / rx, (y - cy) / ry);
        if (far + (noise2(x / 2.6, y / 2.6, 81) - 0.5) * wander * 2 <= 1)
          this.corner(terrain, x, y, on);
      }
    }
  }

  /** A way along a smooth curve through the points. */
  path(terrain: Terrain, points: readonly Point[], radius: number, on = true): void {
    for (const [x, y] of curve(points)) {
      for (let j = Math.ceil(y - radius); j <= y + radius; j++) {
        for (let i = Math.ceil(x - radius); i <= x + radius; i++) {
          if (Math.hypot(i - x, j - y) <= radius) this.corner(terrain, i, j, on);
        }
      }
    }
  }

  /** Patches of one turf in another, by noise. */
  patches(
    terrain: Terrain,
    scale: number,
    above: number,
    seed: number,
    where: (x: number, y: number) => boolean = () => true,
  ): void {
    for (let y = 0; y <= this.height; y++) {
      for (let x = 0; x <= this.width; x++) {
        if (noise2(x / scale, y / scale, seed) > above && where(x, y)) this.corner(terrain, x, y);
      }
    }
  }

  isTaken(x: number, y: number): boolean {
    return (
      x < 0 || y < 0 || x >= this.width || y >= this.height || this.#taken[y * this.width + x] === 1
    );
  }

  /** Keeps cells free of scattered things. */
  reserve(x: number, y: number, w: number, h: number): void {
    for (let j = y; j < y + h; j++) {
      for (let i = x; i < x + w; i++)
        if (i >= 0 && j >= 0 && i < this.width && j < this.height)
          this.#taken[j * this.width + i] = 1;
    }
  }

  /** Makes the ground of cells walkable though it be water: there is a deck over it. */
  deck(x: number, y: number, w: number, h: number): void {
    for (let j = y; j < y + h; j++)
      for (let i = x; i < x + w; i++) this.#dry[j * this.width + i] = 1;
  }

  /** Stands a thing with its left column at x and its bottom row at `foot`. */
  place(name: string, x: number, foot: number): void {
    const stamp = this.#catalogue.get(name);
    this.#placed.push({ stamp, x, foot, order: this.#placed.length });
    for (const glow of glowOf(name)) {
      const { dx, dy, ...rest } = glow;
      this.add({ layer: "lights", name, x: x + dx, y: foot - stamp.height + 1 + dy, ...rest });
    }
    stamp.marks.forEach((row, j) => {
      [...row].forEach((mark, i) => {
        if (mark === "#" || mark === "." || mark === "d")
          this.reserve(x + i, foot - stamp.height + 1 + j, 1, 1);
      });
    });
  }

  /** Whether the cells on which a thing would stand are free and fit for it. */
  fits(name: string, x: number, foot: number, fit: (x: number, y: number) => boolean): boolean {
    const stamp = this.#catalogue.get(name);
    return stamp.marks.every((row, j) =>
      [...row].every((mark, i) => {
        const cx = x + i;
        const cy = foot - stamp.height + 1 + j;
        if (mark === "^" || mark === " ") return true;
        return !this.isTaken(cx, cy) && fit(cx, cy);
      }),
    );
  }

  /** Strews things over fit cells, each cell with a chance. */
  scatter(
    names: readonly string[],
    chance: number,
    seed: number,
    fit: (x: number, y: number) => boolean,
  ): void {
    const random = new Random(seed);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        if (!random.chance(chance)) continue;
        const name = random.pick(names);
        if (this.fits(name, x, y, fit)) this.place(name, x, y);
      }
    }
  }

  /** A fence through cells; it joins where cells touch. */
  fence(cells: readonly Point[]): void {
    const key = ([x, y]: Point) => `${x},${y}`;
    const all = new Set(cells.map(key));
    for (const [x, y] of cells) {
      const joins =
        (all.has(key([x, y - 1])) ? 1 : 0) +
        (all.has(key([x + 1, y])) ? 2 : 0) +
        (all.has(key([x, y + 1])) ? 4 : 0) +
        (all.has(key([x - 1, y])) ? 8 : 0);
      this.place(`fence-${joins}`, x, y);
    }
  }

  add(object: MapObject): void {
    this.objects.push(object);
  }

  /** All layers, row by row; a cell without a tile is undefined. */
  tiles(ground: Ground, blends: Tileset): Record<LayerName, (TileRef | undefined)[]> {
    const count = this.width * this.height;
    const base: TileRef[] = [];
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const stack: [Terrain, number][] = [];
        for (const t of TERRAINS) {
          const corners = this.corners(t, x, y);
          if (corners === 15 && t !== "depths" && t !== "slab") stack.length = 0;
          if (corners > 0) stack.push([t, corners]);
        }
        base.push({
          tileset: ground.tileset,
          tile: ground.tile(stack, x, y, this.#dry[y * this.width + x] === 1),
        });
      }
    }
    const out: Record<LayerName, (TileRef | undefined)[]> = {
      ground: base,
      detail: this.#layer("d", count, blends),
      "solid objects": this.#layer("#.", count, blends),
      above: this.#layer("^", count, blends),
    };
    return out;
  }

  #layer(marks: string, count: number, blends: Tileset): (TileRef | undefined)[] {
    const stacks = Array.from(
      { length: count },
      (): { stamp: Stamp; i: number; j: number; mark: string }[] => [],
    );
    const inOrder = this.#placed.toSorted((a, b) => a.foot - b.foot || a.order - b.order);
    for (const { stamp, x, foot } of inOrder) {
      for (let j = 0; j < stamp.height; j++) {
        for (let i = 0; i < stamp.width; i++) {
          const mark = stamp.marks[j]?.[i] ?? " ";
          const cx = x + i;
          const cy = foot - stamp.height + 1 + j;
          if (!marks.includes(mark) || cx < 0 || cy < 0 || cx >= this.width || cy >= this.height)
            continue;
          if (stamp.cell(i, j).every((c) => c.empty)) continue;
          stacks[cy * this.width + cx]?.push({ stamp, i, j, mark });
        }
      }
    }
    return stacks.map((stack) => {
      const top = stack.at(-1);
      if (top === undefined) return undefined;
      const visible = withoutHidden(stack.map((s) => s.stamp.cell(s.i, s.j)));
      const solid = stack.some((s) => s.mark === "#");
      if (visible.length === 1)
        return {
          tileset: top.stamp.tileset,
          tile: top.stamp.tileset.add(top.stamp.cell(top.i, top.j), {
            solid,
            name: top.stamp.name,
            frameMs: top.stamp.frameMs,
          }),
        };
      const frames = Math.max(...visible.map((f) => f.length));
      const pictures = Array.from({ length: frames }, (_, f) => {
        const canvas = new Canvas(16, 16);
        for (const cell of visible) {
          const picture = cell[f % cell.length];
          if (picture !== undefined) canvas.blit(picture, 0, 0);
        }
        return canvas;
      });
      const frameMs = Math.max(
        ...stack.filter((s) => s.stamp.frames.length > 1).map((s) => s.stamp.frameMs),
        0,
      );
      return {
        tileset: blends,
        tile: blends.add(pictures, { solid, ...(frameMs > 0 ? { frameMs } : {}) }),
      };
    });
  }
}

/** Leaves out the pictures that lie wholly under an opaque one. */
function withoutHidden(cells: readonly (readonly Canvas[])[]): readonly (readonly Canvas[])[] {
  const last = cells.findLastIndex((frames) =>
    frames.every((f) => f.data.every((c) => c >>> 24 === 255)),
  );
  return last > 0 ? cells.slice(last) : cells;
}

/** Points a quarter tile apart on a smooth curve (Catmull–Rom). */
function curve(points: readonly Point[]): Point[] {
  const out: Point[] = [];
  for (let k = 0; k + 1 < points.length; k++) {
    const p1 = points[k] ?? [0, 0];
    const p2 = points[k + 1] ?? p1;
    const p0 = points[k - 1] ?? p1;
    const p3 = points[k + 2] ?? p2;
    const steps = Math.ceil(Math.hypot(p2[0] - p1[0], p2[1] - p1[1]) * 4);
    for (let s = 0; s <= steps; s++) {
      const t = s / steps;
      const blend = (a: number, b: number, c: number, d: number) =>
        0.5 *
        (2 * b +
          (c - a) * t +
          (2 * a - 5 * b + 4 * c - d) * t * t +
          (3 * b - a - 3 * c + d) * t * t * t);
      out.push([blend(p0[0], p1[0], p2[0], p3[0]), blend(p0[1], p1[1], p2[1], p3[1])]);
    }
  }
  return out;
}

/** A tree for a place: chosen by the place, so that neighbours differ. */
export function treeAt(names: readonly string[], x: number, y: number, seed: number): string {
  return names[Math.floor(hash2(x, y, seed) * names.length)] ?? names[0] ?? "pine";
}
