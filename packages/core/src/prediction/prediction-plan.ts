import type { FieldSpec } from "@realmwright/protocol";
import type { CompiledEntity, CompiledField } from "@realmwright/protocol/internal";

/** The step that client and server share, its types erased. */
export type StepFunction = (
  entity: Record<string, unknown>,
  input: Record<string, unknown>,
  dt: number,
  context: unknown,
) => void;

export interface PredictionOptions {
  /** Ticks per second, as the server steps. */
  readonly tickRate: number;
  /** A visible error larger than this is jumped over, in world units. Default: a 32nd of the narrowest position's range. */
  readonly snapDistance?: number;
}

/** What prediction needs to know of the entity type that the player steers. */
export interface PredictionPlan {
  readonly fixed: readonly CompiledField[];
  readonly blobs: readonly CompiledField[];
  /** Indices of the position fields among the fixed ones. */
  readonly positions: readonly number[];
  /** By fixed field: a smaller difference cannot be seen; half a quantum of lossy fields, else 0. */
  readonly tolerances: Float64Array;
  readonly tickSeconds: number;
  readonly snapDistance: number;
}

export function predictionPlan(type: CompiledEntity, options: PredictionOptions): PredictionPlan {
  const positions: number[] = [];
  let narrowest = Infinity;
  const tolerances = new Float64Array(type.fixed.length);
  for (const [index, { spec }] of type.fixed.entries()) {
    tolerances[index] = toleranceOf(spec);
    if (spec.kind !== "position") continue;
    positions.push(index);
    narrowest = Math.min(narrowest, spec.max - spec.min);
  }
  return {
    fixed: type.fixed,
    blobs: type.blobs,
    positions,
    tolerances,
    tickSeconds: 1 / options.tickRate,
    snapDistance: options.snapDistance ?? narrowest / 32,
  };
}

function toleranceOf(spec: FieldSpec): number {
  switch (spec.kind) {
    case "optional":
      return toleranceOf(spec.of);
    case "position":
      return spec.step / 2;
    case "angle":
      return Math.PI / 2 ** spec.bits;
    case "unit":
      return 0.5 / (2 ** (spec.bits - 1) - 1);
    case "float":
      return 1e-6;
    default:
      return 0;
  }
}
