import { clearWay, type CollisionGrid, nearestFree, PathFinder } from "realmwright";
import { playerBody } from "../../shared.ts";

/** So near a waypoint counts as reached, in tiles. */
const nearTiles = 0.18;
/** One who gets no nearer for so long gives up. */
const stuckMs = 1200;

/** Walks to a place by itself, around what stands in the way. */
export class Walker {
  readonly #grid: CollisionGrid;
  readonly #finder: PathFinder;
  #way: { x: number; y: number }[] = [];
  #leastFar = Infinity;
  #stuckMs = 0;

  constructor(grid: CollisionGrid) {
    this.#grid = grid;
    this.#finder = new PathFinder(grid);
  }

  get isWalking(): boolean {
    return this.#way.length > 0;
  }

  /** Sets out; false when there is no way. Places that are blocked are walked up to. In tiles. */
  go(fromX: number, fromY: number, toX: number, toY: number): boolean {
    const grid = this.#grid;
    let goal = { x: toX, y: toY };
    if (grid.isBlockedAt(toX, toY)) {
      const free = nearestFree(grid, toX, toY, 6);
      if (free < 0) return false;
      goal = { x: (free % grid.width) + 0.5, y: Math.floor(free / grid.width) + 0.5 };
    }
    const { cells } = this.#finder.find(fromX, fromY, goal.x, goal.y);
    if (cells.length === 0) return false;
    const way = [...cells].slice(1, -1).map((cell) => ({
      x: (cell % grid.width) + 0.5,
      y: Math.floor(cell / grid.width) + 0.5,
    }));
    way.push(goal);
    this.#way = way;
    this.#leastFar = Infinity;
    this.#stuckMs = 0;
    return true;
  }

  stop(): void {
    this.#way = [];
  }

  /** Where to walk now; at most 1 long, none at the goal. */
  direction(x: number, y: number, dtMs: number): { dx: number; dy: number } {
    this.#cut(x, y);
    const next = this.#way[0];
    if (next === undefined) return { dx: 0, dy: 0 };
    const dx = next.x - x;
    const dy = next.y - y;
    const far = Math.hypot(dx, dy);
    const before = this.#leastFar;
    this.#leastFar = Math.min(before, far);
    this.#stuckMs = far < before - 0.01 ? 0 : this.#stuckMs + dtMs;
    if (this.#stuckMs > stuckMs) {
      this.stop();
      return { dx: 0, dy: 0 };
    }
    // Slower towards the end, so as not to step over it.
    const pace = this.#way.length === 1 ? Math.min(1, far * 2.5) : 1;
    return { dx: (dx / far) * pace, dy: (dy / far) * pace };
  }

  /** Leaves out waypoints that are reached, and those that a straight line makes needless. */
  #cut(x: number, y: number): void {
    const way = this.#way;
    const length = way.length;
    while (way.length > 0 && Math.hypot(way[0]!.x - x, way[0]!.y - y) < nearTiles) way.shift();
    while (way.length > 1 && clearWay(this.#grid, x, y, way[1]!.x, way[1]!.y, playerBody.radius)) {
      way.shift();
    }
    if (way.length === length) return;
    this.#leastFar = Infinity;
    this.#stuckMs = 0;
  }
}
