import { RealmError } from "@realmwright/protocol";

/**
 * - `invalid`: the file is damaged or contradicts itself.
 * - `too-large`: a limit of `TiledLimits` is passed.
 * - `unsupported`: a valid map that uses what this reader does not offer.
 * - `unloaded`: the loader could not deliver a file that the map names; `cause` says why.
 */
export type TiledErrorReason = "invalid" | "too-large" | "unsupported" | "unloaded";

/** Names in a foreign file may be of any length. */
const PART_MAX = 200;

/** Why a Tiled file was refused; its code is `MAP_INVALID`. */
export class TiledError extends RealmError {
  readonly reason: TiledErrorReason;
  /** The part of the map at fault, for example `layer "Ground"` or `layer "Things" object 12`. */
  readonly where: string;

  constructor(reason: TiledErrorReason, where: string, problem: string, cause?: unknown) {
    const place = where.slice(0, PART_MAX);
    super("MAP_INVALID", { detail: `${place}: ${problem.slice(0, PART_MAX)}`, cause });
    this.name = "TiledError";
    this.reason = reason;
    this.where = place;
  }
}
