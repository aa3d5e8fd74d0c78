import { clearWay, PathQueue, type CollisionGrid } from "@realmwright/core";
import { lookTicks, looksAbout, type Body } from "./body.ts";

/** A path is not asked for again within so long, in ticks. */
const askTicks = 8;

/** A path is followed on while its end is this near to where the body wants to go, and in sight of it, in tiles. */
const tailMax = 5;

/** How many cells of a path are looked ahead in one thought, to cut corners that are none. */
const lookAhead = 6;

/** Ways around obstacles: straight where the way is clear, else along a path from the queue. */
export class Paths {
  readonly #grid: CollisionGrid;
  readonly #queue: PathQueue;
  readonly #budget: number;
  readonly #keeps: boolean;
  readonly #askers = new Map<number, Body>();
  readonly #deliver: Parameters<PathQueue["run"]>[1];
  /** Paths asked for, found and refused since the start. */
  asked = 0;
  found = 0;
  failed = 0;
  /** Cells that searches have looked at. */
  searched = 0;

  /**
   * @param keeps false: every thought about a way that is not straight searches anew.
   * @param failed called when there is no path to where a body wants to go.
   */
  constructor(grid: CollisionGrid, keeps: boolean, budget: number, failed: (body: Body) => void) {
    this.#grid = grid;
    this.#queue = new PathQueue(grid, keeps ? {} : { cacheMax: 0 });
    this.#budget = budget;
    this.#keeps = keeps;
    this.#deliver = (ticket, result) => {
      const body = this.#askers.get(ticket);
      this.#askers.delete(ticket);
      if (body === undefined) return;
      body.ticket = 0;
      if (result.status === "found") {
        this.found++;
        body.path = result.cells;
        body.pathAt = 0;
      } else {
        this.failed++;
        failed(body);
      }
    };
  }

  /** Searches for those who wait. */
  run(): void {
    this.searched += this.#queue.run(this.#budget, this.#deliver);
  }

  /** Whether a body can go straight to a point. */
  isClear(body: Body, toX: number, toY: number): boolean {
    return clearWay(this.#grid, body.x, body.y, toX, toY, body.kind!.shape.radius);
  }

  /** Takes back what a body has asked for. */
  cancel(body: Body): void {
    if (body.ticket === 0) return;
    this.#queue.cancel(body.ticket);
    this.#askers.delete(body.ticket);
    body.ticket = 0;
  }

  /**
   * Sets the body's goal for the way to (toX, toY). It stands while it waits for a path.
   * @returns whether the way is straight and clear.
   */
  lead(body: Body, toX: number, toY: number, stride: number, now: number): boolean {
    if (now < body.clearUntil || this.isClear(body, toX, toY)) {
      if (now >= body.clearUntil) body.clearUntil = now + lookTicks;
      this.cancel(body);
      body.forgetPath();
      body.goalX = toX;
      body.goalY = toY;
      body.stride = stride;
      return true;
    }
    if (!body.hasPath || !this.#keeps || this.#isStale(body, toX, toY, now))
      this.#ask(body, toX, toY, now);
    if (body.hasPath) {
      this.#cutCorners(body);
      this.aim(body);
      body.stride = stride;
    } else {
      body.stride = 0;
    }
    return false;
  }

  /** Turns to the next cell of the path. */
  aim(body: Body): void {
    const cell = body.path[body.pathAt]!;
    const column = cell % this.#grid.width;
    body.goalX = column + 0.5;
    body.goalY = (cell - column) / this.#grid.width + 0.5;
  }

  #ask(body: Body, toX: number, toY: number, now: number): void {
    if (body.ticket !== 0 || (this.#keeps && now < body.askAt)) return;
    // Those near to players think more often and go first.
    const ticket = this.#queue.request(body.x, body.y, toX, toY, -body.period);
    if (ticket === undefined) return;
    this.asked++;
    body.ticket = ticket;
    body.askAt = now + askTicks;
    this.#askers.set(ticket, body);
  }

  /** Whether the end of the path no longer leads to where the body wants to go. */
  #isStale(body: Body, toX: number, toY: number, now: number): boolean {
    const last = body.path[body.path.length - 1]!;
    const column = last % this.#grid.width;
    const x = column + 0.5;
    const y = (last - column) / this.#grid.width + 0.5;
    const distance2 = (x - toX) * (x - toX) + (y - toY) * (y - toY);
    if (distance2 <= 2.25) return false;
    if (distance2 > tailMax * tailMax) return true;
    return looksAbout(body, now) && !clearWay(this.#grid, x, y, toX, toY, body.kind!.shape.radius);
  }

  #cutCorners(body: Body): void {
    const end = Math.min(body.path.length - 1, body.pathAt + lookAhead);
    for (let at = body.pathAt + 1; at <= end; at++) {
      const cell = body.path[at]!;
      const column = cell % this.#grid.width;
      const row = (cell - column) / this.#grid.width;
      if (!this.isClear(body, column + 0.5, row + 0.5)) return;
      body.pathAt = at;
    }
  }
}
