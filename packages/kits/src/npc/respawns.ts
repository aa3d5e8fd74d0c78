import type { KitRoom, PlacedDefinition } from "../kit-room.ts";
import type { Entity } from "@realmwright/core";
import type { Body } from "./body.ts";
import type { NpcDefinition } from "./fields.ts";
import type { CompiledKind } from "./kinds.ts";
import type { NpcOptions } from "./options.ts";

/** Nobody wants a monster to appear at their side. */
const playerGap = 6;

/** Places that are tried for one creature in one go. */
const triesMax = 12;

/** Areas are looked at every so many ticks, each at its own. */
const lookTicks = 10;

/** Keeps areas populated. */
export class Respawns {
  readonly #room: KitRoom;
  readonly #options: NpcOptions<NpcDefinition, string>;
  readonly #kinds: readonly CompiledKind[];
  readonly #spawn: (area: number, kind: CompiledKind, x: number, y: number) => void;
  /** Per area, the ticks at which one is due, rising. */
  readonly #due: number[][];
  readonly #kindOf: readonly CompiledKind[];
  readonly #near: Entity<PlacedDefinition>[] = [];

  constructor(
    room: KitRoom,
    options: NpcOptions<NpcDefinition, string>,
    kinds: readonly CompiledKind[],
    spawn: (area: number, kind: CompiledKind, x: number, y: number) => void,
  ) {
    this.#room = room;
    this.#options = options;
    this.#kinds = kinds;
    this.#spawn = spawn;
    const areas = options.areas ?? [];
    this.#due = areas.map(() => []);
    this.#kindOf = areas.map((area) => {
      const kind = this.#kinds.find(({ name }) => name === area.kind);
      if (kind === undefined) throw new RangeError(`there is no kind "${area.kind}"`);
      if (!(area.width > 0 && area.height > 0)) throw new RangeError("an area is empty");
      return kind;
    });
  }

  /** Sets the clock for what the areas lack. */
  missing(living: readonly Body[]): void {
    for (const [index, area] of (this.#options.areas ?? []).entries()) {
      const have = living.filter((body) => body.area === index).length;
      for (let i = have; i < area.count; i++) this.died(index);
    }
  }

  /** One of the area is gone. */
  died(area: number): void {
    this.#due[area]!.push(this.#room.tick + this.#kindOf[area]!.respawnTicks);
  }

  /** Brings all who are due, soon or late. */
  all(): void {
    for (const [area, due] of this.#due.entries()) {
      while (due.length > 0 && this.#place(area, due, true));
    }
  }

  tick(): void {
    const { tick } = this.#room;
    for (let area = tick % lookTicks; area < this.#due.length; area += lookTicks) {
      const due = this.#due[area]!;
      while (due.length > 0 && due[0]! <= tick && this.#place(area, due, false));
    }
  }

  /** Finds a free place in the area for the first who is due. False when there was none: it comes later. */
  #place(index: number, due: number[], atOnce: boolean): boolean {
    const { random } = this.#room;
    const { areas, grid, isPlace } = this.#options;
    const area = areas![index]!;
    const kind = this.#kindOf[index]!;
    for (let i = 0; i < triesMax; i++) {
      const x = Math.floor(random.between(area.x, area.x + area.width)) + 0.5;
      const y = Math.floor(random.between(area.y, area.y + area.height)) + 0.5;
      if (grid.isBlockedAt(x, y) || isPlace?.(x, y) === false) continue;
      if (!atOnce && this.#isWatched(x, y)) continue;
      due.shift();
      this.#spawn(index, kind, x, y);
      return true;
    }
    return false;
  }

  #isWatched(x: number, y: number): boolean {
    return this.#options.enemies.some(
      (type) => this.#room.near(type, x, y, playerGap, this.#near) > 0,
    );
  }
}
