import { headingOf, moveBody, type CollisionGrid } from "@realmwright/core";
import type { Body } from "./body.ts";
import type { Npc } from "./fields.ts";
import type { Paths } from "./paths.ts";

/** A cell of a path counts as reached this near. */
const arrival = 0.2;

/** Cosine of the angle below which a turn is not worth a heading: a degree and a half, as an angle of 8 bits has it. */
const sameWay = 0.99966;

/** Moves bodies towards their goals, each as far as it gets until it moves again. */
export class Walk {
  readonly #grid: CollisionGrid;
  readonly #paths: Paths;
  readonly #speedFactor: ((entity: Npc) => number) | undefined;
  readonly #place = { x: 0.5, y: 0.5 };

  constructor(
    grid: CollisionGrid,
    paths: Paths,
    speedFactor: ((entity: Npc) => number) | undefined,
  ) {
    this.#grid = grid;
    this.#paths = paths;
    this.#speedFactor = speedFactor;
  }

  step(body: Body): void {
    if (body.isStill) return;
    const { x, y } = body;
    const { pace } = body;
    let dx = body.pushX * pace;
    let dy = body.pushY * pace;
    if (body.stride > 0) {
      const factor = (this.#speedFactor?.(body.entity!) ?? 1) * pace;
      const goalX = body.goalX - x;
      const goalY = body.goalY - y;
      const distance = Math.sqrt(goalX * goalX + goalY * goalY);
      const stride = Math.min(body.stride * factor, distance);
      if (stride > 0) {
        const towardsX = goalX / distance;
        const towardsY = goalY / distance;
        dx += towardsX * stride;
        dy += towardsY * stride;
        this.#face(body, towardsX, towardsY);
      }
      if (distance - stride < arrival) this.#arrive(body);
    }
    if (dx === 0 && dy === 0) return;
    this.#place.x = x;
    this.#place.y = y;
    moveBody(this.#grid, this.#place, dx, dy, body.kind!.shape);
    body.put(this.#place.x, this.#place.y);
  }

  /** Turns it, unless it looks that way already but for a degree. */
  #face(body: Body, x: number, y: number): void {
    if (body.faceX * x + body.faceY * y > sameWay) return;
    body.faceX = x;
    body.faceY = y;
    body.entity!.heading = headingOf(x, y);
  }

  #arrive(body: Body): void {
    if (!body.hasPath) return;
    body.pathAt++;
    if (body.hasPath) this.#paths.aim(body);
  }
}
