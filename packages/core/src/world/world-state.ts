import { type FieldSpec, RealmError } from "@realmwright/protocol";
import type { CompiledEntity } from "@realmwright/protocol/internal";
import { Problems } from "@realmwright/protocol/internal";
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

/** A world as plain data, by the names of its types. */
export type WorldState = Readonly<Record<string, readonly EntityState[]>>;

/** Everything that lives, unreplicated fields too. Call it between ticks. */
export function saveWorld(world: World): WorldState {
  const state: Record<string, EntityState[]> = {};
  for (const type of world.room.entities) state[type.name] = [];
  for (let slot = 0; slot < world.high; slot++) {
    const type = world.room.entities[world.typeOf[slot]! - 1];
    if (type === undefined) continue;
    state[type.name]!.push(saveEntity(world, type, slot));
  }
  return state;
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
 * fit, get their default. Ids stay. Throws `LIMIT_REACHED` when the world is too small.
 */
export function restoreWorld(world: World, state: WorldState, maxEntities: number): void {
  let count = 0;
  for (const type of world.room.entities) {
    for (const entity of state[type.name] ?? []) {
      if (entity.slot >= maxEntities || ++count > maxEntities) {
        throw new RealmError("LIMIT_REACHED", { detail: `${maxEntities} entities` });
      }
      restoreEntity(world, type, entity);
    }
  }
}

function restoreEntity(world: World, type: CompiledEntity, state: EntityState): void {
  const { slot } = state;
  world.restoreEntity(type, slot, state.generation);
  world.ownerOf[slot] = state.owner;
  world.teamOf[slot] = state.team;
  world.seatOf[slot] = state.seat;
  world.audienceOf[slot] = state.audience;
  for (const [f, field] of type.fixed.entries()) {
    const value = state.fields[field.name];
    const isSame = value !== undefined && fits(field.spec, value);
    world.values[f]![slot] = isSame ? field.fromGame(value) : field.defaultNumber;
  }
  for (const [b, field] of type.blobs.entries()) {
    const value = state.fields[field.name];
    const problems = new Problems();
    const checked = field.blob!.check(value, "", problems);
    world.setBlob(b, slot, problems.list.length === 0 ? checked : field.defaultBlob);
  }
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
