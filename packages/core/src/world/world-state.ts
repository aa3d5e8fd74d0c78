import { type FieldSpec, RealmError } from "@realmwright/protocol";
import type { CompiledEntity } from "@realmwright/protocol/internal";
import { Problems } from "@realmwright/protocol/internal";
import { slotOf } from "./entity-id.ts";
import type { World } from "./world.ts";

/** One entity of a checkpoint: everything by name, so that a changed schema can take it. */
export interface EntityState {
  readonly slot: number;
  readonly generation: number;
  readonly owner: number;
  readonly team: number;
  readonly seat: number;
  readonly audience: number;
  /** Fixed fields at full precision (an enum by its word) and the others as they are. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A world as plain data. */
export interface WorldState {
  /** By the names of their types, in the order of `all`. */
  readonly entities: Readonly<Record<string, readonly EntityState[]>>;
  /** Free slots and the generations of their next tenants, so that new entities get the ids that they would have got. */
  readonly free: readonly (readonly [slot: number, generation: number])[];
}

/** Everything that lives, unreplicated fields too. Call it between ticks. */
export function saveWorld(world: World): WorldState {
  const entities: Record<string, EntityState[]> = {};
  for (const type of world.room.entities) {
    entities[type.name] = world
      .list(type.index)
      .map((entity) => saveEntity(world, type, slotOf(entity.id)));
  }
  return { entities, free: world.freeSlots() };
}

function saveEntity(world: World, type: CompiledEntity, slot: number): EntityState {
  const fields: Record<string, unknown> = {};
  for (const [f, field] of type.fixed.entries()) {
    fields[field.name] = field.toGame(world.values[f]![slot]!);
  }
  for (const [b, field] of type.blobs.entries()) fields[field.name] = world.blobs[b]![slot];
  return {
    slot,
    generation: world.generationOf[slot]!,
    owner: world.ownerOf[slot]!,
    team: world.teamOf[slot]!,
    seat: world.seatOf[slot]!,
    audience: world.audienceOf[slot]!,
    fields,
  };
}

/**
 * Fills an empty world. Types and fields that the schema no longer has are left out; new fields, and values that no longer
 * fit, get their default. Ids stay. Returns what was left out, in words. Throws `LIMIT_REACHED` when the world is too small
 * and `CHECKPOINT_INVALID` when two entities share a slot.
 */
export function restoreWorld(world: World, state: WorldState, maxEntities: number): string[] {
  let count = 0;
  const lost = new Map<string, number>();
  for (const type of world.room.entities) {
    for (const entity of state.entities[type.name] ?? []) {
      if (entity.slot >= maxEntities || ++count > maxEntities) {
        throw new RealmError("LIMIT_REACHED", { detail: `${maxEntities} entities` });
      }
      for (const field of restoreEntity(world, type, entity)) {
        const what = `"${type.name}" lost field "${field}"`;
        lost.set(what, (lost.get(what) ?? 0) + 1);
      }
    }
  }
  world.restoreFree(state.free.filter(([slot]) => slot < maxEntities));
  return [
    ...goneTypes(world, state),
    ...[...lost].map(([what, times]) => `${times} entities ${what}`),
  ];
}

function goneTypes(world: World, state: WorldState): string[] {
  const known = new Set(world.room.entities.map(({ name }) => name));
  return Object.entries(state.entities).flatMap(([name, list]) => {
    if (known.has(name) || list.length === 0) return [];
    const owned = list.filter(({ owner }) => owner >= 0).length;
    return [`${list.length} entities "${name}", ${owned} of them owned by players`];
  });
}

/** Answers the names of the fields that are gone or no longer fit. */
function restoreEntity(world: World, type: CompiledEntity, state: EntityState): string[] {
  const { slot } = state;
  if ((world.typeOf[slot] ?? 0) !== 0) {
    throw new RealmError("CHECKPOINT_INVALID", { detail: `two entities in slot ${slot}` });
  }
  world.restoreEntity(type, slot, state.generation);
  world.ownerOf[slot] = state.owner;
  world.teamOf[slot] = state.team;
  world.seatOf[slot] = state.seat;
  world.audienceOf[slot] = state.audience;
  const lost = new Set(Object.keys(state.fields));
  for (const [f, field] of type.fixed.entries()) {
    const value = state.fields[field.name];
    const isSame = value !== undefined && fits(field.spec, value);
    world.values[f]![slot] = isSame ? field.fromGame(value) : field.defaultNumber;
    if (isSame) lost.delete(field.name);
  }
  for (const [b, field] of type.blobs.entries()) {
    const value = state.fields[field.name];
    const problems = new Problems();
    field.blob!.inspect(value, "", problems);
    const isSame = value !== undefined && problems.list.length === 0;
    world.setBlob(b, slot, isSame ? value : field.defaultBlob);
    if (isSame) lost.delete(field.name);
  }
  return [...lost];
}

/** Whether a saved value is of the kind that the field has now. */
function fits(spec: FieldSpec, value: unknown): boolean {
  switch (spec.kind) {
    case "enum":
      return spec.values.includes(value as string);
    case "bool":
      return typeof value === "boolean";
    case "optional":
      return value === null || fits(spec.of, value);
    default:
      return typeof value === "number" && Number.isFinite(value);
  }
}
