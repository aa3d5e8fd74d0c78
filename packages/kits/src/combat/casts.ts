import { headingOf } from "@realmwright/core";
import { ticksOf } from "../ticks.ts";
import type { CompiledAbility } from "./abilities.ts";
import type { Arena } from "./arena.ts";
import { Blast, Cast } from "./events.ts";
import type { Fighter, SavedCooldown } from "./fields.ts";
import type { Flight } from "./flight.ts";
import type { CombatRefusal } from "./refusals.ts";

/** Where an ability is aimed: a direction of any length, a target or a point, as its kind wants it. */
export interface Aim {
  readonly dx?: number;
  readonly dy?: number;
  readonly target?: number;
  readonly x?: number;
  readonly y?: number;
}

/** The use of abilities: may it, cast, interrupted or done. */
export class Casts {
  readonly #arena: Arena;
  readonly #flight: Flight;
  readonly #globalTicks: number;
  readonly #tolerance: number;
  readonly #moveTolerance: number;

  constructor(arena: Arena, flight: Flight) {
    const { globalCooldownMs = 0, rangeTolerance = 0.5, moveTolerance = 0.1 } = arena.options;
    this.#arena = arena;
    this.#flight = flight;
    this.#globalTicks = ticksOf(globalCooldownMs, arena.room.tickRate);
    this.#tolerance = rangeTolerance;
    this.#moveTolerance = moveTolerance;
  }

  /** Begins an ability, or says why not; then nothing has changed. */
  begin(entity: Fighter, ability: CompiledAbility, aim: Aim): CombatRefusal | undefined {
    const { room, rows, options } = this.#arena;
    if (!entity.alive || entity.hp <= 0) return "DEAD";
    if (options.knows && !options.knows(entity, ability.name)) return "ABILITY_UNKNOWN";
    const row = this.#arena.rowOf(entity);
    const refusal =
      this.#unreadiness(entity, row, ability) ?? this.#takeAim(entity, row, ability, aim);
    if (refusal !== undefined) return refusal;

    if (ability.reaches !== "friend") {
      entity.protectedUntil = 0;
      rows.foughtAt[row] = room.tick;
    }
    if (ability.globalCooldown) rows.globalReadyAt[row] = room.tick + this.#globalTicks;
    rows.wake(row);
    const heading = this.#heading(entity, row, ability);
    const cast = { by: entity.id, ability: ability.index, ms: ability.castMs, heading };
    room.emit(Cast, cast, { near: entity });
    if (ability.castTicks === 0) {
      this.#perform(entity, row, ability);
      return undefined;
    }
    rows.castOf[row] = ability.index;
    rows.castEnd[row] = room.tick + ability.castTicks;
    rows.castX[row] = entity.x;
    rows.castY[row] = entity.y;
    entity.casting = ability.index + 1;
    return undefined;
  }

