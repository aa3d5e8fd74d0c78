import type { Entity, EntityBase } from "@realmwright/core";
import type { EntityId } from "@realmwright/protocol";
import type { KitRoom } from "../kit-room.ts";
import { acts, BodyPool, looksAbout, thinks, type Body } from "./body.ts";
import { Crowd } from "./crowd.ts";
import type { Npc, NpcDefinition } from "./fields.ts";
import { Foes } from "./foes.ts";
import { compileKinds, type CompiledKind } from "./kinds.ts";
import { Mind } from "./mind.ts";
import type { NpcOptions } from "./options.ts";
import { Paths } from "./paths.ts";
import { Presence } from "./presence.ts";
import { Respawns } from "./respawns.ts";
import { Walk } from "./walk.ts";

/** Where the enemies are is looked up every so many ticks. */
const presenceTicks = 4;

/** A sleeper is looked at every so many ticks. */
const sleeperTicks = 16;

/** Counted since the start, for benchmarks and the curious. */
export interface NpcStats {
  /** Living creatures, and how many of them are awake. */
  readonly count: number;
  readonly awake: number;
  readonly thoughts: number;
  readonly pathsAsked: number;
  readonly pathsFound: number;
  /** Cells that the searches have looked at. */
  readonly cellsSearched: number;
  /** Bodies newly made, and taken from the pool. */
  readonly bodiesMade: number;
  readonly bodiesReused: number;
}

/**
 * The creatures of one room: they stroll, chase, strike, give up, go home and come back after death. Make it in the
 * room's `setup`, call `populate` in its `create` and `tick` once in its `tick`. Homes and areas survive a checkpoint;
 * whom a creature was after does not, and those that were dead come back after their usual time.
 */
export class Npcs<E extends NpcDefinition = NpcDefinition, K extends string = string> {
  readonly #room: KitRoom;
  readonly #options: NpcOptions<NpcDefinition, string>;
  readonly #kinds: readonly CompiledKind[];
  readonly #pool: BodyPool;
  readonly #paths: Paths;
  readonly #mind: Mind;
  readonly #walk: Walk;
  readonly #crowd: Crowd;
  readonly #presence: Presence;
  readonly #foes: Foes;
  readonly #respawns: Respawns;
  readonly #culling: boolean;
  readonly #levelOfDetail: boolean;
  readonly #sleepRadius: number;
  readonly #detailRadii: readonly [number, number, number];
  readonly #byNumber: (Body | undefined)[] = [];
  readonly #awake: Body[] = [];
  readonly #asleep: Body[] = [];
  readonly #init: Record<string, number> = {};
  #thoughts = 0;
  #measured = false;

