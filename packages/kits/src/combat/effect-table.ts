import { longer } from "../columns.ts";
import type { CompiledEffect } from "./effects.ts";

/** What `apply` did. */
export type Applied = "added" | "renewed" | "ignored";

/** One effect on one fighter, as a checkpoint keeps it. */
export interface EffectState {
  readonly effect: string;
  readonly until: number;
  readonly pulseAt: number;
  readonly stacks: number;
  readonly strength: number;
  readonly shield: number;
  readonly by: number;
}

/** Who wants to know of pulses and ends. */
export interface EffectSink {
  pulse(slot: number, effect: CompiledEffect, factor: number, by: number): void;
  ended(slot: number, effect: CompiledEffect): void;
}

/** Speed is not raised beyond this factor, however many effects there are. */
const speedMax = 2.5;

/**
 * The effects on all fighters: one row per fighter, one cell per kind of effect, in typed arrays.
 * An effect given at tick t for d ticks lasts for the ticks t to t + d - 1 and pulses at t + i, t + 2i … up to t + d.
 */
export class EffectTable {
  readonly #effects: readonly CompiledEffect[];
  readonly #width: number;
  /** Bit i: effect i is on. */
  #active: Int32Array;
  #until: Float64Array;
  #pulseAt: Float64Array;
  #stacks: Uint8Array;
  #strength: Float64Array;
  #shield: Float64Array;
  #by: Int32Array;

  constructor(effects: readonly CompiledEffect[], capacity: number) {
    this.#effects = effects;
    this.#width = Math.max(1, effects.length);
    const cells = capacity * this.#width;
    this.#active = new Int32Array(capacity);
    this.#until = new Float64Array(cells);
    this.#pulseAt = new Float64Array(cells);
    this.#stacks = new Uint8Array(cells);
    this.#strength = new Float64Array(cells);
    this.#shield = new Float64Array(cells);
    this.#by = new Int32Array(cells);
  }

  grow(capacity: number): void {
    const cells = capacity * this.#width;
    this.#active = longer(this.#active, capacity);
    this.#until = longer(this.#until, cells);
    this.#pulseAt = longer(this.#pulseAt, cells);
    this.#stacks = longer(this.#stacks, cells);
    this.#strength = longer(this.#strength, cells);
    this.#shield = longer(this.#shield, cells);
    this.#by = longer(this.#by, cells);
  }

  /** The effects that are on, as bits. */
  bits(slot: number): number {
    return this.#active[slot]!;
  }

