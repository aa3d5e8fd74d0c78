import { crc32, deflateSync, inflateSync } from "node:zlib";
import { Canvas } from "./canvas.ts";

function chunk(name: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i);
  out.set(body, 8);
  view.setUint32(out.length - 4, crc32(out.subarray(4, out.length - 4)));
  return out;
}

/** A PNG with the smallest palette that holds the colours, or with 8-bit RGBA above 256 of them. */
export function encodePng(canvas: Canvas): Uint8Array {
  const { width, height, data } = canvas;
  const palette = new Map<number, number>();
  for (const c of data) {
    const colour = c >>> 24 === 0 ? 0 : c;
    if (!palette.has(colour)) palette.set(colour, palette.size);
  }
  const indexed = palette.size <= 256;
  const bits = !indexed
    ? 32
    : palette.size <= 2
      ? 1
      : palette.size <= 4
        ? 2
        : palette.size <= 16
          ? 4
          : 8;
  const stride = Math.ceil((width * bits) / 8) + 1;
  const raw = new Uint8Array(stride * height);
  data.forEach((c, i) => {
    const row = Math.floor(i / width) * stride + 1;
    const x = i % width;
    if (!indexed) {
      for (let b = 0; b < 4; b++) raw[row + x * 4 + b] = (c >>> (b * 8)) & 255;
      return;
    }
    const at = row + ((x * bits) >> 3);
    const shift = 8 - bits - ((x * bits) & 7);
    raw[at] = (raw[at] ?? 0) | ((palette.get(c >>> 24 === 0 ? 0 : c) ?? 0) << shift);
  });
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = indexed ? bits : 8;
  header[9] = indexed ? 3 : 6;
  const chunks = [new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header)];
  if (indexed) {
    const colours = [...palette.keys()];
    chunks.push(
      chunk(
        "PLTE",
        new Uint8Array(colours.flatMap((c) => [c & 255, (c >> 8) & 255, (c >> 16) & 255])),
      ),
    );
    chunks.push(chunk("tRNS", new Uint8Array(colours.map((c) => c >>> 24))));
  }
  chunks.push(
    chunk("IDAT", deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk("IEND", new Uint8Array(0)),
  );
  const out = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
  let at = 0;
  for (const c of chunks) {
    out.set(c, at);
    at += c.length;
  }
  return out;
}

/** Reads back a PNG that `encodePng` wrote: unfiltered rows, with a palette or in RGBA. */
export function decodePng(file: Uint8Array): Canvas {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < file.length; at += view.getUint32(at) + 12) {
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    chunks.set(name, file.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const header = chunks.get("IHDR") ?? new Uint8Array(13);
  const out = new Canvas(view.getUint32(16), view.getUint32(20));
  const raw = inflateSync(chunks.get("IDAT") ?? new Uint8Array(0));
  const bits = header[9] === 3 ? (header[8] ?? 8) : 32;
  const stride = Math.ceil((out.width * bits) / 8) + 1;
  const palette = chunks.get("PLTE") ?? new Uint8Array(0);
  const alpha = chunks.get("tRNS") ?? new Uint8Array(0);
  const word = (bytes: Uint8Array, at: number, a: number) =>
    ((a << 24) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >>>
    0;
  for (let y = 0; y < out.height; y++) {
    if (raw[y * stride] !== 0) throw new Error("a filtered row");
    for (let x = 0; x < out.width; x++) {
      const bit = x * bits;
      const at = y * stride + 1 + (bit >> 3);
      if (bits === 32) out.set(x, y, word(raw, at, raw[at + 3] ?? 0));
      else {
        const index = ((raw[at] ?? 0) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
        out.set(x, y, word(palette, index * 3, alpha[index] ?? 255));
      }
    }
  }
  return out;
}