  constructor(room: KitRoom, options: NpcOptions<E, K>) {
    const given = options as unknown as NpcOptions<NpcDefinition, string>;
    this.#room = room;
    this.#options = given;
    this.#kinds = compileKinds(given.kinds, room.tickRate);
    this.#culling = given.culling ?? true;
    this.#levelOfDetail = given.levelOfDetail ?? true;
    this.#sleepRadius = given.sleepRadius ?? 40;
    this.#detailRadii = given.detailRadii ?? [14, 22, 32];
    this.#pool = new BodyPool(given.pooling ?? true);
    const { grid, pathCache = true, pathBudget = 3000 } = given;
    this.#paths = new Paths(grid, pathCache, pathBudget, (body) => this.#mind.giveUp(body));
    this.#foes = new Foes(grid.width, grid.height);
    this.#mind = new Mind(room, given, this.#paths, this.#foes, (entity) => this.#bodyOf(entity));
    this.#walk = new Walk(grid, this.#paths, given.speedFactor);
    this.#crowd = new Crowd(grid.width, grid.height, this.#byNumber);
    this.#presence = new Presence(grid.width, grid.height);
    this.#respawns = new Respawns(room, given, this.#kinds, (area, kind, x, y) => {
      this.#spawn(kind, x, y, area);
    });
    for (const entity of room.all(given.type)) this.#adopt(entity);
    this.#respawns.missing(this.#awake);
  }

  get stats(): NpcStats {
    return {
      count: this.#awake.length + this.#asleep.length,
      awake: this.#awake.length,
      thoughts: this.#thoughts,
      pathsAsked: this.#paths.asked,
      pathsFound: this.#paths.found,
      cellsSearched: this.#paths.searched,
      bodiesMade: this.#pool.made,
      bodiesReused: this.#pool.reused,
    };
  }

  /** Fills all areas at once, instead of after their creatures' usual time. */
  populate(): void {
    this.#respawns.all();
  }

  /** Adds a creature that belongs to no area; its home is where it is put. Throws `ENTITIES_FULL`. */
  spawn(kind: K, x: number, y: number): Entity<E> {
    const known = this.#kinds.find(({ name }) => name === kind);
    if (known === undefined) throw new RangeError(`there is no kind "${kind}"`);
    return this.#spawn(known, x, y, -1);
  }

  /** Takes a dead creature away; another comes to its area after the kind's `respawnMs`. */
  kill(entity: EntityBase): void {
    const body = this.#bodyOf(entity);
    this.#room.despawn(entity);
    if (body !== undefined) this.#release(body);
  }

  /** Makes a creature hate an entity, for damage done or heard of. One on its way home does not care. */
  provoke(entity: EntityBase, by: EntityId, amount: number): void {
    const body = this.#bodyOf(entity);
    if (body === undefined) return;
    this.#wake(body);
    this.#mind.provoke(body, by, amount);
  }

  /** Whom a creature goes for, 0 for nobody. */
  targetOf(entity: EntityBase): EntityId {
    return this.#bodyOf(entity)?.target ?? 0;
  }

  /** Name of a creature's kind. */
  kindOf(entity: Npc): K {
    return this.#kinds[entity.npcKind]!.name as K;
  }

  /** One tick: some wake or fall asleep, some think, all who are awake move. */
  tick(): void {
    const { tick } = this.#room;
    this.#paths.run();
    this.#respawns.tick();
    if (tick % presenceTicks === 0 || !this.#measured) this.#measure();
    if (this.#culling) this.#lookAtSleepers(tick);
    this.#crowd.gather(this.#awake);
    // From the back: who goes gives its place to the last one, which then has had its turn.
    for (let i = this.#awake.length - 1; i >= 0; i--) {
      const body = this.#awake[i];
      if (body !== undefined) this.#live(body, tick);
    }
  }

  #live(body: Body, tick: number): void {
    if (!acts(body, tick)) return;
    const looks = looksAbout(body, tick);
    const entity = body.entity!;
    if (!entity.alive) {
      this.#release(body);
      return;
    }
    body.look();
    if (looks && !this.#attend(body)) return;
    if (thinks(body, tick)) {
      this.#thoughts++;
      this.#mind.think(body);
      // Its own thought may have been its end: a game may kill it in a hook.
      if (body.entity !== entity || !entity.alive) return;
    }
    if (looks && (body.mood !== "idle" || body.stride > 0)) this.#crowd.spread(body);
    this.#walk.step(body);
  }

  /** How closely a creature is to be followed; false when it falls asleep. */
  #attend(body: Body): boolean {
    if (!this.#culling && !this.#levelOfDetail) return true;
    const entity = body.entity!;
    const distance = this.#presence.distance(body.x, body.y);
    body.solitude = distance;
    if (this.#culling && distance > this.#sleepRadius) {
      this.#mind.putHome(body);
      if (body.entity !== entity) return false;
      this.#paths.cancel(body);
      body.stand();
      this.#move(body, this.#awake, this.#asleep);
      body.isAwake = false;
      return false;
    }
    if (this.#levelOfDetail) {
      const [near, middle, far] = this.#detailRadii;
      body.period = distance <= near ? 1 : distance <= middle ? 2 : distance <= far ? 4 : 8;
    }
    return true;
  }

  #lookAtSleepers(tick: number): void {
    const last = this.#asleep.length - 1;
    for (
      let i = last - ((last - (tick % sleeperTicks)) % sleeperTicks);
      i >= 0;
      i -= sleeperTicks
    ) {
      const body = this.#asleep[i];
      if (body === undefined) continue;
      const { entity } = body;
      if (!entity!.alive) this.#release(body);
      else if (this.#presence.distance(entity!.x, entity!.y) <= this.#sleepRadius) this.#wake(body);
    }
  }

  #wake(body: Body): void {
    if (body.isAwake) return;
    this.#move(body, this.#asleep, this.#awake);
    body.isAwake = true;
    body.look();
  }

  /** Notes where all enemies are. */
  #measure(): void {
    this.#measured = true;
    this.#presence.clear();
    this.#foes.clear();
    for (const type of this.#options.enemies) {
      for (const enemy of this.#room.all(type)) {
        if (!enemy.alive) continue;
        const { x, y } = enemy;
        this.#presence.mark(x, y);
        this.#foes.add(enemy, x, y);
      }
    }
    this.#presence.spread();
  }

  #spawn(kind: CompiledKind, x: number, y: number, area: number): Npc {
    const init = this.#options.pooling === false ? {} : this.#init;
    init["x"] = x;
    init["y"] = y;
    init["homeX"] = x;
    init["homeY"] = y;
    init["npcKind"] = kind.index;
    init["npcArea"] = area + 1;
    const entity = this.#room.spawn(this.#options.type, init);
    this.#embody(entity, kind);
    this.#options.onSpawn?.(entity, kind.name, this.#options.areas?.[area]);
    return entity;
  }

  /** Takes up a creature that a checkpoint brought back. */
  #adopt(entity: Npc): void {
    const kind = this.#kinds[entity.npcKind];
    if (kind === undefined) {
      this.#room.despawn(entity);
      return;
    }
    if (entity.npcArea > (this.#options.areas?.length ?? 0)) entity.npcArea = 0;
    const body = this.#embody(entity, kind);
    // The others look about: they go on where an enemy is in sight, else walk home by and by.
    if (entity.mood === "return") this.#mind.giveUp(body);
    else entity.mood = "idle";
  }

  #embody(entity: Npc, kind: CompiledKind): Body {
    const body = this.#pool.take();
    entity.npcBody = body.index;
    this.#byNumber[body.index] = body;
    body.reset(entity, kind);
    body.listed = this.#awake.length;
    this.#awake.push(body);
    return body;
  }

  #release(body: Body): void {
    const list = body.isAwake ? this.#awake : this.#asleep;
    this.#unlist(body, list);
    this.#paths.cancel(body);
    this.#byNumber[body.index] = undefined;
    if (body.area >= 0) this.#respawns.died(body.area);
    this.#pool.give(body);
  }

  #move(body: Body, from: Body[], to: Body[]): void {
    this.#unlist(body, from);
    body.listed = to.length;
    to.push(body);
  }

  #unlist(body: Body, list: Body[]): void {
    const last = list.pop()!;
    if (last === body) return;
    list[body.listed] = last;
    last.listed = body.listed;
  }

  #bodyOf(entity: EntityBase): Body | undefined {
    const body = this.#byNumber[(entity as Npc).npcBody];
    return body?.entity?.id === entity.id ? body : undefined;
  }
}

/** Makes the creatures of a room. Throws RangeError for options that make no sense. */
export function npcs<E extends NpcDefinition, K extends string>(
  room: KitRoom,
  options: NpcOptions<E, K>,
): Npcs<E, K> {
  return new Npcs(room, options);
}