  #heading(entity: Fighter, row: number, ability: CompiledAbility): number {
    const { rows, reach } = this.#arena;
    const aimX = rows.aimX[row]!;
    const aimY = rows.aimY[row]!;
    if (ability.kind === "self") return 0;
    if (ability.kind === "area") return headingOf(aimX - entity.x, aimY - entity.y);
    if (ability.kind !== "target") return headingOf(aimX, aimY);
    const target = reach.byId(rows.aimTarget[row]!)!;
    return headingOf(target.x - entity.x, target.y - entity.y);
  }

  /** Breaks or completes a fighter's cast when it is time. */
  tick(entity: Fighter, row: number): void {
    const { abilities, room, rows } = this.#arena;
    const casting = rows.castOf[row]!;
    if (casting < 0) return;
    const ability = abilities[casting]!;
    const dx = entity.x - rows.castX[row]!;
    const dy = entity.y - rows.castY[row]!;
    if (ability.breaksOnMoving && dx * dx + dy * dy > this.#moveTolerance * this.#moveTolerance) {
      this.#arena.interrupt(entity, "moved");
      return;
    }
    if (room.tick < rows.castEnd[row]!) return;
    if (entity.mana < ability.mana || !this.#isStillAimed(entity, row, ability)) {
      this.#arena.interrupt(entity, "fizzled");
      return;
    }
    rows.castOf[row] = -1;
    entity.casting = 0;
    this.#perform(entity, row, ability);
  }

  #unreadiness(entity: Fighter, row: number, ability: CompiledAbility): CombatRefusal | undefined {
    const { room, rows, table } = this.#arena;
    if (table.isStunned(row)) return "STUNNED";
    if (rows.castOf[row]! >= 0) return "CASTING";
    if (room.tick < rows.readyAt(row, ability.index)) return "NOT_READY";
    if (ability.globalCooldown && room.tick < rows.globalReadyAt[row]!) return "NOT_READY";
    if (entity.mana < ability.mana) return "NO_MANA";
    if (ability.reaches === "enemy" && this.#arena.isSafe(entity)) return "SAFE_AREA";
    return undefined;
  }

  /** Checks the aim and keeps it in the fighter's row. */
  #takeAim(
    entity: Fighter,
    row: number,
    ability: CompiledAbility,
    aim: Aim,
  ): CombatRefusal | undefined {
    const { rows } = this.#arena;
    switch (ability.kind) {
      case "self":
        return undefined;
      case "melee":
      case "projectile": {
        const { dx = 0, dy = 0 } = aim;
        const length = Math.sqrt(dx * dx + dy * dy);
        if (!(length > 1e-6 && length < Infinity)) return "AIM_INVALID";
        rows.aimX[row] = dx / length;
        rows.aimY[row] = dy / length;
        return undefined;
      }
      case "area": {
        const { x = NaN, y = NaN } = aim;
        if (!(Math.abs(x) < Infinity && Math.abs(y) < Infinity)) return "AIM_INVALID";
        rows.aimX[row] = x;
        rows.aimY[row] = y;
        return this.#distanceProblem(entity, x, y, ability.range + this.#tolerance);
      }
      case "target": {
        // Help without a target is for oneself.
        const id = aim.target || (ability.reaches === "enemy" ? 0 : entity.id);
        rows.aimTarget[row] = id;
        return this.#targetProblem(entity, id, ability, this.#tolerance);
      }
    }
  }

  #targetProblem(
    entity: Fighter,
    id: number,
    ability: CompiledAbility,
    tolerance: number,
  ): CombatRefusal | undefined {
    const target = this.#arena.reach.byId(id);
    if (target === undefined) return "TARGET_UNKNOWN";
    if (target.hp <= 0) return "TARGET_DEAD";
    if (ability.reaches === "enemy" && target !== entity && this.#arena.isSafe(target)) {
      return "SAFE_AREA";
    }
    if (!this.#arena.reaches(ability, entity, entity.id, target)) return "TARGET_INVALID";
    const range = ability.range + target.bodyRadius + tolerance;
    return this.#distanceProblem(entity, target.x, target.y, range);
  }

  #distanceProblem(
    entity: Fighter,
    x: number,
    y: number,
    range: number,
  ): CombatRefusal | undefined {
    const dx = x - entity.x;
    const dy = y - entity.y;
    if (!(dx * dx + dy * dy <= range * range)) return "OUT_OF_RANGE";
    return this.#arena.reach.sees(entity.x, entity.y, x, y) ? undefined : "NOT_IN_SIGHT";
  }

  /** At the end of a cast the target may have gone a quarter of the range further. */
  #isStillAimed(entity: Fighter, row: number, ability: CompiledAbility): boolean {
    if (ability.kind !== "target") return true;
    const id = this.#arena.rows.aimTarget[row]!;
    const tolerance = this.#tolerance + ability.range / 4;
    return this.#targetProblem(entity, id, ability, tolerance) === undefined;
  }

  #perform(entity: Fighter, row: number, ability: CompiledAbility): void {
    const { room, rows, reach } = this.#arena;
    entity.mana -= ability.mana;
    if (ability.cooldownTicks > 0) {
      rows.setReadyAt(row, ability.index, room.tick + ability.cooldownTicks);
      entity.cooldownState = this.#cooldowns(row);
    }
    const aimX = rows.aimX[row]!;
    const aimY = rows.aimY[row]!;
    switch (ability.kind) {
      case "self":
        this.#arena.strike(ability, entity.id, entity, entity);
        return;
      case "target": {
        const target = reach.byId(rows.aimTarget[row]!);
        if (target !== undefined) this.#arena.strike(ability, entity.id, entity, target);
        return;
      }
      case "melee": {
        this.#strikeAll(entity, ability, reach.inArc(ability, entity.x, entity.y, aimX, aimY));
        return;
      }
      case "area": {
        const blast = {
          by: entity.id,
          ability: ability.index,
          x: aimX,
          y: aimY,
          radius: ability.radius,
        };
        room.emit(Blast, blast, { near: { x: aimX, y: aimY } });
        this.#strikeAll(entity, ability, reach.inDisc(aimX, aimY, ability.radius));
        return;
      }
      case "projectile":
        this.#flight.launch(entity, ability, aimX, aimY);
    }
  }

  #strikeAll(entity: Fighter, ability: CompiledAbility, targets: Fighter[]): void {
    for (const target of targets) {
      if (this.#arena.reaches(ability, entity, entity.id, target)) {
        this.#arena.strike(ability, entity.id, entity, target);
      }
    }
    this.#arena.reach.giveBack(targets);
  }

  #cooldowns(row: number): SavedCooldown[] {
    const { abilities, room, rows } = this.#arena;
    const list: SavedCooldown[] = [];
    for (const { index, name } of abilities) {
      const readyAt = rows.readyAt(row, index);
      if (readyAt > room.tick) list.push({ ability: name, readyAt });
    }
    return list;
  }
}
