import { headingOf, moveBody, type CollisionGrid } from "@realmwright/core";
import type { Body } from "./body.ts";
import type { Paths } from "./paths.ts";

/** A cell of a path counts as reached this near. */
const arrival = 0.2;

/** Moves bodies, one tick at a time, towards their goals. */
export class Walk {
  readonly #grid: CollisionGrid;
  readonly #paths: Paths;
  readonly #place = { x: 0, y: 0 };

  constructor(grid: CollisionGrid, paths: Paths) {
    this.#grid = grid;
    this.#paths = paths;
  }

  /** @param factor of its speed. */
  step(body: Body, factor: number): void {
    const entity = body.entity!;
    const kind = body.kind!;
    const { x, y } = entity;
    let dx = body.pushX;
    let dy = body.pushY;
    if (body.stride > 0) {
      const goalX = body.goalX - x;
      const goalY = body.goalY - y;
      const distance = Math.sqrt(goalX * goalX + goalY * goalY);
      const stride = Math.min(body.stride * factor, distance);
      if (stride > 0) {
        dx += (goalX / distance) * stride;
        dy += (goalY / distance) * stride;
        entity.heading = headingOf(goalX, goalY);
      }
      if (distance - stride < arrival) this.#arrive(body);
    }
    if (dx === 0 && dy === 0) return;
    this.#place.x = x;
    this.#place.y = y;
    moveBody(this.#grid, this.#place, dx, dy, kind.shape);
    entity.x = this.#place.x;
    entity.y = this.#place.y;
  }

  #arrive(body: Body): void {
    if (!body.hasPath) return;
    body.pathAt++;
    if (body.hasPath) this.#paths.aim(body);
  }
}
