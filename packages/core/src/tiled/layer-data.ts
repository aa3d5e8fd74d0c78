import { decodeBase64 } from "./base64.ts";
import { TiledError } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { GID_MAX } from "./gids.ts";

const [TAB, LF, CR, SPACE, COMMA, ZERO, NINE] = [9, 10, 13, 32, 44, 48, 57] as const;

export type Compression = "gzip" | "zlib" | "zstd";

/**
 * Decompresses at most `bytesMax` bytes and fails when there would be more, when the data is damaged or cut.
 * `realmwright/server` brings one for Node.
 */
export type Inflate = (
  bytes: Uint8Array,
  compression: Compression,
  bytesMax: number,
) => Promise<Uint8Array> | Uint8Array;

/**
 * The tiles in the `data` of a layer or chunk, with their flags, exactly `count` of them.
 * @param layer carries `encoding` and `compression`, which chunks share.
 */
export async function readTileData(
  owner: Fields,
  layer: Fields,
  count: number,
  inflate: Inflate,
): Promise<Uint32Array> {
  const encoding = layer.text("encoding", "csv");
  const data = owner.raw("data");
  if (encoding === "csv") {
    return typeof data === "string"
      ? readCsv(data, count, owner.where)
      : readNumbers(owner.list("data"), count, owner.where);
  }
  if (encoding !== "base64") {
    throw new TiledError("unsupported", owner.where, `unknown encoding "${encoding}"`);
  }
  const packed = decodeBase64(owner.text("data"));
  if (packed === undefined) {
    throw new TiledError("invalid", owner.where, "the base64 text is damaged or cut");
  }
  const bytes = await unpack(
    packed,
    layer.text("compression", ""),
    count * 4,
    owner.where,
    inflate,
  );
  if (bytes.length !== count * 4) throw wrongCount(owner.where, count, bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tiles = new Uint32Array(count);
  for (let i = 0; i < count; i++) tiles[i] = view.getUint32(i * 4, true);
  return tiles;
}

async function unpack(
  packed: Uint8Array,
  compression: string,
  bytesMax: number,
  where: string,
  inflate: Inflate,
): Promise<Uint8Array> {
  switch (compression) {
    case "":
      return packed;
    case "gzip":
    case "zlib":
    case "zstd":
      try {
        return await inflate(packed, compression, bytesMax);
      } catch (error) {
        const problem = `the ${compression} data is damaged, cut or holds too many tiles`;
        throw new TiledError("invalid", where, problem, error);
      }
    default:
      throw new TiledError("unsupported", where, `unknown compression "${compression}"`);
  }
}

function readNumbers(data: readonly unknown[], count: number, where: string): Uint32Array {
  if (data.length !== count) throw wrongCount(where, count, data.length);
  const tiles = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const value = data[i];
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > GID_MAX) {
      throw new TiledError("invalid", where, `the tile at index ${i} is no tile number`);
    }
    tiles[i] = value as number;
  }
  return tiles;
}

/** Numbers between commas, white space around them; a comma at the end is forgiven. */
function readCsv(text: string, count: number, where: string): Uint32Array {
  const tiles = new Uint32Array(count);
  let found = 0;
  let value = -1;
  let ended = false;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : COMMA;
    if (code >= ZERO && code <= NINE && !ended) {
      value = (value < 0 ? 0 : value * 10) + (code - ZERO);
      if (value <= GID_MAX) continue;
    } else if (code === COMMA && value >= 0) {
      if (found === count) throw wrongCount(where, count, found + 1);
      tiles[found++] = value;
      value = -1;
      ended = false;
      continue;
    } else if (code === SPACE || code === TAB || code === LF || code === CR) {
      ended = value >= 0;
      continue;
    } else if (i === text.length) {
      continue;
    }
    throw new TiledError("invalid", where, `the tile at index ${found} is no tile number`);
  }
  if (found !== count) throw wrongCount(where, count, found);
  return tiles;
}

function wrongCount(where: string, expected: number, found: number): TiledError {
  return new TiledError("invalid", where, `${expected} tiles were expected, not ${found}`);
}
