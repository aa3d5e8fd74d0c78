import type { CollisionGrid } from "./collision-grid.ts";
import { PathCache } from "./path-cache.ts";
import type { PathFinderOptions } from "./path-finder.ts";
import { PathFinder } from "./path-finder.ts";
import type { PathResult } from "./path.ts";

export interface PathQueueOptions extends PathFinderOptions {
  /** Requests that may wait, the one under way included; more are refused. */
  readonly requestsMax?: number;
  /** Answers kept for equal requests. */
  readonly cacheMax?: number;
}

interface Request {
  readonly ticket: number;
  readonly priority: number;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/**
 * Searches for many askers within a budget of expansions per tick. The highest priority goes first, then the older
 * request; a search that was begun is finished before the next. A path is right for the grid at the moment it is
 * delivered.
 */
export class PathQueue {
  readonly #grid: CollisionGrid;
  readonly #finder: PathFinder;
  readonly #cache: PathCache;
  readonly #requestsMax: number;
  /** The next to be served stands last. */
  readonly #waiting: Request[] = [];
  #active: Request | undefined;
  #tickets = 0;

  constructor(grid: CollisionGrid, options: PathQueueOptions = {}) {
    this.#grid = grid;
    this.#finder = new PathFinder(grid, options);
    this.#cache = new PathCache(grid, options.cacheMax ?? 256);
    this.#requestsMax = options.requestsMax ?? 1024;
  }

  /** Requests not yet answered. */
  get size(): number {
    return this.#waiting.length + (this.#active ? 1 : 0);
  }

  /**
   * Asks for the path between the cells that contain two points, in tile units.
   * @param priority higher comes first.
   * @returns the ticket under which `run` will deliver the answer; none when the queue is full: ask again later.
   */
  request(
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
    priority = 0,
  ): number | undefined {
    if (this.size >= this.#requestsMax) return undefined;
    const ticket = ++this.#tickets;
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#waiting[middle]!.priority < priority) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, { ticket, priority, fromX, fromY, toX, toY });
    return ticket;
  }

  /** Takes a request back. False when it was already answered or never made. */
  cancel(ticket: number): boolean {
    if (this.#active?.ticket === ticket) {
      this.#active = undefined;
      return true;
    }
    const at = this.#waiting.findIndex((request) => request.ticket === ticket);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  /**
   * Searches for at most `budget` expansions and delivers what is finished. An answer from the cache counts as one.
   * @param deliver may make and cancel requests.
   * @returns how many were used.
   */
  run(budget: number, deliver: (ticket: number, result: PathResult) => void): number {
    let used = 0;
    while (used < budget) {
      const request = this.#active ?? this.#waiting.pop();
      if (!request) break;
      const start = this.#grid.cellAt(request.fromX, request.fromY);
      const goal = this.#grid.cellAt(request.toX, request.toY);
      let result = this.#cache.get(start, goal);
      if (result) {
        used++;
      } else {
        if (!this.#active) {
          this.#active = request;
          this.#finder.begin(request.fromX, request.fromY, request.toX, request.toY);
        }
        // A search of no steps counts too, or a delivery that asks again would never end.
        used += Math.max(1, this.#finder.advance(budget - used));
        result = this.#finder.result;
        if (!result) continue;
        this.#cache.put(start, goal, result);
      }
      this.#active = undefined;
      deliver(request.ticket, result);
    }
    return used;
  }
}
