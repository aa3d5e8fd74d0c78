import { cosine, sine, type EntityBase, type Refusal } from "realmwright";
import { combat, npcs, type DeathReport, type Fighter } from "realmwright/kits";
import {
  abilities,
  effects,
  isPlayerAbility,
  unlockLevels,
  type AbilityName,
} from "../content/abilities.ts";
import { damageFactor } from "../content/levels.ts";
import {
  monsterExperience,
  monsterHp,
  monsters,
  pickVariant,
  type MonsterKind,
} from "../content/monsters.ts";
import { contains } from "../content/realm-map.ts";
import {
  type Cast,
  type Emote,
  Emoted,
  frostReach,
  Monster,
  Player,
  Projectile,
} from "../shared.ts";
import type { Of } from "realmwright";
import { Heroes, type RespawnData } from "./heroes.ts";
import { Spoils } from "./loot.ts";
import type { JoinOptions } from "./passage.ts";
import { Score } from "./score.ts";
import { Villagers } from "./villagers.ts";
import {
  ticks,
  type MonsterEntity,
  type Monsters,
  type PlayerEntity,
  type ZoneCombat,
  type ZoneRoom,
  type ZoneSeat,
} from "./zone-room.ts";

const emoteEveryMs = 800;

/** A helper is rewarded as if it had done this part of the damage at least. */
const helperShareMin = 0.3;

/** Who did less than this has not helped. */
const helperShareLeast = 0.05;

const criticalChance = 0.07;

/** The rules of a zone: everything that its hooks do. */
export class ZoneRules {
  readonly combat: ZoneCombat;
  readonly monsters: Monsters;
  readonly heroes: Heroes;
  readonly #room: ZoneRoom;
  readonly #villagers: Villagers;
  readonly #spoils: Spoils;
  readonly #score: Score;

  constructor(room: ZoneRoom, secret: string) {
    this.#room = room;
    const { grid, sight, reach, monsters: areas } = room.content;
    this.combat = combat(room, {
      fighters: [
        { type: Player, recovery: { manaPerSecond: 4, hpPerSecond: 4, restMs: 6000 } },
        { type: Monster },
      ],
      projectile: Projectile,
      abilities,
      effects,
      sight,
      globalCooldownMs: 250,
      knows: (fighter, ability) => this.#knows(fighter, ability),
      isSafe: (x, y) => this.#isSafe(x, y),
      damage: (amount, _victim, by) => this.#damage(amount, by),
      onDamage: (victim, by, damage) => this.#hurt(victim, by, damage),
      onDeath: (report) => this.#died(report),
    });
    this.monsters = npcs(room, {
      type: Monster,
      kinds: monsters,
      areas,
      enemies: [Player],
      grid,
      sight,
      isPlace: (x, y) => reach[grid.cellAt(x, y)] === 1,
      isEnemy: (_monster, other) => this.#isPrey(other),
      speedFactor: (monster) => monster.speed / 100,
      health: (monster) => monster.hp / monster.hpMax,
      onSpawn: (monster, name, area) => this.#equip(monster, monsters[name], area?.level ?? 1),
      onReturn: (monster) => this.combat.restore(monster),
      attack: (monster, _target, name) => this.#strike(monster, monsters[name]),
    });
    this.heroes = new Heroes(room, this.combat, secret);
    this.#villagers = new Villagers(room);
    this.#spoils = new Spoils(room, this.combat);
    this.#score = new Score(room, (seat) => this.heroes.of(seat));
  }

  /** Fills a new room. */
  populate(): void {
    this.monsters.populate();
    this.#villagers.populate();
  }

  join(seat: ZoneSeat, options: JoinOptions): void {
    this.heroes.arrive(seat, options);
  }

  /** Whether a player's connection is broken. */
  setAway(seat: ZoneSeat, away: boolean): void {
    const player = this.heroes.of(seat);
    if (player !== undefined) player.away = away;
  }

  use(seat: ZoneSeat, ability: "sword" | "bow", aim: Vector): Refusal | undefined {
    const player = this.heroes.of(seat);
    if (player === undefined) return this.#room.refuse("DEAD");
    return this.combat.use(player, ability, aim);
  }

  cast(seat: ZoneSeat, { spell, dx, dy, target }: Of<typeof Cast>): Refusal | undefined {
    const player = this.heroes.of(seat);
    if (player === undefined) return this.#room.refuse("DEAD");
    const x = player.x + dx * frostReach;
    const y = player.y + dy * frostReach;
    return this.combat.use(player, spell, { dx, dy, target, x, y });
  }

