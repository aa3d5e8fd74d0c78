import type { Refusal } from "@realmwright/core";
import type { EntityId } from "@realmwright/protocol";
import type { KitRoom } from "../kit-room.ts";
import { ticksOf } from "../ticks.ts";
import type { CompiledAbility } from "./abilities.ts";
import { Arena } from "./arena.ts";
import { Casts, type Aim } from "./casts.ts";
import type { Contribution } from "./damage-log.ts";
import type { CompiledEffect } from "./effects.ts";
import type { Applied } from "./effect-table.ts";
import { Revive, type InterruptReason } from "./events.ts";
import { tickMax, type Fighter } from "./fields.ts";
import { Flight } from "./flight.ts";
import type { CombatOptions, Recovery } from "./options.ts";
import { combatRefusals } from "./refusals.ts";

/** Rows of fighters that are gone are found within so many ticks. */
const sweepTicks = 16;

/** How one comes back to life. */
export interface ReviveOptions {
  /** Default: `hpMax`. */
  readonly hp?: number;
  /** Default: `manaMax`. */
  readonly mana?: number;
  /** Default: the kit's `protectionMs`. */
  readonly protectionMs?: number;
}

/**
 * The fights of one room: abilities, effects, damage, credit and death, over entities with `combatFields`.
 * Make it in the room's `setup` and call `tick` once in the room's `tick`. Effects, cooldowns, hit points and
 * projectiles survive a checkpoint; casts break and credit for damage is forgotten.
 */
export class Combat<A extends string = string, F extends string = string> {
  readonly #arena: Arena;
  readonly #casts: Casts;
  readonly #flight: Flight;
  readonly #abilities: ReadonlyMap<string, CompiledAbility>;
  readonly #effects: ReadonlyMap<string, CompiledEffect>;
  readonly #recovery: ReadonlyMap<string, Recovery>;
  readonly #protectionMs: number;

