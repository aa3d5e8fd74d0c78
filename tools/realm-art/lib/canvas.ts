import { type Colour, NONE, over } from "./palette.ts";

/** A small picture in memory. Writing outside it does nothing, reading outside gives `NONE`. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint32Array(width * height);
  }

  get(x: number, y: number): Colour {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return NONE;
    return this.data[y * this.width + x] ?? NONE;
  }

  set(x: number, y: number, colour: Colour): this {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height)
      this.data[y * this.width + x] = colour;
    return this;
  }

  /** Lays a colour over what is there, by its alpha. */
  lay(x: number, y: number, colour: Colour): this {
    return this.set(x, y, over(colour, this.get(x, y)));
  }

  filled(x: number, y: number): boolean {
    return this.get(x, y) >>> 24 !== 0;
  }

  rect(x: number, y: number, w: number, h: number, colour: Colour): this {
    for (let j = y; j < y + h; j++) for (let i = x; i < x + w; i++) this.set(i, j, colour);
    return this;
  }

  frame(x: number, y: number, w: number, h: number, colour: Colour): this {
    this.rect(x, y, w, 1, colour).rect(x, y + h - 1, w, 1, colour);
    return this.rect(x, y, 1, h, colour).rect(x + w - 1, y, 1, h, colour);
  }

  line(x0: number, y0: number, x1: number, y1: number, colour: Colour, thick = 1): this {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let s = 0; s <= steps; s++) {
      const x = Math.round(x0 + ((x1 - x0) * s) / steps);
      const y = Math.round(y0 + ((y1 - y0) * s) / steps);
      this.rect(x, y, thick, thick, colour);
    }
    return this;
  }

  /** A filled ellipse about a centre that may lie between pixels. */
  ellipse(cx: number, cy: number, rx: number, ry: number, colour: Colour): this {
    for (let y = Math.floor(cy - ry); y <= cy + ry; y++) {
      for (let x = Math.floor(cx - rx); x <= cx + rx; x++) {
        if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1) this.set(x, y, colour);
      }
    }
    return this;
  }

  /** Rows of characters, each one a pixel; a character without a colour is left alone. */
  ascii(
    x: number,
    y: number,
    rows: readonly string[],
    key: Readonly<Record<string, Colour>>,
  ): this {
    rows.forEach((row, j) => {
      [...row].forEach((c, i) => {
        const colour = key[c];
        if (colour !== undefined) this.set(x + i, y + j, colour);
      });
    });
    return this;
  }

  /** Draws another canvas over this one, by alpha. */
  blit(source: Canvas, dx: number, dy: number, flip = false): this {
    for (let y = 0; y < source.height; y++) {
      for (let x = 0; x < source.width; x++) {
        const c = source.get(flip ? source.width - 1 - x : x, y);
        if (c >>> 24 !== 0) this.lay(dx + x, dy + y, c);
      }
    }
    return this;
  }

  /** Draws another canvas beneath what is here. */
  under(source: Canvas, dx = 0, dy = 0): this {
    for (let y = 0; y < source.height; y++) {
      for (let x = 0; x < source.width; x++) {
        const c = source.get(x, y);
        if (c >>> 24 === 0) continue;
        this.set(dx + x, dy + y, over(this.get(dx + x, dy + y), c));
      }
    }
    return this;
  }

  crop(x: number, y: number, w: number, h: number): Canvas {
    const out = new Canvas(w, h);
    for (let j = 0; j < h; j++) for (let i = 0; i < w; i++) out.set(i, j, this.get(x + i, y + j));
    return out;
  }

  clone(): Canvas {
    return this.crop(0, 0, this.width, this.height);
  }

  flipped(): Canvas {
    return new Canvas(this.width, this.height).blit(this, 0, 0, true);
  }

  /** A quarter turn clockwise. */
  turned(): Canvas {
    const out = new Canvas(this.height, this.width);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) out.set(this.height - 1 - y, x, this.get(x, y));
    }
    return out;
  }

  /** Changes each filled pixel. */
  map(change: (colour: Colour, x: number, y: number) => Colour): this {
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const c = this.get(x, y);
        if (c >>> 24 !== 0) this.set(x, y, change(c, x, y));
      }
    }
    return this;
  }

  /**
   * Surrounds what is drawn with a line of one pixel, outside of it. The colour may depend on the
   * pixel that the line runs along.
   */
  outline(colour: Colour | ((along: Colour) => Colour)): this {
    const before = this.clone();
    const sides = [
      [0, 1],
      [-1, 0],
      [1, 0],
      [0, -1],
    ] as const;
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        if (before.filled(x, y)) continue;
        for (const [dx, dy] of sides) {
          const along = before.get(x + dx, y + dy);
          if (along >>> 24 < 255) continue;
          this.set(x, y, typeof colour === "number" ? colour : colour(along));
          break;
        }
      }
    }
    return this;
  }

  get empty(): boolean {
    return this.data.every((c) => c >>> 24 === 0);
  }
}
