import {
  cosine,
  headingOf,
  moveBody,
  room,
  sine,
  type CollisionGrid,
  type Entity,
  type Room,
  type RoomDefinition,
} from "@realmwright/core";
import {
  combat,
  combatEvents,
  npcs,
  type Combat,
  type DeathReport,
  type Npcs,
  type NpcSwitches,
} from "@realmwright/kits";
import type { Of } from "@realmwright/protocol";
import {
  abilities,
  effects,
  Hero,
  heroHp,
  kindNames,
  kinds,
  Missile,
  Monster,
  monsterHp,
  Move,
  peaceful,
  Strike,
  type KindName,
} from "./zone-content.ts";
import type { Ground, Land, ZoneMap } from "./zone-map.ts";

/** A hero that fell rises again where it lies. */
const downTicks = 40;

const heroBody = { radius: 0.35 };
/** Tiles per second. */
const heroSpeed = 5;

export type HeroEntity = Entity<typeof Hero>;
export type MonsterEntity = Entity<typeof Monster>;

export interface ZoneOptions extends NpcSwitches {
  readonly map: ZoneMap;
  readonly monsters: readonly Ground[];
  /** Where heroes come in. */
  readonly start: Land;
  /** Whether farther entities are updated less often. */
  readonly tiers?: boolean;
  /** Monsters go for nobody who does not hurt them. */
  readonly isPeaceful?: boolean;
}

/** The rules of the zone, and how long they took. */
export class Zone {
  readonly room: Room;
  readonly npcs: Npcs<typeof Monster, KindName>;
  readonly combat: Combat<keyof typeof abilities, keyof typeof effects>;
  /** What the kits took in the newest tick, in milliseconds. */
  npcMs = 0;
  combatMs = 0;
  readonly #options: ZoneOptions;

  constructor(zone: Room, options: ZoneOptions) {
    const { map, monsters, isPeaceful = false } = options;
    const { grid } = map;
    this.room = zone;
    this.#options = options;
    this.combat = combat(zone, {
      fighters: [
        { type: Hero, recovery: { manaPerSecond: 4, hpPerSecond: 6, restMs: 2000 } },
        { type: Monster },
      ],
      projectile: Missile,
      abilities,
      effects,
      sight: grid,
      globalCooldownMs: 250,
      damage: (amount) => amount * zone.random.between(0.9, 1.1),
      onDamage: (victim, by, damage) => this.npcs.provoke(victim, by, damage),
      onDeath: (report) => this.#died(report),
    });
    this.npcs = npcs(zone, {
      ...options,
      type: Monster,
      kinds: isPeaceful ? peaceful : kinds,
      areas: monsters.map((ground, i) => ({ ...ground, kind: kindNames[i % kindNames.length]! })),
      enemies: [Hero],
      grid,
      isPlace: (x, y) => map.isFree(x, y),
      isEnemy: (_, other) => (zone.get(Hero, other.id)?.hp ?? 0) > 0,
      speedFactor: (monster) => monster.speed / 100,
      health: (monster) => monster.hp / monster.hpMax,
      onSpawn(monster) {
        monster.team = 2;
        monster.hp = monsterHp;
        monster.hpMax = monsterHp;
      },
      onReturn: (monster) => this.combat.restore(monster),
      attack: (monster, _, kind) => this.#strike(monster, kind),
    });
  }

  /** Puts a hero somewhere at the start. */
  arrive(name: string, owner?: { readonly seat: number }): void {
    const { random } = this.room;
    const { map, start } = this.#options;
    let x: number;
    let y: number;
    do {
      x = Math.floor(random.between(start.x, start.x + start.width)) + 0.5;
      y = Math.floor(random.between(start.y, start.y + start.height)) + 0.5;
    } while (!map.isFree(x, y));
    const init = { name, team: 1, x, y, hp: heroHp, hpMax: heroHp };
    this.room.spawn(Hero, owner === undefined ? init : { ...init, owner });
  }

  tick(): void {
    const begin = performance.now();
    this.npcs.tick();
    const between = performance.now();
    this.combat.tick();
    this.npcMs = between - begin;
    this.combatMs = performance.now() - between;
    for (const hero of this.room.all(Hero)) {
      if (hero.hp === 0 && this.room.tick - hero.diedAt >= downTicks) this.combat.revive(hero);
    }
  }

  #strike(monster: MonsterEntity, kind: KindName): void {
    const aim = { dx: cosine(monster.heading), dy: sine(monster.heading) };
    this.combat.use(monster, kind === "ghost" ? "chill" : "bite", aim);
  }

  #died({ victim }: DeathReport): void {
    const hero = this.room.get(Hero, victim.id);
    if (hero === undefined) this.npcs.kill(victim);
    else hero.diedAt = this.room.tick;
  }
}

/** A zone as a room. `made` is given its rules as soon as there are any. */
export function zoneRoom(options: ZoneOptions, made: (zone: Zone) => void): RoomDefinition {
  const { tiers = true, map } = options;
  return room({
    entities: { Hero, Monster, Missile },
    inputs: { Move, Strike },
    events: combatEvents,
    tickRate: 20,
    sendRate: 20,
    maxPlayers: 300,
    permanent: true,
    interest: { enter: 22, leave: 26, nearest: 80, tiers },
    predict: { entity: Hero, input: Move, step },
    setup(zone: Room<never, never, never, CollisionGrid>) {
      zone.stepContext = map.grid;
      const rules = new Zone(zone, options);
      made(rules);
      return rules;
    },
    create: (zone) => zone.local.npcs.populate(),
    join: (zone, player) => zone.local.arrive(player.name, player),
    tick: (zone) => zone.local.tick(),
    on: {
      strike(zone, player, { ability, ...aim }) {
        const hero = zone.get(Hero, player.entity?.id ?? 0);
        return hero === undefined ? zone.refuse("DEAD") : zone.local.combat.use(hero, ability, aim);
      },
    },
  });
}

function step(
  hero: Of<typeof Hero>,
  { dx, dy }: Of<typeof Move>,
  dt: number,
  grid: CollisionGrid,
): void {
  const length = Math.sqrt(dx * dx + dy * dy);
  if (!(length > 0) || hero.speed === 0) return;
  const stride = (heroSpeed * hero.speed * dt) / (100 * Math.max(1, length));
  hero.heading = headingOf(dx, dy);
  moveBody(grid, hero, dx * stride, dy * stride, heroBody);
}
