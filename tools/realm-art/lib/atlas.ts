import { Canvas } from "./canvas.ts";

export interface Frame {
  x: number;
  y: number;
  w: number;
  h: number;
  /** The point that stands at the thing's place in the world, in pixels from the frame's corner. */
  pivot: { x: number; y: number };
  /** Borders that are not stretched when the frame is cut in nine. */
  slice?: { left: number; top: number; right: number; bottom: number };
}

export interface Animation {
  frames: readonly string[];
  fps: number;
  loop: boolean;
}

/** What an atlas file says. All its images share the frames. */
export interface Atlas {
  images: Record<string, string>;
  frames: Record<string, Frame>;
  animations: Record<string, Animation>;
  /** By image: the colours of what may be dyed, dark to light, as they are in the picture. */
  dyes?: Record<string, Record<string, readonly string[]>>;
}

export interface Sprite {
  name: string;
  picture: Canvas;
  pivot: { x: number; y: number };
  slice?: Frame["slice"];
}

/** Lays sprites out in rows, the tallest first, in a picture of the given width. */
export function pack(
  sprites: readonly Sprite[],
  width: number,
): { picture: Canvas; frames: Record<string, Frame> } {
  const frames: Record<string, Frame> = {};
  const order = sprites.toSorted((a, b) => b.picture.height - a.picture.height);
  let x = 0;
  let y = 0;
  let tall = 0;
  const places = order.map((s) => {
    if (x + s.picture.width > width) {
      x = 0;
      y += tall + 1;
      tall = 0;
    }
    const place = { s, x, y };
    x += s.picture.width + 1;
    tall = Math.max(tall, s.picture.height);
    return place;
  });
  const picture = new Canvas(width, y + tall);
  for (const { s, x: px, y: py } of places) picture.blit(s.picture, px, py);
  for (const s of sprites) {
    const place = places.find((p) => p.s === s);
    if (place === undefined) continue;
    frames[s.name] = {
      x: place.x,
      y: place.y,
      w: s.picture.width,
      h: s.picture.height,
      pivot: s.pivot,
      ...(s.slice === undefined ? {} : { slice: s.slice }),
    };
  }
  return { picture, frames };
}

/** JSON with one line for each frame and animation. */
export function atlasText(atlas: Atlas): string {
  const block = (entries: Record<string, unknown>) =>
    `{\n${Object.entries(entries)
      .map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(v)}`)
      .join(",\n")}\n  }`;
  const parts = Object.entries(atlas).map(
    ([k, v]: [string, Record<string, unknown>]) => `  "${k}": ${block(v)}`,
  );
  return `{\n${parts.join(",\n")}\n}\n`;
}
