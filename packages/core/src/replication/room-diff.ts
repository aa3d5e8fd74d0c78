import type { CompiledEntity, CompiledRoom } from "@realmwright/protocol/internal";
import { columnQuantiser, type ColumnQuantiser } from "./column-quantiser.ts";
import type { World } from "../world/world.ts";

/** How the columns of the authority's world map to those of the wire (which leaves out what is unreplicated). */
export interface TypeDiff {
  readonly world: CompiledEntity;
  readonly wire: CompiledEntity;
  /** `fixed[w]` = index in the world of the wire's fixed field w. */
  readonly fixed: Int32Array;
  readonly quantisers: readonly ColumnQuantiser[];
  readonly blobs: Int32Array;
  /** World indices of the fixed fields of which the own player gets the precise value. */
  readonly precise: Int32Array;
}

/** Pairs the types of a world with those of its wire description, by name. */
export function typeDiffs(world: World, wire: CompiledRoom): TypeDiff[] {
  return world.room.entities.map((type) => {
    const other = wire.entities.find((candidate) => candidate.name === type.name)!;
    return {
      world: type,
      wire: other,
      fixed: Int32Array.from(other.fixed, (field) => indexOf(type.fixed, field.name)),
      quantisers: other.fixed.map(columnQuantiser),
      blobs: Int32Array.from(other.blobs, (field) => indexOf(type.blobs, field.name)),
      precise: Int32Array.from(preciseFields(other), (field) =>
        indexOf(type.fixed, other.fixed[field]!.name),
      ),
    };
  });
}

/**
 * Indices (among the wire's fixed fields) of what a predicting owner receives at full precision: all lossy fields that
 * change and that it may see.
 */
export function preciseFields(type: CompiledEntity): number[] {
  const fields: number[] = [];
  for (const [index, field] of type.fixed.entries()) {
    if (field.lossy && !field.isStatic && (type.maskByRelation[5]! >>> field.index) & 1) {
      fields.push(index);
    }
  }
  return fields;
}

function indexOf(fields: readonly { readonly name: string }[], name: string): number {
  return fields.findIndex((field) => field.name === name);
}
