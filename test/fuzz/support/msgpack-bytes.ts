import type { Random } from "@realmwright/core";
import { ByteWriter } from "@realmwright/protocol/internal";
import type { Tree } from "./tree.ts";

/** Values that MessagePack has and JSON has not, damaged ones, and heads that promise what does not follow. */
const oddities: readonly (readonly number[])[] = [
  [0xc1],
  // bytes
  [0xc4, 0x02, 0x01, 0x02],
  [0xc5, 0x00, 0x01, 0x00],
  [0xc6, 0xff, 0xff, 0xff, 0xff],
  // extensions: of one to sixteen bytes, of a length, a time stamp
  [0xd4, 0x01, 0x00],
  [0xd5, 0x01, 0x00, 0x00],
  [0xd6, 0xff, 0x00, 0x00, 0x00, 0x00],
  [0xd7, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0xd8, 0x02, ...Array<number>(16).fill(0)],
  [0xc7, 0x01, 0x05, 0x00],
  [0xc8, 0xff, 0xff, 0x05],
  [0xc9, 0xff, 0xff, 0xff, 0xff, 0x05],
  // whole numbers of 64 bits: the largest exact one, one beyond, all bits, the most negative
  [0xcf, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xcf, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01],
  [0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xd3, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  // NaN, an infinity, minus zero
  [0xca, 0x7f, 0xc0, 0x00, 0x00],
  [0xcb, 0xff, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0xcb, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  // text that is not UTF-8 or ends too early
  [0xa2, 0xc0, 0x80],
  [0xa3, 0xed, 0xa0, 0x80],
  [0xd9, 0xff, 0x41],
  [0xdb, 0xff, 0xff, 0xff, 0xff],
  // lists and maps without end, with strange keys, with a key twice
  [0xdc, 0xff, 0xff],
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xde, 0xff, 0xff],
  [0xdf, 0xff, 0xff, 0xff, 0xff],
  [0x81, 0x01, 0x01],
  [0x81, 0xc0, 0x01],
  [0x81, 0x90, 0x01],
  [0x82, 0xa1, 0x61, 0x01, 0xa1, 0x61, 0x02],
  [0x81, 0xa9, ...new TextEncoder().encode("__proto__"), 0x01],
  [0x81, 0xa9, ...new TextEncoder().encode("__proto__"), 0x81, 0xa1, 0x61, 0x01],
  Array<number>(2000).fill(0x91),
];

/** The bytes of a tree. Heads are at times longer than they need to be, which means the same. */
export function msgpackBytes(tree: Tree, random: Random): Uint8Array {
  const out = new ByteWriter();
  write(tree, random, out);
  return out.toBytes();
}

function write(tree: Tree, random: Random, out: ByteWriter): void {
  switch (tree.kind) {
    case "leaf":
      writeLeaf(tree.value, random, out);
      return;
    case "list":
      writeHead(tree.items.length, [0x90, 15], undefined, [0xdc, 0xdd], random, out);
      for (const item of tree.items) write(item, random, out);
      return;
    case "map":
      writeHead(tree.entries.length, [0x80, 15], undefined, [0xde, 0xdf], random, out);
      for (const { key, value } of tree.entries) {
        writeText(key, random, out);
        write(value, random, out);
      }
      return;
    case "odd":
      for (const byte of oddities[tree.odd % oddities.length]!) out.u8(byte);
  }
}

function writeLeaf(value: null | boolean | number | string, random: Random, out: ByteWriter): void {
  if (value === null) out.u8(0xc0);
  else if (typeof value === "boolean") out.u8(value ? 0xc3 : 0xc2);
  else if (typeof value === "string") writeText(value, random, out);
  else writeNumber(value, random, out);
}

function writeText(text: string, random: Random, out: ByteWriter): void {
  const bytes = new TextEncoder().encode(text);
  writeHead(bytes.length, [0xa0, 31], 0xd9, [0xda, 0xdb], random, out);
  out.bytes(bytes);
}

/** A head for a length: inside the first byte, or in the 1, 2 or 4 bytes behind it. */
function writeHead(
  length: number,
  [fix, fixMax]: readonly [number, number],
  one: number | undefined,
  [two, four]: readonly [number, number],
  random: Random,
  out: ByteWriter,
): void {
  const wide = random.chance(0.05) ? random.integer(1, 3) : 0;
  if (length <= fixMax && wide === 0) out.u8(fix | length);
  else if (length < 0x100 && one !== undefined && wide < 2) writeUnsigned(one, length, 1, out);
  else if (length < 0x1_0000 && wide < 3) writeUnsigned(two, length, 2, out);
  else writeUnsigned(four, length, 4, out);
}

function writeNumber(value: number, random: Random, out: ByteWriter): void {
  const isWhole = Number.isSafeInteger(value) && !Object.is(value, -0);
  const view = new DataView(new ArrayBuffer(8));
  if (!isWhole || random.chance(0.05)) {
    view.setFloat64(0, value);
    out.u8(0xcb);
  } else if (value >= 0 && value < 0x80 && !random.chance(0.05)) {
    out.u8(value);
    return;
  } else if (value >= -32 && value < 0) {
    out.u8(value & 0xff);
    return;
  } else if (value >= 0 && value <= 0xffff_ffff && !random.chance(0.1)) {
    const width = value < 0x100 ? 1 : value < 0x1_0000 ? 2 : 4;
    writeUnsigned([0xcc, 0xcd, 0, 0xce][width - 1]!, value, width, out);
    return;
  } else {
    view.setBigInt64(0, BigInt(value));
    out.u8(0xd3);
  }
  for (let i = 0; i < 8; i++) out.u8(view.getUint8(i));
}

function writeUnsigned(first: number, value: number, width: number, out: ByteWriter): void {
  out.u8(first);
  for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) out.u8((value >>> shift) & 0xff);
}
