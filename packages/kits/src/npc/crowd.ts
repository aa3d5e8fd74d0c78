import type { KitRoom } from "../kit-room.ts";
import { lookTicks, type Body } from "./body.ts";
import type { Npc, NpcDefinition } from "./fields.ts";

/** Neighbours that are looked at. */
const neighboursMax = 8;

/** Eight directions for those that stand on the same point; each body has its own. */
const awayX = [1, 0, -1, 0, 0.7, -0.7, -0.7, 0.7] as const;
const awayY = [0, 1, 0, -1, 0.7, 0.7, -0.7, -0.7] as const;

/** Keeps creatures from standing in one another. */
export class Crowd {
  readonly #room: KitRoom;
  readonly #type: NpcDefinition;
  readonly #radiusMax: number;
  readonly #bodyOf: (npc: Npc) => Body | undefined;
  readonly #near: Npc[] = [];

  constructor(
    room: KitRoom,
    type: NpcDefinition,
    radiusMax: number,
    bodyOf: (npc: Npc) => Body | undefined,
  ) {
    this.#room = room;
    this.#type = type;
    this.#radiusMax = radiusMax;
    this.#bodyOf = bodyOf;
  }

  /** Sets a body's push until it looks again: it makes half of each overlap good, the neighbour the other half. */
  spread(body: Body): void {
    const { x, y } = body;
    const { radius } = body.kind!.shape;
    const count = this.#room.near(this.#type, x, y, radius + this.#radiusMax, this.#near);
    let pushX = 0;
    let pushY = 0;
    for (let i = 0, seen = 0; i < count && seen < neighboursMax; i++) {
      const other = this.#bodyOf(this.#near[i]!);
      if (other === undefined || other === body) continue;
      seen++;
      const dx = x - other.x;
      const dy = y - other.y;
      const distance = Math.sqrt(dx * dx + dy * dy);
      const overlap = radius + other.kind!.shape.radius - distance;
      if (overlap <= 0) continue;
      const share = overlap / (2 * lookTicks);
      if (distance > 1e-6) {
        pushX += (dx / distance) * share;
        pushY += (dy / distance) * share;
      } else {
        pushX += awayX[body.index & 7]! * share;
        pushY += awayY[body.index & 7]! * share;
      }
    }
    body.pushX = pushX;
    body.pushY = pushY;
  }
}
