import { Canvas } from "./canvas.ts";

/** Enlarges by whole pixels, as the client does. */
export function enlarged(source: Canvas, scale: number): Canvas {
  const out = new Canvas(source.width * scale, source.height * scale);
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++)
      out.set(x, y, source.get(Math.floor(x / scale), Math.floor(y / scale)));
  }
  return out;
}

/** Pictures in rows, each row from left to right, on a plain ground. */
export function contactSheet(
  pictures: readonly Canvas[],
  widthMax: number,
  ground: number,
  gap = 2,
): Canvas {
  const places: { picture: Canvas; x: number; y: number }[] = [];
  let x = gap;
  let y = gap;
  let rowHeight = 0;
  for (const picture of pictures) {
    if (x + picture.width + gap > widthMax) {
      x = gap;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    places.push({ picture, x, y });
    x += picture.width + gap;
    rowHeight = Math.max(rowHeight, picture.height);
  }
  const out = new Canvas(widthMax, y + rowHeight + gap).rect(
    0,
    0,
    widthMax,
    y + rowHeight + gap,
    ground,
  );
  for (const p of places) out.blit(p.picture, p.x, p.y);
  return out;
}
