import { promisify } from "node:util";
import { gunzip, inflate as inflateZlib, zstdDecompress } from "node:zlib";

const METHODS = {
  zlib: promisify(inflateZlib),
  gzip: promisify(gunzip),
  zstd: promisify(zstdDecompress),
} as const;

/**
 * Decompresses off the main thread, at most `bytesMax` bytes. Rejects with zlib's error when the data is damaged,
 * cut or longer than that.
 */
export function inflate(
  bytes: Uint8Array,
  compression: keyof typeof METHODS,
  bytesMax: number,
): Promise<Uint8Array> {
  return METHODS[compression](bytes, { maxOutputLength: bytesMax });
}
