import type { EntityDefinition, EntityId } from "@realmwright/protocol";
import { RealmError } from "@realmwright/protocol";
import type { CompiledEntity, CompiledRoom } from "@realmwright/protocol/internal";
import type { Entity, EntityBase, Spawn } from "../game/room.ts";
import { PointGrid } from "../interest/point-grid.ts";
import { audienceNumber, checkTeam } from "./audience.ts";
import { longer, grown } from "./columns.ts";
import { handleMaker, type HandleMaker } from "./entity-handle.ts";
import { entityId, generationOf, nextGeneration, slotOf } from "./entity-id.ts";

/** Fields of a spawn that are not fields of the entity. */
const spawnKeys: ReadonlySet<string> = new Set(["owner", "team", "audience", "seat"]);

/** Edge of a cell of the authority's own grid, in world units. */
const gridCell = 4;

/**
 * The fast state of a room: entities in numbered slots, their fixed fields in typed columns at full precision, the others
 * as frozen values. A column is shared by the fields of the same index of all types, so that a slot needs no second lookup.
 */
export class World {
  /** `values[f][slot]`, f = index among the fixed fields of the slot's type. */
  readonly values: Float64Array[] = [];
  /** `blobs[b][slot]`, b = index among the type's other fields. */
  readonly blobs: unknown[][] = [];
  /** Rises with each write of a blob: `blobVersions[b][slot]`. */
  readonly blobVersions: Int32Array[] = [];
  /** Index of the type + 1; 0 = a free slot. */
  typeOf: Uint8Array = new Uint8Array(64);
  generationOf: Uint16Array = new Uint16Array(64).fill(1);
  /** Seat of the owner, -1 for none. */
  ownerOf: Int32Array = new Int32Array(64).fill(-1);
  teamOf: Uint16Array = new Uint16Array(64);
  /** The seat that the audience "seat" means, -1 for none. */
  seatOf: Int32Array = new Int32Array(64).fill(-1);
  audienceOf: Uint8Array = new Uint8Array(64);

  readonly #room: CompiledRoom;
  readonly #max: number;
  readonly #makers: HandleMaker[] = [];
  readonly #types = new Map<string, CompiledEntity>();
  /** By type; what was despawned in this tick stays in place until `endTick`. */
  readonly #lists: Entity[][] = [];
  /** By type: the list without the dead, made when somebody asks in a tick in which some have died. */
  readonly #living: (Entity[] | undefined)[] = [];
  /** By type: how many were despawned in this tick. */
  #deaths: Int32Array = new Int32Array(0);
  readonly #handles: (Entity | undefined)[] = [];
  #listIndex: Int32Array = new Int32Array(64);
  #dying: Uint8Array = new Uint8Array(64);
  #capacity = 64;
  #high = 0;
  #count = 0;
  readonly #free: number[] = [];
  readonly #despawned: number[] = [];

  readonly #grid = new PointGrid(gridCell);
  #gridBuilt = false;
  #gridX: Float64Array = new Float64Array(64);
  #gridY: Float64Array = new Float64Array(64);
  #gridSlots: Int32Array = new Int32Array(64);
  #found: Int32Array = new Int32Array(64);

  /** @param maxEntities entities at once, 1 to 65,535. */
  constructor(room: CompiledRoom, maxEntities: number) {
    this.#room = room;
    this.#max = maxEntities;
    this.#capacity = Math.min(64, maxEntities);
    let fixedMax = 0;
    let blobMax = 0;
    for (const type of room.entities) {
      fixedMax = Math.max(fixedMax, type.fixed.length);
      blobMax = Math.max(blobMax, type.blobs.length);
      this.#types.set(type.name, type);
      this.#lists.push([]);
    }
    for (let f = 0; f < fixedMax; f++) this.values.push(new Float64Array(64));
    for (let b = 0; b < blobMax; b++) {
      this.blobs.push([]);
      this.blobVersions.push(new Int32Array(64));
    }
    this.#deaths = new Int32Array(room.entities.length);
    for (const type of room.entities) {
      this.#makers.push(handleMaker(this, type, type.definition));
    }
  }

  /** Living entities, those despawned in this tick apart. */
  get count(): number {
    return this.#count;
  }

  /** One above the highest slot that was ever in use. */
  get high(): number {
    return this.#high;
  }

  /** Slots that the columns hold; rises as the world grows. */
  get capacity(): number {
    return this.#capacity;
  }

  get room(): CompiledRoom {
    return this.#room;
  }

