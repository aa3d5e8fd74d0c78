import { lineOfSight, type CollisionGrid } from "@realmwright/core";
import type { KitRoom } from "../kit-room.ts";
import type { CompiledAbility } from "./abilities.ts";
import { arcTouches } from "./arc.ts";
import type { Fighter, FighterDefinition } from "./fields.ts";

/** Finds the living bodies that an attack touches. Lists are reused: read them before the next tick. */
export class Reach {
  readonly #room: KitRoom;
  readonly #types: readonly FighterDefinition[];
  readonly #sight: CollisionGrid;
  readonly #bodyRadiusMax: number;
  readonly #near: Fighter[] = [];
  /** One list per level: a hook that runs while a list is read may attack in its turn. */
  readonly #lists: Fighter[][] = [];
  #level = 0;

  constructor(
    room: KitRoom,
    types: readonly FighterDefinition[],
    sight: CollisionGrid,
    bodyRadiusMax: number,
  ) {
    this.#room = room;
    this.#types = types;
    this.#sight = sight;
    this.#bodyRadiusMax = bodyRadiusMax;
  }

  /** The living fighter of that id, of any type. */
  byId(id: number): Fighter | undefined {
    for (const type of this.#types) {
      const entity = this.#room.get(type, id);
      if (entity !== undefined) return entity;
    }
    return undefined;
  }

  sees(x0: number, y0: number, x1: number, y1: number): boolean {
    return lineOfSight(this.#sight, x0, y0, x1, y1);
  }

  /** Bodies in an arc about (x, y) towards the unit vector (fx, fy), in sight from there. Give the list back. */
  inArc(ability: CompiledAbility, x: number, y: number, fx: number, fy: number): Fighter[] {
    const list = this.#take();
    const { range, arcCosine, arcSine } = ability;
    for (const type of this.#types) {
      const count = this.#room.near(type, x, y, range + this.#bodyRadiusMax, this.#near);
      for (let i = 0; i < count; i++) {
        const body = this.#near[i]!;
        const dx = body.x - x;
        const dy = body.y - y;
        if (!arcTouches(fx, fy, arcCosine, arcSine, range, dx, dy, body.bodyRadius)) continue;
        if (body.hp > 0 && this.sees(x, y, body.x, body.y)) list.push(body);
      }
    }
    return list;
  }

  /** Bodies that touch the disc about (x, y), in sight from there. Give the list back. */
  inDisc(x: number, y: number, radius: number): Fighter[] {
    const list = this.#take();
    for (const type of this.#types) {
      const count = this.#room.near(type, x, y, radius + this.#bodyRadiusMax, this.#near);
      for (let i = 0; i < count; i++) {
        const body = this.#near[i]!;
        const dx = body.x - x;
        const dy = body.y - y;
        const reach = radius + body.bodyRadius;
        if (dx * dx + dy * dy > reach * reach) continue;
        if (body.hp > 0 && this.sees(x, y, body.x, body.y)) list.push(body);
      }
    }
    return list;
  }

  /** Bodies, whether seen or not, whose centre may be within `radius` of a body's edge. Give the list back. */
  about(x: number, y: number, radius: number): Fighter[] {
    const list = this.#take();
    for (const type of this.#types) {
      const count = this.#room.near(type, x, y, radius + this.#bodyRadiusMax, this.#near);
      for (let i = 0; i < count; i++) list.push(this.#near[i]!);
    }
    return list;
  }

  giveBack(list: Fighter[]): void {
    list.length = 0;
    this.#level--;
  }

  #take(): Fighter[] {
    const list = (this.#lists[this.#level] ??= []);
    this.#level++;
    list.length = 0;
    return list;
  }
}
