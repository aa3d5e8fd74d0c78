import { clearWay } from "realmwright";
import { experienceToNext, hpOfLevel, manaOfLevel, rise } from "../content/levels.ts";
import type { Door, Place } from "../content/realm-map.ts";
import { LevelUp, Player, playerBody, respawnMs, Reward } from "../shared.ts";
import type { Character, JoinOptions } from "./passage.ts";
import { newcomer } from "./passage.ts";
import {
  ticks,
  type PlayerEntity,
  type ZoneCombat,
  type ZoneRoom,
  type ZoneSeat,
} from "./zone-room.ts";

/** Nobody who has just arrived can be hurt for so long. */
const arrivalProtectionMs = 3000;

/** People who arrive together do not stand in one another. */
const arrivalSpread = 1.2;

/** What the timer `respawn` is given. */
export interface RespawnData {
  readonly entity: number;
}

/** The players' entities: arrival, growth, death and passage. */
export class Heroes {
  readonly #room: ZoneRoom;
  readonly #combat: ZoneCombat;
  readonly #secret: string;

  constructor(room: ZoneRoom, combat: ZoneCombat, secret: string) {
    this.#room = room;
    this.#combat = combat;
    this.#secret = secret;
  }

  /** The entity that a seat steers. */
  of(seat: ZoneSeat): PlayerEntity | undefined {
    const { entity } = seat;
    return entity === undefined ? undefined : this.#room.get(Player, entity.id);
  }

  arrive(seat: ZoneSeat, options: JoinOptions): void {
    const room = this.#room;
    const isPassage = options.secret === this.#secret;
    const character = isPassage ? options.character : newcomer;
    const { x, y } = this.#near(isPassage ? options.spawn : "start");
    const { level, kills, deaths, damage, coins } = character;
    const hpMax = hpOfLevel(level);
    const manaMax = manaOfLevel(level);
    room.spawn(Player, {
      owner: seat,
      team: 1,
      x,
      y,
      name: seat.name,
      look: options.look,
      chatSeat: seat.seat,
      level,
      experience: character.experience,
      experienceToNext: experienceToNext(level),
      hp: Math.max(1, Math.min(character.hp, hpMax)),
      hpMax,
      mana: Math.min(character.mana, manaMax),
      manaMax,
      kills,
      damageDone: damage,
      protectedUntil: room.tick + ticks(room, arrivalProtectionMs),
    });
    seat.document.update((deeds) => Object.assign(deeds, { kills, deaths, damage, coins }));
  }

  /** Sends a player through a door. */
  pass(seat: ZoneSeat, player: PlayerEntity, door: Door): void {
    const { deaths, coins } = seat.document.value;
    const { level, experience, hp, mana, kills, damageDone: damage } = player;
    const character: Character = { level, experience, hp, mana, kills, deaths, damage, coins };
    const options: JoinOptions = {
      look: player.look,
      secret: this.#secret,
      spawn: door.spawn,
      character,
    };
    this.#room.transfer(seat, door.to, { ...options });
  }

  /** Counts a death and sets the clock. */
  died(player: PlayerEntity): void {
    const seat = this.#room.players.get(player.owner);
    if (seat === undefined) return;
    seat.document.update((deeds) => void deeds.deaths++);
    const data: RespawnData = { entity: player.id };
    this.#room.after(respawnMs, "respawn", data);
  }

  /** The timer of `died`. */
  respawn({ entity }: RespawnData): void {
    const player = this.#room.get(Player, entity);
    if (player === undefined || player.hp > 0) return;
    const { x, y } = this.#near("shrine");
    player.x = x;
    player.y = y;
    this.#combat.revive(player);
  }

  /** A kill's experience for one player. */
  reward(player: PlayerEntity, amount: number, monster: number): void {
    const before = player.level;
    const { level, experience } = rise(before, player.experience, amount);
    player.experience = experience;
    const seat = this.#room.players.get(player.owner);
    if (seat !== undefined) this.#room.emit(Reward, { experience: amount, monster }, { seat });
    if (level === before) return;
    player.level = level;
    player.experienceToNext = experienceToNext(level);
    player.hpMax = hpOfLevel(level);
    player.manaMax = manaOfLevel(level);
    if (player.hp > 0) {
      player.hp = player.hpMax;
      player.mana = player.manaMax;
    }
    this.#room.emit(LevelUp, { target: player.id, level }, { near: player });
  }

  /** Brings the players' own documents up to date, a few at each tick. */
  tick(): void {
    const { tick, tickRate, players } = this.#room;
    for (const seat of players.values()) {
      if ((seat.seat + tick) % tickRate !== 0) continue;
      const player = this.of(seat);
      if (player === undefined) continue;
      const { kills, damage } = seat.document.value;
      if (kills === player.kills && damage === player.damageDone) continue;
      seat.document.update((deeds) => {
        deeds.kills = player.kills;
        deeds.damage = player.damageDone;
      });
    }
  }

  /** A free place about an arrival point; unknown points are the start. */
  #near(spawn: string): Place {
    const { grid, spawns } = this.#room.content;
    const point = spawns.get(spawn) ?? spawns.get("start")!;
    const { random } = this.#room;
    for (let i = 0; i < 8; i++) {
      const x = point.x + random.between(-arrivalSpread, arrivalSpread);
      const y = point.y + random.between(-arrivalSpread, arrivalSpread);
      if (clearWay(grid, point.x, point.y, x, y, playerBody.radius)) return { x, y };
    }
    return point;
  }
}
