/**
 * - `MAP_INVALID`: the file is damaged or contradicts itself.
 * - `MAP_TOO_LARGE`: a limit of `TiledLimits` is passed.
 * - `MAP_UNSUPPORTED`: a valid map that uses what this reader does not offer.
 * - `MAP_FILE`: the loader could not deliver a file that the map names; `cause` says why.
 */
export type TiledErrorCode = "MAP_INVALID" | "MAP_TOO_LARGE" | "MAP_UNSUPPORTED" | "MAP_FILE";

/** Why a Tiled file was refused. */
export class TiledError extends Error {
  readonly code: TiledErrorCode;
  /** The part of the map at fault, for example `layer "Ground"` or `layer "Things" object 12`. */
  readonly where: string;

  constructor(code: TiledErrorCode, where: string, problem: string, cause?: unknown) {
    super(`${where}: ${problem}`, cause === undefined ? undefined : { cause });
    this.name = "TiledError";
    this.code = code;
    this.where = where;
  }
}