  /**
   * Adds an entity. Throws `LIMIT_REACHED` at the room's limit and `GAME_INVALID` for what does not fit; nothing was added
   * then.
   */
  spawn<E extends EntityDefinition>(definition: E, init: Spawn<E>): Entity<E> {
    const type = this.#typeNamed(definition.name);
    const audience = audienceNumber(init.audience ?? "near");
    const team = checkTeam(init.team ?? 0);
    const slot = this.#takeSlot();
    this.typeOf[slot] = type.index + 1;
    this.ownerOf[slot] = init.owner?.seat ?? -1;
    this.teamOf[slot] = team;
    this.seatOf[slot] = init.seat?.seat ?? -1;
    this.audienceOf[slot] = audience;
    for (const [f, field] of type.fixed.entries()) this.values[f]![slot] = field.defaultNumber;
    for (const [b, field] of type.blobs.entries()) this.setBlob(b, slot, field.defaultBlob);
    const handle = this.#enlist(type, slot) as Entity<E>;
    try {
      assign(handle, type, init);
    } catch (error) {
      this.despawn(handle);
      throw error;
    }
    return handle;
  }

  /** Kills an entity. Its slot is free after `endTick`. Doing it twice is harmless. */
  despawn(entity: EntityBase): void {
    const slot = slotOf(entity.id);
    if (!this.isAlive(entity.id)) return;
    const type = this.typeOf[slot]! - 1;
    this.#dying[slot] = 1;
    this.#count--;
    this.#deaths[type]!++;
    this.#living[type] = undefined;
    this.#despawned.push(slot);
  }

  isAlive(id: EntityId): boolean {
    const slot = slotOf(id);
    return (
      id > 0 &&
      slot < this.#high &&
      this.typeOf[slot] !== 0 &&
      this.generationOf[slot] === generationOf(id) &&
      this.#dying[slot] === 0
    );
  }

  /** The living entity of that id and type. */
  get<E extends EntityDefinition>(definition: E, id: EntityId): Entity<E> | undefined {
    const entity = this.entity(id);
    return entity?.type.name === definition.name ? entity : undefined;
  }

  /** The living entity of that id. */
  entity(id: EntityId): Entity | undefined {
    return this.isAlive(id) ? this.#handles[slotOf(id)] : undefined;
  }