  constructor(room: KitRoom, options: CombatOptions<A, F>) {
    const arena = new Arena(room, options as unknown as CombatOptions);
    this.#arena = arena;
    this.#flight = new Flight(arena);
    this.#casts = new Casts(arena, this.#flight);
    this.#abilities = new Map(arena.abilities.map((ability) => [ability.name, ability]));
    this.#effects = new Map(arena.effects.map((effect) => [effect.name, effect]));
    this.#recovery = new Map(
      options.fighters.map(({ type, recovery = {} }) => [type.name, recovery]),
    );
    this.#protectionMs = options.protectionMs ?? 3000;
    for (const { type } of options.fighters) {
      for (const entity of room.all(type)) arena.rowOf(entity);
    }
  }

  /**
   * A fighter uses an ability. An input handler may return the result as it is: none when it is accepted, else the
   * refusal with a code of `combatRefusals`; then nothing has changed.
   */
  use(fighter: Fighter, ability: A, aim: Aim = {}): Refusal | undefined {
    const known = this.#abilities.get(ability);
    const code = known ? this.#casts.begin(fighter, known, aim) : "ABILITY_UNKNOWN";
    return code === undefined ? undefined : this.#arena.room.refuse(code, combatRefusals[code]);
  }

  /** First tick at which a fighter may use an ability again, other abilities and mana apart. */
  readyAt(fighter: Fighter, ability: A): number {
    const known = this.#abilities.get(ability);
    return known ? this.#arena.rows.readyAt(this.#arena.rowOf(fighter), known.index) : tickMax;
  }

  /**
   * Hurts a fighter without an ability and without the damage formula. Shields, protection and safe areas hold.
   * @param by who gets the credit, 0 for no one.
   * @returns hit points lost.
   */
  damage(victim: Fighter, amount: number, by: EntityId = 0): number {
    return this.#arena.hurt(victim, amount, by);
  }

  /** Gives hit points to one who is alive; returns how many. */
  heal(target: Fighter, amount: number, by: EntityId = 0): number {
    return this.#arena.heal(target, amount, by);
  }

  /** Puts a fighter under an effect. @param strength factor of its amounts. */
  apply(target: Fighter, effect: F, by: EntityId = 0, strength = 1): Applied {
    const known = this.#effects.get(effect);
    return known ? this.#arena.put(target, known, by, strength) : "ignored";
  }

  /** Takes an effect off; false when it was not on. */
  remove(target: Fighter, effect: F): boolean {
    const known = this.#effects.get(effect);
    const row = this.#arena.rowOf(target);
    const before = this.#arena.table.bits(row);
    if (known === undefined || !this.#arena.table.remove(row, known.index)) return false;
    this.#arena.sink.ended(row, known);
    this.#arena.saveEffects(target, row, before);
    return true;
  }

  /** Stacks of an effect, 0 when it is off. */
  stacks(target: Fighter, effect: F): number {
    const known = this.#effects.get(effect);
    return known ? this.#arena.table.stacks(this.#arena.rowOf(target), known.index) : 0;
  }

  /** Shield points left. */
  shield(target: Fighter): number {
    return this.#arena.table.shield(this.#arena.rowOf(target));
  }

  /** Breaks a fighter's cast; false when there was none. */
  interrupt(fighter: Fighter, reason: InterruptReason = "cancelled"): boolean {
    return this.#arena.interrupt(fighter, reason);
  }

  /** Who hurt a fighter since it was last whole, and how much of it counts by now. */
  contributions(victim: Fighter): Contribution[] {
    return this.#arena.log.contributions(this.#arena.rowOf(victim), this.#arena.room.tick);
  }

  /** Whether a fighter gave or took a hit within so long. */
  isFighting(fighter: Fighter, withinMs = 5000): boolean {
    const { rows, room } = this.#arena;
    const foughtAt = rows.foughtAt[this.#arena.rowOf(fighter)]!;
    return room.tick - foughtAt < ticksOf(withinMs, room.tickRate);
  }

  /** Makes a living fighter whole: full hit points, no effects, its wounds credited to no one. */
  restore(fighter: Fighter): void {
    if (fighter.hp <= 0) return;
    fighter.hp = fighter.hpMax;
    this.#arena.clear(fighter, this.#arena.rowOf(fighter));
  }

  /** Brings a fighter back to life where it stands. Move it first. */
  revive(fighter: Fighter, options: ReviveOptions = {}): void {
    const { room, rows } = this.#arena;
    const { hp = fighter.hpMax, mana = fighter.manaMax } = options;
    const row = this.#arena.rowOf(fighter);
    fighter.hp = Math.max(1, Math.min(hp, fighter.hpMax));
    fighter.mana = Math.max(0, Math.min(mana, fighter.manaMax));
    this.#arena.clear(fighter, row);
    const protectionMs = options.protectionMs ?? this.#protectionMs;
    fighter.protectedUntil = room.tick + ticksOf(protectionMs, room.tickRate);
    rows.foughtAt[row] = -tickMax;
    rows.wake(row);
    room.emit(Revive, { target: fighter.id }, { near: fighter });
  }

  /** One tick: effects, casts, recovery, projectiles. */
  tick(): void {
    const { rows, table, room, sink } = this.#arena;
    // From the back, since a row that has nothing to do any more gives its place to the last one.
    for (let i = rows.busyCount - 1; i >= 0; i--) {
      if (i >= rows.busyCount) continue;
      const row = rows.busyRow(i);
      const entity = rows.entities[row]!;
      if (!entity.alive || entity.hp <= 0) {
        rows.rest(row);
        continue;
      }
      const before = table.bits(row);
      if (before !== 0 && table.tick(row, room.tick, sink) && entity.hp > 0) {
        this.#arena.saveEffects(entity, row, before);
      }
      if (entity.hp <= 0) continue;
      this.#casts.tick(entity, row);
      const isRecovering = this.#recover(entity, row);
      const isIdle = !isRecovering && table.bits(row) === 0 && rows.castOf[row]! < 0;
      if (isIdle && rows.entities[row] === entity) rows.rest(row);
    }
    this.#flight.tick();
    this.#forgetTheGone();
  }

  /** Gives back what comes back by itself. True while there is more to come. */
  #recover(entity: Fighter, row: number): boolean {
    const { rows, room } = this.#arena;
    const {
      manaPerSecond = 0,
      hpPerSecond = 0,
      restMs = 0,
    } = this.#recovery.get(entity.type.name)!;
    if (entity.hp <= 0) return false;
    const lacksMana = manaPerSecond > 0 && entity.mana < entity.manaMax;
    if (lacksMana) {
      rows.manaPart[row]! += manaPerSecond;
      const whole = Math.floor(rows.manaPart[row]! / room.tickRate);
      rows.manaPart[row]! -= whole * room.tickRate;
      if (whole > 0) entity.mana = Math.min(entity.manaMax, entity.mana + whole);
    }
    const lacksHp = hpPerSecond > 0 && entity.hp < entity.hpMax;
    const rested = room.tick - rows.foughtAt[row]! >= ticksOf(restMs, room.tickRate);
    if (lacksHp && rested) {
      rows.hpPart[row]! += hpPerSecond;
      const whole = Math.floor(rows.hpPart[row]! / room.tickRate);
      rows.hpPart[row]! -= whole * room.tickRate;
      if (whole > 0) entity.hp = Math.min(entity.hpMax, entity.hp + whole);
    }
    return lacksMana || lacksHp;
  }

  #forgetTheGone(): void {
    const { rows, room } = this.#arena;
    for (let row = room.tick % sweepTicks; row < rows.high; row += sweepTicks) {
      const entity = rows.entities[row];
      if (entity === undefined || entity.alive) continue;
      rows.release(row);
    }
  }
}

/** Makes the fights of a room. Throws RangeError for options that make no sense. */
export function combat<A extends string, F extends string = never>(
  room: KitRoom,
  options: CombatOptions<A, F>,
): Combat<A, F> {
  return new Combat(room, options);
}
