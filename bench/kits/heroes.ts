import { Random } from "@realmwright/core";
import type { InputDefinition, InputPayload, Of } from "@realmwright/protocol";
import { Hero, Monster, Move, Strike } from "./zone-content.ts";
import type { HeroEntity, MonsterEntity, Zone } from "./zone.ts";

/** How far they look for prey, and how near they strike with the sword, in tiles. */
const sight = 6;
const swordReach = 1.7;

/** What one player is about. */
interface Player {
  readonly seat: number;
  /** It stands its ground rather than running about. */
  readonly isBrave: boolean;
  seq: number;
  dx: number;
  dy: number;
  x: number;
  y: number;
  walkUntil: number;
  strikeAt: number;
}

/** What players do in the zone: they run about or stand, and strike at what is near. They send an input with every tick. */
export class Heroes {
  readonly #zone: Zone;
  readonly #random = new Random(7);
  readonly #players: readonly Player[];
  readonly #near: MonsterEntity[] = [];

  constructor(zone: Zone) {
    this.#zone = zone;
    this.#players = [...zone.room.players.keys()].map((seat) => ({
      seat,
      isBrave: seat % 2 === 0,
      seq: 0,
      dx: 0,
      dy: 0,
      x: 0,
      y: 0,
      walkUntil: 0,
      strikeAt: 0,
    }));
  }

  /** What every player does before the next tick, in the order of their seats. */
  inputs(): InputPayload[][] {
    return this.#players.map((player) => {
      const seat = this.#zone.room.players.get(player.seat);
      const hero = this.#zone.room.get(Hero, seat?.entity?.id ?? 0);
      const strike = hero !== undefined && hero.hp > 0 ? this.#act(player, hero) : [];
      return [...strike, this.#input(player, Move, { dx: player.dx, dy: player.dy })];
    });
  }

  #act(player: Player, hero: HeroEntity): InputPayload[] {
    const { tick } = this.#zone.room;
    const random = this.#random;
    const { x, y } = hero;
    const isStuck = Math.hypot(x - player.x, y - player.y) < 0.02;
    player.x = x;
    player.y = y;
    if (tick >= player.walkUntil || (isStuck && (player.dx !== 0 || player.dy !== 0))) {
      const stands = random.chance(player.isBrave ? 0.6 : 0.15);
      const direction = random.between(0, 2 * Math.PI);
      player.walkUntil = tick + random.integer(12, 60);
      player.dx = stands ? 0 : Math.cos(direction);
      player.dy = stands ? 0 : Math.sin(direction);
    }
    if (tick < player.strikeAt) return [];
    player.strikeAt = tick + random.integer(10, 25);
    const prey = this.#nearest(x, y);
    if (prey === undefined) return [];
    const distance = Math.max(0.01, Math.hypot(prey.x - x, prey.y - y));
    const far = random.chance(0.2) ? "fireball" : "bow";
    const ability = distance < swordReach ? "sword" : far;
    const aim = { dx: (prey.x - x) / distance, dy: (prey.y - y) / distance };
    return [this.#input(player, Strike, { ability, ...aim })];
  }

  #nearest(x: number, y: number): MonsterEntity | undefined {
    const count = this.#zone.room.near(Monster, x, y, sight, this.#near);
    let nearest: MonsterEntity | undefined;
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      const monster = this.#near[i]!;
      const distance = (monster.x - x) ** 2 + (monster.y - y) ** 2;
      if (distance >= least) continue;
      nearest = monster;
      least = distance;
    }
    return nearest;
  }

  #input<I extends InputDefinition>(player: Player, { name }: I, data: Of<I>): InputPayload {
    return { m: 0, seq: ++player.seq, name, data, ack: this.#zone.room.tick };
  }
}
