import { AsyncLocalStorage } from "node:async_hooks";
import { defineGame, room } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import { HostBench } from "../testing/host-bench.ts";

/** Two rooms; what `bad` starts in its hooks can be continued here, as Node does with a timer. */
async function stage(hook: "create" | "setup" | "tick" | "dispose") {
  const later: { run?: ReturnType<typeof AsyncLocalStorage.snapshot> } = {};
  const start = (): void => {
    later.run ??= AsyncLocalStorage.snapshot();
  };
  const rooms = {
    bad: room({ permanent: true, [hook]: start }),
    good: room({ permanent: true }),
  };
  const bench = await HostBench.start(defineGame({ name: "test", rooms }));
  const edge = bench.edge();
  const { session } = bench.open(edge, "ann");
  bench.join(edge, session, "bad");
  bench.join(edge, session, "good");
  edge.news();
  const names = (): string[] => bench.host.rooms().map(({ name }) => name);
  return { bench, edge, later, names };
}

describe("what nothing catches", () => {
  for (const hook of ["create", "setup", "tick"] as const) {
    it(`[S-ROOM13] an exception of what ${hook} has started ends that room, as one in a hook`, async () => {
      const { bench, edge, later, names } = await stage(hook);
      const error = new Error("stray");
      expect(later.run!(() => bench.host.uncaught(error, "exception"))).toBe(true);
      // a second one, before the room has had its turn
      expect(later.run!(() => bench.host.uncaught(error, "exception"))).toBe(true);
      bench.run();
      expect(names()).toEqual(["good"]);
      expect(edge.all("left")).toMatchObject([{ code: "ROOM_FAILED" }]);
      expect(bench.metrics.value("realmwright_rooms_failed_total", { room: "bad" })).toBe(1);
      expect(bench.metrics.value("realmwright_uncaught_total", { kind: "exception" })).toBe(2);
      const [line, ...more] = bench.log.of("error");
      expect(line!.data).toMatchObject({ kind: "bad", hook: "none", error });
      expect(more).toEqual([]);
    });
  }

  it("[S-ROOM13] a rejection is logged with its room and ends nothing", async () => {
    const { bench, edge, later, names } = await stage("tick");
    const error = new Error("stray");
    expect(later.run!(() => bench.host.uncaught(error, "rejection"))).toBe(true);
    bench.run();
    expect(names()).toEqual(["bad", "good"]);
    expect(edge.news()).toEqual([]);
    const id = bench.host.rooms()[0]!.id;
    const [line] = bench.log.of("error");
    expect(line).toMatchObject({ data: { room: id, code: "INTERNAL", error } });
    expect(bench.metrics.value("realmwright_uncaught_total", { kind: "rejection" })).toBe(1);
  });

  it("[S-ROOM13] what a room has left behind at its end is logged and ends nothing more", async () => {
    const { bench, later, names } = await stage("dispose");
    const id = bench.host.rooms()[0]!.id;
    await bench.host.reload(
      defineGame({ name: "test", rooms: { good: room({ permanent: true }) } }),
      { text: never, bytes: never, map: never },
    );
    bench.run();
    expect(names()).toEqual(["good"]);
    expect(later.run!(() => bench.host.uncaught(new Error("late"), "exception"))).toBe(true);
    bench.run();
    expect(names()).toEqual(["good"]);
    expect(bench.log.of("error")).toMatchObject([{ data: { room: id, code: "INTERNAL" } }]);
  });

  it("[S-ROOM13] a reloaded room answers for what it started before", async () => {
    const { bench, later, names } = await stage("tick");
    const rooms = { bad: room({ permanent: true }), good: room({ permanent: true }) };
    const files = { text: never, bytes: never, map: never };
    await bench.host.reload(defineGame({ name: "test", rooms }), files);
    expect(later.run!(() => bench.host.uncaught(new Error("late"), "exception"))).toBe(true);
    bench.run();
    expect(names()).toEqual(["good"]);
  });

  it("[S-LIFE5] an exception of no room is logged, and it is for the caller to end the process", async () => {
    const { bench, names } = await stage("tick");
    const unreadable = Object.defineProperty(new Error("x"), "message", { get: () => never() });
    for (const error of [new Error("nobody's"), undefined, unreadable]) {
      expect(bench.host.uncaught(error, "exception")).toBe(false);
    }
    expect(bench.host.uncaught("a text", "rejection")).toBe(true);
    bench.run();
    expect(names()).toEqual(["bad", "good"]);
    expect(bench.log.of("error").map(({ data }) => data["code"])).toEqual(
      Array<string>(4).fill("INTERNAL"),
    );
  });
});

function never(): never {
  throw new Error("never");
}
