import { promisify } from "node:util";
import { gunzip, inflate as inflateZlib, zstdDecompress } from "node:zlib";

type Compression = "zlib" | "gzip" | "zstd";
type Method = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const METHODS: Readonly<Record<Compression, Method>> = {
  zlib: promisify(inflateZlib),
  gzip: promisify(gunzip),
  zstd: promisify(zstdDecompress),
};

/**
 * Decompresses off the main thread, at most `bytesMax` bytes. Rejects with zlib's error when the data is damaged,
 * cut or longer than that.
 */
export function inflate(
  bytes: Uint8Array,
  compression: Compression,
  bytesMax: number,
): Promise<Uint8Array> {
  return METHODS[compression](bytes, { maxOutputLength: bytesMax });
}
