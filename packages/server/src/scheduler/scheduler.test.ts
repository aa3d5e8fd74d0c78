import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordedLog } from "../testing/recorded-log.ts";
import { RecordedMetrics } from "../testing/recorded-metrics.ts";
import { Scheduler, type Stepped } from "./scheduler.ts";
import { VirtualClock } from "./virtual-clock.ts";

class Table {
  readonly clock = new VirtualClock();
  readonly metrics = new RecordedMetrics();
  readonly log = new RecordedLog();
  /** What happened, in order: a room's name per step, "flush" at the end of a turn. */
  readonly events: string[] = [];
  readonly scheduler: Scheduler;

  constructor(turnMs?: number) {
    const flush = (): void => {
      this.events.push("flush");
    };
    const { clock, metrics, log } = this;
    this.scheduler = new Scheduler({
      clock,
      metrics,
      log,
      flush,
      ...(turnMs === undefined ? {} : { turnMs }),
    });
  }

  /** A room whose steps take `costMs()`. */
  room(
    name: string,
    rate: number,
    costMs: () => number = () => 0,
    abort: (error: unknown) => void = () => undefined,
  ): Stepped & { lost: number } {
    const room = {
      abort,
      name,
      rate,
      lost: 0,
      step: () => {
        this.events.push(name);
        this.clock.stall(costMs());
      },
      dropped: (steps: number) => {
        room.lost += steps;
      },
    };
    this.scheduler.add(room);
    return room;
  }

  steps(name: string): number {
    return this.events.filter((event) => event === name).length;
  }
}