  /** The living entities of a type: spawning appends. A list stays as it is while what is in it is despawned. */
  all<E extends EntityDefinition>(definition: E): readonly Entity<E>[] {
    const { index } = this.#typeNamed(definition.name);
    const list = this.#lists[index]!;
    const living: unknown =
      this.#deaths[index] === 0
        ? list
        : (this.#living[index] ??= list.filter(({ alive }) => alive));
    return living as Entity<E>[];
  }

  /** Fills `out` with the living entities of a type within `radius`; returns their number. Exact for where they are now. */
  near<E extends EntityDefinition>(
    definition: E,
    x: number,
    y: number,
    radius: number,
    out: Entity<E>[],
  ): number {
    const type = this.#typeNamed(definition.name);
    if (type.xField < 0) return 0;
    if (!this.#gridBuilt) this.#buildGrid();
    // A point may have moved by up to a cell since the grid was built; farther moves rebuild it.
    const candidates = this.#grid.query(x, y, radius + gridCell, this.#found);
    const xs = this.values[type.xField]!;
    const ys = this.values[type.yField]!;
    let n = 0;
    for (let i = 0; i < candidates; i++) {
      const slot = this.#found[i]!;
      if (this.typeOf[slot] !== type.index + 1 || this.#dying[slot] === 1) continue;
      const dx = xs[slot]! - x;
      const dy = ys[slot]! - y;
      if (dx * dx + dy * dy <= radius * radius) out[n++] = this.#handles[slot] as Entity<E>;
    }
    return n;
  }

  /** Tells the grid that a slot's position was written. */
  moved(slot: number): void {
    if (!this.#gridBuilt) return;
    const type = this.#room.entities[this.typeOf[slot]! - 1]!;
    const dx = this.values[type.xField]![slot]! - this.#gridX[slot]!;
    const dy = this.values[type.yField]![slot]! - this.#gridY[slot]!;
    if (dx > gridCell || dx < -gridCell || dy > gridCell || dy < -gridCell) this.#gridBuilt = false;
  }

  /** Stores a value that is not a number. It is frozen: what is changed in place would never be sent. */
  setBlob(index: number, slot: number, value: unknown): void {
    this.blobs[index]![slot] = frozen(value);
    this.blobVersions[index]![slot]!++;
  }

  /** Frees the slots of what was despawned. */
  endTick(): void {
    for (const slot of this.#despawned) {
      const list = this.#lists[this.typeOf[slot]! - 1]!;
      const at = this.#listIndex[slot]!;
      const last = list.pop()!;
      if (slotOf(last.id) !== slot) {
        list[at] = last;
        this.#listIndex[slotOf(last.id)] = at;
      }
      this.typeOf[slot] = 0;
      this.#dying[slot] = 0;
      this.#handles[slot] = undefined;
      for (const column of this.blobs) column[slot] = undefined;
      this.generationOf[slot] = nextGeneration(this.generationOf[slot]!);
      this.#free.push(slot);
    }
    this.#despawned.length = 0;
    this.#deaths.fill(0);
    this.#living.fill(undefined);
    this.#gridBuilt = false;
  }

  /** Entities of the type with that index, in the order of `all`. Between ticks. */
  list(type: number): readonly Entity[] {
    return this.#lists[type]!;
  }

  /** Free slots below `high`, each with the generation of its next tenant; the last one is taken first. */
  freeSlots(): [slot: number, generation: number][] {
    return this.#free.map((slot) => [slot, this.generationOf[slot]!]);
  }

  /** Puts an entity into a given slot, as a checkpoint recorded it. `restoreFree` must follow after the last one. */
  restoreEntity(type: CompiledEntity, slot: number, generation: number): Entity {
    this.#reach(slot);
    this.typeOf[slot] = type.index + 1;
    this.generationOf[slot] = generation;
    return this.#enlist(type, slot);
  }

  /** Restores what `freeSlots` said, so that new entities get the same ids. Other slots without an entity are free too. */
  restoreFree(slots: readonly (readonly [slot: number, generation: number])[]): void {
    const listed = new Set<number>();
    for (const [slot, generation] of slots) {
      this.#reach(slot);
      if (this.typeOf[slot] !== 0 || listed.has(slot)) continue;
      listed.add(slot);
      this.generationOf[slot] = generation;
    }
    this.#free.length = 0;
    for (let slot = 0; slot < this.#high; slot++) {
      if (this.typeOf[slot] === 0 && !listed.has(slot)) this.#free.push(slot);
    }
    this.#free.push(...listed);
  }

  /** Makes the columns hold a slot. */
  #reach(slot: number): void {
    while (slot >= this.#capacity) this.#grow();
    this.#high = Math.max(this.#high, slot + 1);
  }

  #enlist(type: CompiledEntity, slot: number): Entity {
    const handle = this.#makers[type.index]!(entityId(slot, this.generationOf[slot]!));
    const list = this.#lists[type.index]!;
    this.#listIndex[slot] = list.length;
    list.push(handle);
    this.#living[type.index] = undefined;
    this.#handles[slot] = handle;
    this.#count++;
    this.#gridBuilt = false;
    return handle;
  }

  #typeNamed(name: string): CompiledEntity {
    const type = this.#types.get(name);
    if (type === undefined) {
      throw new RealmError("GAME_INVALID", { detail: `the room has no entity "${name}"` });
    }
    return type;
  }

  #takeSlot(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#high >= this.#max) {
      throw new RealmError("LIMIT_REACHED", { detail: `the room has ${this.#max} entities` });
    }
    if (this.#high >= this.#capacity) this.#grow();
    return this.#high++;
  }

  #grow(): void {
    const size = grown(this.#capacity, this.#max);
    this.#capacity = size;
    for (let f = 0; f < this.values.length; f++) this.values[f] = longer(this.values[f]!, size);
    for (let b = 0; b < this.blobVersions.length; b++) {
      this.blobVersions[b] = longer(this.blobVersions[b]!, size);
    }
    this.typeOf = longer(this.typeOf, size);
    this.generationOf = longer(this.generationOf, size, 1);
    this.ownerOf = longer(this.ownerOf, size, -1);
    this.teamOf = longer(this.teamOf, size);
    this.seatOf = longer(this.seatOf, size, -1);
    this.audienceOf = longer(this.audienceOf, size);
    this.#listIndex = longer(this.#listIndex, size);
    this.#dying = longer(this.#dying, size);
    this.#gridX = longer(this.#gridX, size);
    this.#gridY = longer(this.#gridY, size);
    this.#gridSlots = new Int32Array(size);
    this.#found = new Int32Array(size);
  }

  #buildGrid(): void {
    let n = 0;
    for (let slot = 0; slot < this.#high; slot++) {
      const index = this.typeOf[slot]! - 1;
      if (index < 0) continue;
      const type = this.#room.entities[index]!;
      if (type.xField < 0) continue;
      this.#gridX[slot] = this.values[type.xField]![slot]!;
      this.#gridY[slot] = this.values[type.yField]![slot]!;
      this.#gridSlots[n++] = slot;
    }
    this.#grid.build(this.#gridSlots, n, this.#gridX, this.#gridY);
    this.#gridBuilt = true;
  }
}

/** Gives a fresh entity the fields that game code names. */
function assign(entity: EntityBase, type: CompiledEntity, init: object): void {
  for (const [key, value] of Object.entries(init)) {
    if (value === undefined || spawnKeys.has(key)) continue;
    if (!type.fields.some(({ name }) => name === key)) {
      throw new RealmError("GAME_INVALID", {
        detail: `entity "${type.name}" has no field "${key}"`,
      });
    }
    (entity as unknown as Record<string, unknown>)[key] = value;
  }
}

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
