import type { EntityBase } from "@realmwright/core";
import type { KitRoom } from "../kit-room.ts";
import { ticksOf } from "../ticks.ts";
import { compileAbilities, type CompiledAbility } from "./abilities.ts";
import { DamageLog } from "./damage-log.ts";
import { compileEffects, type CompiledEffect } from "./effects.ts";
import { EffectTable, type Applied, type EffectSink } from "./effect-table.ts";
import { Death, EffectChange, Heal, Hit, Interrupt, type InterruptReason } from "./events.ts";
import type { Fighter } from "./fields.ts";
import type { CombatOptions, Participant } from "./options.ts";
import { Reach } from "./reach.ts";
import { Rows } from "./rows.ts";

const rowsAtFirst = 64;

/** The tables of a room's fights and what happens to one fighter: hurt, healed, put under an effect, killed. */
export class Arena {
  readonly room: KitRoom;
  readonly options: CombatOptions;
  readonly effects: readonly CompiledEffect[];
  readonly abilities: readonly CompiledAbility[];
  readonly rows: Rows;
  readonly table: EffectTable;
  readonly log: DamageLog;
  readonly reach: Reach;
  readonly sink: EffectSink;

  constructor(room: KitRoom, options: CombatOptions) {
    this.room = room;
    this.options = options;
    this.effects = compileEffects(options.effects ?? {}, room.tickRate);
    this.abilities = compileAbilities(options.abilities, this.effects, room.tickRate);
    this.table = new EffectTable(this.effects, rowsAtFirst);
    const halfLifeTicks = ticksOf(options.creditHalfLifeMs ?? 30_000, room.tickRate);
    this.log = new DamageLog(rowsAtFirst, halfLifeTicks);
    this.rows = new Rows(rowsAtFirst, this.abilities.length, (capacity) => {
      this.table.grow(capacity);
      this.log.grow(capacity);
    });
    const types = options.fighters.map(({ type }) => type);
    this.reach = new Reach(room, types, options.sight, options.bodyRadiusMax ?? 1.5);
    this.sink = {
      pulse: (row, effect, factor, by) => this.#pulse(row, effect, factor, by),
      ended: (row, effect) => this.#announce(this.rows.entities[row]!, effect, 0),
    };
  }

  /** The row of a fighter; a new one takes up what a checkpoint kept. */
  rowOf(entity: Fighter): number {
    const known = this.rows.find(entity);
    if (known >= 0) return known;
    const row = this.rows.take(entity);
    this.log.clear(row);
    this.table.restore(row, entity.effectState);
    for (const { ability, readyAt } of entity.cooldownState) {
      const index = this.abilities.findIndex(({ name }) => name === ability);
      if (index >= 0) this.rows.setReadyAt(row, index, readyAt);
    }
    entity.casting = 0;
    this.rows.wake(row);
    return row;
  }

  isSafe(entity: Fighter): boolean {
    return this.options.isSafe?.(entity.x, entity.y) ?? false;
  }

  /** Whether an ability of `by` works on a living target. @param source `by`, or what it left behind. */
  reaches(ability: CompiledAbility, source: EntityBase, byId: number, target: Fighter): boolean {
    if (target.hp <= 0) return false;
    if (ability.reaches === "all") return true;
    const isFriend = target.id === byId || !this.#isHostile(source, target);
    if (ability.reaches === "friend") return isFriend;
    return !isFriend && !this.isSafe(target);
  }

  /** Does to one target what an ability does to whom it reaches. */
  strike(ability: CompiledAbility, byId: number, by: Fighter | undefined, target: Fighter): void {
    const harms = ability.reaches !== "friend" && target.id !== byId;
    if (ability.damage > 0) {
      const formula = this.options.damage;
      const amount = formula ? formula(ability.damage, target, by) : ability.damage;
      this.hurt(target, amount, byId);
    }
    if (ability.heal > 0) this.heal(target, ability.heal, byId);
    for (const effect of ability.effects) {
      if (effect.harmful && !harms) continue;
      this.put(target, effect, byId, 1);
    }
  }

  /** Takes hit points, after shields; returns how many. Protected and safe ones lose none. */
  hurt(victim: Fighter, amount: number, by: number): number {
    if (!(amount > 0) || victim.hp <= 0 || this.isSafe(victim)) return 0;
    const { room, rows } = this;
    const row = this.rowOf(victim);
    if (room.tick < victim.protectedUntil) {
      this.#emitHit(victim, by, 0, 0);
      return 0;
    }
    const before = this.table.bits(row);
    const left = this.table.absorb(row, amount, this.sink);
    const absorbed = Math.round(amount - left);
    const damage = Math.min(victim.hp, Math.round(left));
    if (absorbed > 0) this.saveEffects(victim, row, before);
    rows.foughtAt[row] = room.tick;
    rows.wake(row);
    this.#emitHit(victim, by, damage, absorbed);
    if (damage === 0) return 0;
    victim.hp -= damage;
    this.log.add(row, by, damage, room.tick);
    this.options.onDamage?.(victim, by, damage);
    if (victim.hp <= 0) {
      this.#die(victim, row, by);
      return damage;
    }
    const casting = rows.castOf[row]!;
    if (casting >= 0 && this.abilities[casting]!.breaksOnHit) this.interrupt(victim, "hit");
    return damage;
  }