describe("Scheduler", () => {
  it("[S-SCHED1] steps each room at its own rate, the first time one step after it was added", () => {
    const table = new Table();
    table.room("slow", 10);
    table.room("fast", 20);
    table.clock.advance(49);
    expect(table.events).toEqual([]);
    table.clock.advance(1);
    expect(table.events).toEqual(["fast", "flush"]);
    table.clock.advance(950);
    expect(table.steps("slow")).toBe(10);
    expect(table.steps("fast")).toBe(20);
  });

  it("[S-SCHED1] does not drift over an hour of odd rates", () => {
    const table = new Table();
    table.room("room", 60);
    table.clock.advance(3_600_000);
    expect(table.steps("room")).toBe(216_000);
  });

  it("[S-SCHED2] ends a turn with one flush after all rooms that were due", () => {
    const table = new Table();
    table.room("a", 20);
    table.room("b", 20);
    table.room("c", 20);
    table.clock.advance(50);
    expect(table.events).toEqual(["a", "b", "c", "flush"]);
  });

  it("[S-SCHED2] flushes on wake though no room is due, once for many wakes", () => {
    const table = new Table();
    table.scheduler.wake();
    table.scheduler.wake();
    expect(table.events).toEqual([]);
    table.clock.advance(0);
    expect(table.events).toEqual(["flush"]);
    table.clock.advance(1000);
    expect(table.events).toEqual(["flush"]);
  });

  it("[S-SCHED2] a wake during the flush brings another turn", () => {
    const clock = new VirtualClock();
    let flushes = 0;
    const scheduler = new Scheduler({
      clock,
      metrics: new RecordedMetrics(),
      log: new RecordedLog(),
      flush: () => {
        flushes++;
        if (flushes === 1) scheduler.wake();
      },
    });
    scheduler.wake();
    clock.advance(0);
    expect(flushes).toBe(2);
  });

  it("[S-SCHED3] a late room catches up by three steps, one per turn, and the rest is dropped", () => {
    const table = new Table();
    const room = table.room("room", 10);
    table.clock.stall(700);
    table.clock.advance(0);
    expect(table.events).toEqual(["room", "flush", "room", "flush", "room", "flush"]);
    expect(room.lost).toBe(4);
    expect(table.metrics.value("realmwright_ticks_dropped_total", { room: "room" })).toBe(4);
    table.clock.advance(100);
    expect(table.steps("room")).toBe(4);
  });

  it("[S-SCHED3] exactly three steps late loses nothing", () => {
    const table = new Table();
    const room = table.room("room", 10);
    table.clock.stall(300);
    table.clock.advance(0);
    expect(table.steps("room")).toBe(3);
    expect(room.lost).toBe(0);
  });

  it("[S-SCHED4] a turn begins no step after its time, and goes on where it stopped", () => {
    const table = new Table(20);
    for (const name of ["a", "b", "c", "d"]) table.room(name, 10, () => 10);
    table.clock.advance(100);
    expect(table.events).toEqual(["a", "b", "flush"]);
    table.clock.advance(0);
    expect(table.events).toEqual(["a", "b", "flush", "c", "d", "flush"]);
  });

  it("[S-SCHED4] no room starves however overloaded the thread is", () => {
    const table = new Table(20);
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names) table.room(name, 20, () => 30);
    for (let i = 0; i < 100; i++) table.clock.advance(50);
    const steps = names.map((name) => table.steps(name));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(3);
  });

  it("[S-SCHED5] measures how long ticks take, counts overruns and reports the loop's lag", () => {
    const table = new Table();
    const costs = [40, 50, 51];
    table.room("room", 20, () => costs.shift() ?? 0);
    table.clock.advance(200);
    const labels = { room: "room" };
    expect(table.metrics.observed("realmwright_tick_seconds", labels).slice(0, 3)).toEqual([
      0.04, 0.05, 0.051,
    ]);
    expect(table.metrics.value("realmwright_tick_overruns_total", labels)).toBe(1);
    table.clock.stall(30);
    table.clock.advance(0);
    expect(Math.max(...table.metrics.observed("realmwright_loop_lag_seconds"))).toBeGreaterThan(0);
  });

  it("[S-SCHED6] a room that is removed during a turn takes no step in it", () => {
    const table = new Table();
    const victims: Stepped[] = [];
    table.room("killer", 20, () => {
      for (const victim of victims) table.scheduler.remove(victim);
      return 0;
    });
    victims.push(table.room("victim", 20));
    table.clock.advance(100);
    expect(table.steps("victim")).toBe(0);
    expect(table.scheduler.size).toBe(1);
  });

  it("[S-SCHED7] a room whose step throws is ended once, and the others of its turn go on", () => {
    const table = new Table();
    const error = new Error("step");
    const aborted: unknown[] = [];
    const throwing = (): never => {
      throw error;
    };
    table.room("bad", 20, throwing, (why) => void aborted.push(why));
    table.room("good", 20);
    table.clock.advance(200);
    expect(table.steps("good")).toBe(4);
    expect(table.steps("bad")).toBe(2);
    expect(aborted).toEqual([error]);
    expect(table.scheduler.size).toBe(1);
    expect(table.log.of("error").map(({ data }) => data)).toEqual([
      { room: "bad", error },
      { room: "bad", error },
    ]);
  });

  it("[S-SCHED7] a room that ends itself after its step has thrown is stepped no more than once for it", () => {
    const table = new Table();
    let isAborted = false;
    const room = table.room(
      "bad",
      20,
      () => {
        if (!isAborted) throw new Error("step");
        table.scheduler.remove(room);
        return 0;
      },
      () => {
        isAborted = true;
      },
    );
    table.clock.advance(200);
    expect(table.steps("bad")).toBe(2);
    expect(table.log.of("error")).toHaveLength(1);
  });

  it("[S-SCHED7] a room that can not even be ended is left out at once", () => {
    const table = new Table();
    const failing = (): never => {
      throw new Error("no");
    };
    table.room("bad", 20, failing, failing);
    table.room("good", 20);
    table.clock.advance(200);
    expect([table.steps("bad"), table.steps("good")]).toEqual([1, 4]);
    expect(table.scheduler.size).toBe(1);
    expect(table.log.of("error")).toHaveLength(2);
  });

  it("[S-SCHED7] a flush that throws does not keep the next turn from coming", () => {
    const clock = new VirtualClock();
    const ports = { clock, metrics: new RecordedMetrics(), log: new RecordedLog() };
    let steps = 0;
    const flush = (): void => {
      if (steps === 1) throw new Error("flush");
    };
    const scheduler = new Scheduler({ ...ports, flush });
    const none = (): void => undefined;
    scheduler.add({ name: "room", rate: 20, abort: none, dropped: none, step: () => void steps++ });
    expect(() => clock.advance(50)).toThrow("flush");
    clock.advance(100);
    expect(steps).toBe(3);
  });

  it("[S-SCHED6] nothing waits in the clock once it has stopped", () => {
    const table = new Table();
    table.room("room", 20);
    table.scheduler.stop();
    expect(table.clock.waiting).toBe(0);
    table.scheduler.wake();
    table.clock.advance(1000);
    expect(table.events).toEqual([]);
  });

  it("[S-SCHED1] steps taken and dropped equal the time that went by, for any load", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.array(fc.nat({ max: 120 }), { minLength: 1, maxLength: 40 }),
        (rate, costs) => {
          const table = new Table();
          const room = table.room("room", rate, () => costs.shift() ?? 0);
          table.clock.advance(20_000);
          const expected = (table.clock.nowMs() * rate) / 1000;
          expect(Math.abs(table.steps("room") + room.lost - expected)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 50 },
    );
  });
});
