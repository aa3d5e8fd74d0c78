import type { EntityDefinition, EntityId } from "@realmwright/protocol";
import { RealmError } from "@realmwright/protocol";
import { type CompiledEntity, type CompiledField, Problems } from "@realmwright/protocol/internal";
import type { Entity, EntityBase } from "../game/room.ts";
import { checkTeam } from "./audience.ts";
import { generationOf, slotOf } from "./entity-id.ts";
import type { World } from "./world.ts";

/** Makes the handle of a fresh entity. */
export type HandleMaker = (id: EntityId) => Entity;

/**
 * Builds the class of an entity type's handles: one accessor pair per field that reads and writes the world's columns.
 * A handle that has outlived its entity throws instead of touching the slot's next tenant.
 */
export function handleMaker(
  world: World,
  type: CompiledEntity,
  definition: EntityDefinition,
): HandleMaker {
  class Handle implements EntityBase {
    readonly id: EntityId;

    constructor(id: EntityId) {
      this.id = id;
    }

    get type(): EntityDefinition {
      return definition;
    }

    get alive(): boolean {
      return world.isAlive(this.id);
    }

    get owner(): number {
      return world.ownerOf[slot(world, this.id)]!;
    }

    get team(): number {
      return world.teamOf[slot(world, this.id)]!;
    }

    set team(team: number) {
      world.teamOf[slot(world, this.id)] = checkTeam(team);
    }
  }
  for (const [index, field] of type.fixed.entries()) {
    Object.defineProperty(Handle.prototype, field.name, fixedAccessors(world, type, field, index));
  }
  for (const [index, field] of type.blobs.entries()) {
    Object.defineProperty(Handle.prototype, field.name, blobAccessors(world, type, field, index));
  }
  return (id) => new Handle(id) as unknown as Entity;
}

function slot(world: World, id: EntityId): number {
  const at = slotOf(id);
  if (world.generationOf[at] !== generationOf(id)) {
    throw new RealmError("ENTITY_GONE", {
      detail: `entity ${id} was despawned in an earlier tick`,
    });
  }
  return at;
}

function fixedAccessors(
  world: World,
  type: CompiledEntity,
  field: CompiledField,
  index: number,
): PropertyDescriptor {
  const { values } = world;
  if (index === type.xField || index === type.yField) {
    return {
      enumerable: true,
      get(this: EntityBase) {
        return values[index]![slot(world, this.id)];
      },
      set(this: EntityBase, value: unknown) {
        const at = slot(world, this.id);
        values[index]![at] = typeof value === "number" ? value : field.fromGame(value);
        world.moved(at);
      },
    };
  }
  if (isPlainNumber(field)) {
    return {
      enumerable: true,
      get(this: EntityBase) {
        return values[index]![slot(world, this.id)];
      },
      set(this: EntityBase, value: unknown) {
        const number = typeof value === "number" ? value : field.fromGame(value);
        values[index]![slot(world, this.id)] = number;
      },
    };
  }
  return {
    enumerable: true,
    get(this: EntityBase) {
      return field.toGame(values[index]![slot(world, this.id)]!);
    },
    set(this: EntityBase, value: unknown) {
      values[index]![slot(world, this.id)] = field.fromGame(value);
    },
  };
}

function blobAccessors(
  world: World,
  type: CompiledEntity,
  { name, blob }: CompiledField,
  index: number,
): PropertyDescriptor {
  return {
    enumerable: true,
    get(this: EntityBase) {
      return world.blobs[index]![slot(world, this.id)];
    },
    set(this: EntityBase, value: unknown) {
      const problems = new Problems();
      blob!.inspect(value, "", problems);
      if (problems.list.length > 0) {
        throw new RealmError("GAME_INVALID", {
          detail: `entity "${type.name}" field "${name}" does not fit`,
          problems: problems.list,
        });
      }
      world.setBlob(index, slot(world, this.id), value);
    },
  };
}

function isPlainNumber(field: CompiledField): boolean {
  const { kind } = field.spec;
  return kind !== "bool" && kind !== "enum" && kind !== "optional";
}