  /** Gives hit points; returns how many. The dead get none. */
  heal(target: Fighter, amount: number, by: number): number {
    if (!(amount > 0) || target.hp <= 0) return 0;
    const healed = Math.min(target.hpMax - target.hp, Math.round(amount));
    if (healed <= 0) return 0;
    target.hp += healed;
    this.room.emit(Heal, { target: target.id, by, amount: healed }, { near: target });
    return healed;
  }

  /** Puts a fighter under an effect. Harmful ones do not take on who is protected or safe. */
  put(target: Fighter, effect: CompiledEffect, by: number, strength: number): Applied {
    if (!(strength > 0) || target.hp <= 0) return "ignored";
    if (effect.harmful) {
      if (this.room.tick < target.protectedUntil || this.isSafe(target)) return "ignored";
    }
    const row = this.rowOf(target);
    const before = this.table.bits(row);
    const applied = this.table.apply(row, effect, this.room.tick, by, strength);
    if (applied === "ignored") return applied;
    this.rows.wake(row);
    this.saveEffects(target, row, before);
    const ticks = this.table.until(row, effect.index) - this.room.tick;
    this.#announce(target, effect, Math.round((ticks * 1000) / this.room.tickRate));
    if (effect.stuns) this.interrupt(target, "stunned");
    return applied;
  }

  /** Ends a cast without effect; false when there was none. */
  interrupt(entity: Fighter, reason: InterruptReason): boolean {
    const row = this.rowOf(entity);
    const ability = this.rows.castOf[row]!;
    if (ability < 0) return false;
    this.rows.castOf[row] = -1;
    entity.casting = 0;
    this.room.emit(Interrupt, { by: entity.id, ability, reason }, { near: entity });
    return true;
  }

  /** Writes what clients and checkpoints need to know of a fighter's effects. */
  saveEffects(entity: Fighter, row: number, before: number): void {
    const bits = this.table.bits(row);
    if (bits !== before) {
      entity.effects = bits;
      entity.speed = entity.hp > 0 ? Math.round(this.table.speed(row) * 100) : 0;
    }
    entity.effectState = this.table.save(row);
  }

  /** Forgets a fighter's effects, wounds and merits. */
  clear(entity: Fighter, row: number): void {
    const had = this.table.bits(row);
    this.table.clear(row);
    this.log.clear(row);
    for (const effect of this.effects) {
      if (((had >> effect.index) & 1) === 1) this.#announce(entity, effect, 0);
    }
    entity.effects = 0;
    entity.speed = entity.hp > 0 ? 100 : 0;
    if (had !== 0) entity.effectState = [];
  }

  #isHostile(by: EntityBase, target: Fighter): boolean {
    const { hostile } = this.options;
    if (hostile) return hostile(by, target);
    return by.team === 0 || by.team !== target.team;
  }

  #pulse(row: number, effect: CompiledEffect, factor: number, by: number): void {
    const entity = this.rows.entities[row]!;
    if (effect.heal > 0) this.heal(entity, effect.heal * factor, by);
    if (effect.mana > 0) {
      entity.mana = Math.min(entity.manaMax, entity.mana + Math.round(effect.mana * factor));
    }
    if (effect.damage > 0) {
      const formula = this.options.damage;
      const amount = effect.damage * factor;
      this.hurt(entity, formula ? formula(amount, entity, this.reach.byId(by)) : amount, by);
    }
  }

  #die(victim: Fighter, row: number, by: number): void {
    const { room, rows, log } = this;
    victim.hp = 0;
    this.interrupt(victim, "died");
    const contributions = log.contributions(row, room.tick);
    let sum = 0;
    for (const { damage } of contributions) sum += damage;
    const participants: Participant[] = contributions.map((one) => ({
      ...one,
      entity: this.reach.byId(one.by),
      share: one.damage / sum,
    }));
    this.clear(victim, row);
    rows.rest(row);
    victim.protectedUntil = 0;
    room.emit(Death, { target: victim.id, by }, { near: victim });
    this.options.onDeath?.({ victim, by, killer: this.reach.byId(by), participants });
  }

  #emitHit(victim: Fighter, by: number, damage: number, absorbed: number): void {
    const shown = Math.min(absorbed, 4095);
    const hit = { target: victim.id, by, damage, absorbed: shown };
    this.room.emit(Hit, hit, { near: victim });
  }

  #announce(entity: Fighter, effect: CompiledEffect, ms: number): void {
    const change = { target: entity.id, effect: effect.index, ms: Math.min(ms, 1_000_000) };
    this.room.emit(EffectChange, change, { near: entity });
  }
}
