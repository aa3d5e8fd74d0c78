import type { FieldSpec } from "@realmwright/protocol";
import type { CompiledEntity } from "@realmwright/protocol/internal";

/** How a field is shown between two samples: its old value until the new one is due, in a line, or the shortest way round. */
const stepwise = 0;
export const linear = 1;
export const circular = 2;

/** What interpolation needs to know of an entity type. */
export interface TrackPlan {
  /** By fixed field: `stepwise`, `linear` or `circular`. */
  readonly modes: Uint8Array;
  /** Indices of the position fields among the fixed ones. */
  readonly positions: readonly number[];
  readonly blobs: number;
  /** Samples that a track keeps; a power of two. */
  readonly capacity: number;
  /** Ticks between two sends. */
  readonly sendTicks: number;
  /** A position that moves farther than this within one send interval has jumped, in world units. */
  readonly teleportDistance: number;
  /** Ticks for which a moving entity is shown moving on when nothing arrives; 0 shows it standing. */
  readonly extrapolateTicks: number;
  /** Ticks in which half of a visible error goes away. */
  readonly errorHalfLifeTicks: number;
}

export interface TrackOptions {
  readonly tickRate: number;
  readonly sendRate: number;
  /** World units per send interval. Default: a 32nd of the narrowest position field's range. */
  readonly teleportDistance?: number;
  /**
   * Whether silence means that snapshots are late. Where an idle room sends nothing at all, silence means that
   * everything stands still, and moving on would show what never was.
   */
  readonly extrapolate: boolean;
}

const extrapolateSeconds = 0.25;
const errorHalfLifeSeconds = 0.1;
/** Longest time that a track looks back: the longest delay of playback and of a slow tier, together. */
const historySeconds = 1.5;

export function trackPlan(type: CompiledEntity, options: TrackOptions): TrackPlan {
  const modes = new Uint8Array(type.fixed.length);
  const positions: number[] = [];
  let narrowest = Infinity;
  for (const [index, field] of type.fixed.entries()) {
    modes[index] = modeOf(field.spec);
    if (field.spec.kind === "position") {
      positions.push(index);
      narrowest = Math.min(narrowest, field.spec.max - field.spec.min);
    }
  }
  return {
    modes,
    positions,
    blobs: type.blobs.length,
    capacity: powerOfTwo(Math.ceil(historySeconds * options.sendRate)),
    sendTicks: options.tickRate / options.sendRate,
    teleportDistance: options.teleportDistance ?? narrowest / 32,
    extrapolateTicks: options.extrapolate ? extrapolateSeconds * options.tickRate : 0,
    errorHalfLifeTicks: errorHalfLifeSeconds * options.tickRate,
  };
}

function modeOf(spec: FieldSpec): number {
  const inner = spec.kind === "optional" ? spec.of : spec;
  switch (inner.kind) {
    case "position":
    case "unit":
    case "float":
      return linear;
    case "angle":
      return circular;
    default:
      return stepwise;
  }
}

function powerOfTwo(least: number): number {
  let power = 8;
  while (power < least) power *= 2;
  return power;
}
