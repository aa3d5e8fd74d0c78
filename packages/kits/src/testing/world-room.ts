import { Random, type Refusal } from "@realmwright/core";
import { restoreWorld, saveWorld, World, type WorldState } from "@realmwright/core/internal";
import type { EntityDefinition, EventDefinition } from "@realmwright/protocol";
import { compileRoom } from "@realmwright/protocol/internal";
import type { KitRoom } from "../kit-room.ts";

export interface Emitted {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The part of a room that kits use, over the real world, with ticks that a test counts itself. */
export class WorldRoom {
  readonly world: World;
  readonly room: KitRoom & { tick: number };
  readonly emitted: Emitted[] = [];

  constructor(entities: Record<string, EntityDefinition>, seed = 1, saved?: WorldState) {
    const world = new World(compileRoom({ entities }), 4096);
    if (saved) restoreWorld(world, saved, 4096);
    this.world = world;
    this.room = {
      tick: 0,
      tickRate: 20,
      random: new Random(seed),
      spawn: (type, init) => world.spawn(type, init),
      despawn: (entity) => world.despawn(entity),
      get: (type, id) => world.get(type, id),
      all: (type) => world.all(type),
      near: (type, x, y, radius, out) => world.near(type, x, y, radius, out),
      emit: (event: EventDefinition, data) => this.emitted.push({ name: event.name, data }),
      refuse: (code, text): Refusal => ({ refused: true, code, text }),
    };
  }

  save(): WorldState {
    return structuredClone(saveWorld(this.world));
  }

  /** Ends the tick and begins the next. */
  next(): void {
    this.world.endTick();
    this.room.tick++;
  }

  /** What was emitted under a name since the last look. */
  take(name: string): Readonly<Record<string, unknown>>[] {
    const found = this.emitted.filter((event) => event.name === name).map(({ data }) => data);
    const rest = this.emitted.filter((event) => event.name !== name);
    this.emitted.length = 0;
    this.emitted.push(...rest);
    return found;
  }
}