  has(slot: number, effect: number): boolean {
    return ((this.#active[slot]! >> effect) & 1) === 1;
  }

  stacks(slot: number, effect: number): number {
    return this.has(slot, effect) ? this.#stacks[slot * this.#width + effect]! : 0;
  }

  /** First tick without the effect, 0 when it is off. */
  until(slot: number, effect: number): number {
    return this.has(slot, effect) ? this.#until[slot * this.#width + effect]! : 0;
  }

  /** Shield points left over all effects. */
  shield(slot: number): number {
    let sum = 0;
    for (const effect of this.#effects) {
      if (this.has(slot, effect.index)) sum += this.#shield[slot * this.#width + effect.index]!;
    }
    return sum;
  }

  /** @param strength factor of the effect's amounts, above 0. */
  apply(slot: number, effect: CompiledEffect, now: number, by: number, strength: number): Applied {
    const cell = slot * this.#width + effect.index;
    const end = now + effect.durationTicks;
    if (!this.has(slot, effect.index)) {
      this.#active[slot]! |= 1 << effect.index;
      this.#until[cell] = end;
      this.#pulseAt[cell] = now + effect.intervalTicks;
      this.#stacks[cell] = 1;
      this.#strength[cell] = strength;
      this.#shield[cell] = effect.shield * strength;
      this.#by[cell] = by;
      return "added";
    }
    switch (effect.stacking) {
      case "ignore":
        return "ignored";
      case "strongest":
        if (strength < this.#strength[cell]!) return "ignored";
        this.#until[cell] = end;
        break;
      case "extend":
        this.#until[cell] = Math.min(
          this.#until[cell]! + effect.durationTicks,
          now + effect.durationMaxTicks,
        );
        break;
      case "stack":
        if (this.#stacks[cell]! < effect.stacksMax) this.#stacks[cell]!++;
        this.#until[cell] = end;
        break;
      case "refresh":
        this.#until[cell] = end;
    }
    // The rhythm of the pulses stays, else refreshing in time would starve or double them.
    this.#strength[cell] = Math.max(strength, this.#strength[cell]!);
    this.#shield[cell] = effect.shield * this.#strength[cell] * this.#stacks[cell]!;
    this.#by[cell] = by;
    return "renewed";
  }

  /** Switches an effect off; false when it was not on. */
  remove(slot: number, effect: number): boolean {
    if (!this.has(slot, effect)) return false;
    this.#active[slot]! &= ~(1 << effect);
    return true;
  }

  clear(slot: number): void {
    this.#active[slot] = 0;
  }

  /** Pulses and ends what is due. True when anything changed. */
  tick(slot: number, now: number, sink: EffectSink): boolean {
    if (this.#active[slot] === 0) return false;
    let changed = false;
    for (const effect of this.#effects) {
      // A pulse may kill, and with that clear the row: so ask anew each time.
      if (!this.has(slot, effect.index)) continue;
      const cell = slot * this.#width + effect.index;
      if (effect.intervalTicks > 0 && now >= this.#pulseAt[cell]!) {
        this.#pulseAt[cell]! += effect.intervalTicks;
        changed = true;
        sink.pulse(slot, effect, this.#strength[cell]! * this.#stacks[cell]!, this.#by[cell]!);
      }
      if (now >= this.#until[cell]! && this.remove(slot, effect.index)) {
        changed = true;
        sink.ended(slot, effect);
      }
    }
    return changed;
  }

  /** Takes damage out of the shields; returns what is left of it. Used up shields end. */
  absorb(slot: number, damage: number, sink: EffectSink): number {
    let left = damage;
    for (const effect of this.#effects) {
      if (effect.shield === 0 || left <= 0 || !this.has(slot, effect.index)) continue;
      const cell = slot * this.#width + effect.index;
      const taken = Math.min(left, this.#shield[cell]!);
      this.#shield[cell]! -= taken;
      left -= taken;
      if (this.#shield[cell]! <= 0) {
        this.remove(slot, effect.index);
        sink.ended(slot, effect);
      }
    }
    return left;
  }

  /** Factor of the walking speed, 0 while stunned. */
  speed(slot: number): number {
    let factor = 1;
    for (const effect of this.#effects) {
      if (!this.has(slot, effect.index)) continue;
      if (effect.stuns) return 0;
      if (effect.speed === 1) continue;
      const stacks = this.#stacks[slot * this.#width + effect.index]!;
      for (let i = 0; i < stacks; i++) factor *= effect.speed;
    }
    return Math.min(factor, speedMax);
  }

  isStunned(slot: number): boolean {
    for (const effect of this.#effects) {
      if (effect.stuns && this.has(slot, effect.index)) return true;
    }
    return false;
  }

  save(slot: number): EffectState[] {
    const states: EffectState[] = [];
    for (const { index, name } of this.#effects) {
      if (!this.has(slot, index)) continue;
      const cell = slot * this.#width + index;
      states.push({
        effect: name,
        until: this.#until[cell]!,
        pulseAt: this.#pulseAt[cell]!,
        stacks: this.#stacks[cell]!,
        strength: this.#strength[cell]!,
        shield: this.#shield[cell]!,
        by: this.#by[cell]!,
      });
    }
    return states;
  }

  /** Effects that the game no longer has are left out. */
  restore(slot: number, states: readonly EffectState[]): void {
    this.clear(slot);
    for (const state of states) {
      const effect = this.#effects.find(({ name }) => name === state.effect);
      if (effect === undefined) continue;
      const cell = slot * this.#width + effect.index;
      this.#active[slot]! |= 1 << effect.index;
      this.#until[cell] = state.until;
      this.#pulseAt[cell] = state.pulseAt;
      this.#stacks[cell] = state.stacks;
      this.#strength[cell] = state.strength;
      this.#shield[cell] = state.shield;
      this.#by[cell] = state.by;
    }
  }
}