  interact(seat: ZoneSeat, target: number): Refusal | undefined {
    const player = this.heroes.of(seat);
    if (player === undefined || player.hp <= 0) return this.#room.refuse("DEAD");
    return this.#villagers.talk(player, target);
  }

  emote(seat: ZoneSeat, { emote }: Of<typeof Emote>): Refusal | undefined {
    const room = this.#room;
    const player = this.heroes.of(seat);
    if (player === undefined || player.hp <= 0) return room.refuse("DEAD");
    if (room.tick < player.emoteAt) return room.refuse("NOT_READY");
    player.emoteAt = room.tick + ticks(room, emoteEveryMs);
    room.emit(Emoted, { by: player.id, emote }, { near: player });
    return undefined;
  }

  respawn(data: RespawnData): void {
    this.heroes.respawn(data);
  }

  tick(): void {
    this.monsters.tick();
    this.#villagers.tick();
    this.combat.tick();
    this.#spoils.tick();
    this.#openDoors();
    this.heroes.tick();
    this.#score.tick();
  }

  /** Who walks into a door goes through it. */
  #openDoors(): void {
    const { content, players } = this.#room;
    if (content.doors.length === 0) return;
    for (const seat of players.values()) {
      const player = this.heroes.of(seat);
      if (player === undefined || player.hp <= 0) continue;
      const { x, y } = player;
      for (const door of content.doors) {
        if (contains(door, x, y)) this.heroes.pass(seat, player, door);
      }
    }
  }

  #isSafe(x: number, y: number): boolean {
    for (const area of this.#room.content.safe) if (contains(area, x, y)) return true;
    return false;
  }

  #isPrey(other: EntityBase): boolean {
    const player = this.#room.get(Player, other.id);
    if (player === undefined || player.hp <= 0 || player.away) return false;
    return !this.#isSafe(player.x, player.y);
  }

  #knows(fighter: Fighter, ability: AbilityName): boolean {
    const player = this.#room.get(Player, fighter.id);
    if (player === undefined) return !isPlayerAbility(ability);
    return isPlayerAbility(ability) && player.level >= unlockLevels[ability];
  }

  /** Levels, a little chance, and now and then a lucky blow. */
  #damage(amount: number, by: Fighter | undefined): number {
    const { random } = this.#room;
    const level = by === undefined ? 1 : this.#levelOf(by);
    const luck = random.chance(criticalChance) ? 1.75 : random.between(0.9, 1.1);
    return Math.max(1, amount * damageFactor(level) * luck);
  }

  #levelOf(fighter: Fighter): number {
    return (
      this.#room.get(Player, fighter.id)?.level ?? this.#room.get(Monster, fighter.id)?.level ?? 1
    );
  }

  #hurt(victim: Fighter, by: number, damage: number): void {
    const player = this.#room.get(Player, by);
    if (player !== undefined) player.damageDone += damage;
    if (this.#room.get(Monster, victim.id) !== undefined) this.monsters.provoke(victim, by, damage);
  }

  /** The blow goes where the monster looked when it began to wind up: one who has stepped aside is missed. */
  #strike(monster: MonsterEntity, kind: MonsterKind): void {
    const { heading } = monster;
    this.combat.use(monster, kind.ability, { dx: cosine(heading), dy: sine(heading) });
  }

  #died({ victim, participants, by }: DeathReport): void {
    const player = this.#room.get(Player, victim.id);
    if (player !== undefined) {
      this.heroes.died(player);
      return;
    }
    const monster = this.#room.get(Monster, victim.id);
    if (monster === undefined) return;
    const kind = monsters[this.monsters.kindOf(monster)];
    const experience = monsterExperience(kind, monster.level);
    for (const one of participants) {
      const helper = this.#room.get(Player, one.by);
      if (helper === undefined || (one.share < helperShareLeast && one.by !== by)) continue;
      const part = Math.max(helperShareMin, one.share);
      this.#credit(helper, Math.ceil(experience * part), monster.npcKind);
    }
    this.#spoils.drop(monster, kind);
    this.#score.add();
    this.monsters.kill(monster);
  }

  /** Gives a fresh monster what its kind and level have. */
  #equip(monster: MonsterEntity, kind: MonsterKind, level: number): void {
    monster.team = 2;
    monster.level = level;
    monster.variant = pickVariant(kind.variants, this.#room.random.unit());
    monster.hpMax = monsterHp(kind, level);
    monster.hp = monster.hpMax;
    monster.bodyRadius = kind.bodyRadius;
  }

  #credit(helper: PlayerEntity, experience: number, monster: number): void {
    helper.kills++;
    this.heroes.reward(helper, experience, monster);
  }
}

interface Vector {
  readonly dx: number;
  readonly dy: number;
}
