import { cosine, sine } from "../math/angle.ts";
import type { MapObject, ObjectAlignment } from "../tiled/tile-map.ts";

/** How far right and down of its anchor the middle of a tile object lies, in half sizes. */
const ANCHORS: Readonly<Record<ObjectAlignment, readonly [number, number]>> = {
  unspecified: [1, -1],
  topleft: [1, 1],
  top: [0, 1],
  topright: [-1, 1],
  left: [1, 0],
  center: [0, 0],
  right: [-1, 0],
  bottomleft: [1, -1],
  bottom: [0, -1],
  bottomright: [-1, -1],
};

/** In pixels. */
const SHORT = 1e-6;

/** A box around a shape, in the shape's pixels. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The area of a map object: what lies inside, turned by its rotation. Points, lines and text have no area. A
 * polygon may cross itself (even-odd rule).
 */
export class ObjectArea {
  readonly #object: MapObject;
  readonly #cos: number;
  readonly #sin: number;
  /** Top left corner before rotation, relative to the object's (x, y); zero for polygons and lines. */
  readonly #left: number;
  readonly #top: number;

  constructor(object: MapObject, alignment: ObjectAlignment) {
    this.#object = object;
    [this.#cos, this.#sin] = turn(object.rotation);
    const [right, down] = object.shape === "tile" ? ANCHORS[alignment] : ANCHORS.topleft;
    this.#left = ((right - 1) * object.width) / 2;
    this.#top = ((down - 1) * object.height) / 2;
  }

  /** None where the shape has no area. */
  extent(): Extent | undefined {
    const { shape, points, width, height } = this.#object;
    if (shape === "point" || shape === "polyline" || shape === "text") return undefined;
    const corners = shape === "polygon" ? points : [0, 0, width, 0, width, height, 0, height];
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < corners.length; i += 2) {
      const [x, y] = this.#toMap(corners[i]!, corners[i + 1]!);
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    return { left, top, right, bottom };
  }

  /** Whether the point lies inside; on the left or top edge it does. */
  contains(mapX: number, mapY: number): boolean {
    const { shape, points, width, height } = this.#object;
    const [x, y] = this.toLocal(mapX, mapY);
    switch (shape) {
      case "rectangle":
      case "tile":
        return x >= 0 && y >= 0 && x < width && y < height;
      case "ellipse": {
        const u = (2 * x) / width - 1;
        const v = (2 * y) / height - 1;
        return u * u + v * v < 1;
      }
      case "capsule": {
        const radius = Math.min(width, height) / 2;
        const u = x - Math.min(Math.max(x, radius), width - radius);
        const v = y - Math.min(Math.max(y, radius), height - radius);
        return u * u + v * v < radius * radius;
      }
      case "polygon":
        return insidePolygon(points, x, y);
      case "point":
      case "polyline":
      case "text":
        return false;
    }
  }

  /**
   * The line, as x0, y0, x1, y1 … in map pixels, that must block even where the area covers no centre of a cell:
   * a polyline's points, and the middle line of a rectangle thinner than a cell. Else empty.
   */
  spine(cellWidth: number, cellHeight: number): readonly number[] {
    const { shape, points, width, height } = this.#object;
    const spine: number[] = [];
    if (shape === "polyline") {
      for (let i = 0; i < points.length; i += 2) {
        spine.push(...this.#toMap(points[i]!, points[i + 1]!));
      }
    } else if (shape === "rectangle" && (width < cellWidth || height < cellHeight)) {
      // A little short, or a wall that ends at the border of a cell would block the next one.
      const [x, y] = [Math.min(SHORT, width / 2), Math.min(SHORT, height / 2)];
      const [midX, midY] = [width / 2, height / 2];
      if (width > height) spine.push(...this.#toMap(x, midY), ...this.#toMap(width - x, midY));
      else spine.push(...this.#toMap(midX, y), ...this.#toMap(midX, height - y));
    }
    return spine;
  }

  /** From map pixels to pixels right and down of the unturned object's top left corner or polygon's origin. */
  toLocal(mapX: number, mapY: number): [number, number] {
    const dx = mapX - this.#object.x;
    const dy = mapY - this.#object.y;
    return [
      dx * this.#cos + dy * this.#sin - this.#left,
      dy * this.#cos - dx * this.#sin - this.#top,
    ];
  }

  #toMap(localX: number, localY: number): [number, number] {
    const x = localX + this.#left;
    const y = localY + this.#top;
    return [
      this.#object.x + x * this.#cos - y * this.#sin,
      this.#object.y + x * this.#sin + y * this.#cos,
    ];
  }
}

/** Cosine and sine, exact for right angles. */
function turn(degrees: number): [number, number] {
  const quarters = Math.round(degrees / 90);
  const angle = ((degrees - quarters * 90) * Math.PI) / 180;
  const cos = cosine(angle);
  const sin = sine(angle);
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

function insidePolygon(points: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [points[j]!, points[j + 1]!, points[i]!, points[i + 1]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
