import { AsyncLocalStorage } from "node:async_hooks";
import { defineGame, room } from "@realmwright/core";
import { input } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { createLog } from "../logging/pino-log.ts";
import type { Log } from "../ports/log.ts";
import { HostBench } from "../testing/host-bench.ts";
import { hostileValues } from "../testing/hostile-values.ts";

const Hit = input("hit", {});

const failing = (): never => {
  throw new Error("the disk is full");
};
const brokenLog: Log = {
  debug: failing,
  info: failing,
  warn: failing,
  error: failing,
  with: failing,
};

/** One room that throws, by an input or when told, and one beside it that counts its ticks. */
async function stage(thrown: unknown, log: Log) {
  let ticks = 0;
  const doom: { throws: boolean; later?: ReturnType<typeof AsyncLocalStorage.snapshot> } = {
    throws: false,
  };
  const fall = (): never => {
    throw thrown;
  };
  const rooms = {
    bad: room({
      permanent: true,
      inputs: { Hit },
      on: { hit: fall },
      dispose: fall,
      tick: () => {
        doom.later ??= AsyncLocalStorage.snapshot();
        if (doom.throws) fall();
      },
    }),
    good: room({ permanent: true, tick: () => void ticks++ }),
  };
  const bench = await HostBench.start(defineGame({ name: "test", rooms }), "local", { log });
  const edge = bench.edge();
  const { session } = bench.open(edge, "ann");
  const { room: id, seat } = bench.join(edge, session, "bad");
  return { bench, edge, session, id, seat, doom, ticks: () => ticks };
}

describe("a thrown value", () => {
  for (const [title, make] of Object.entries(hostileValues)) {
    it(`[S-ROOM4] [S-LOG3] ends its room alone, in the real log: ${title}`, async () => {
      const lines: string[] = [];
      const log = createLog({ destination: { write: (line) => void lines.push(line) } });
      const { bench, edge, session, id, seat, ticks } = await stage(make(), log);
      const items = [{ seq: 1, input: 0, view: -1, value: {} }];
      edge.say({ type: "input", session, room: id, seat, items });
      const before = ticks();
      bench.run(1000);
      expect(edge.all("left")).toMatchObject([{ code: "ROOM_FAILED" }]);
      expect(bench.host.rooms().map(({ name }) => name)).toEqual(["good"]);
      expect(ticks() - before).toBeGreaterThan(10);
      const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
      expect(messages).toEqual(["A room ended by an error.", "A room's dispose hook failed too."]);
    });
  }

  it.each(Object.entries(hostileValues))(
    "[S-ROOM13] [S-LOG3] ends its room alone, thrown where nothing catches it: %s",
    async (_, make) => {
      const lines: string[] = [];
      const log = createLog({ destination: { write: (line) => void lines.push(line) } });
      for (const each of [log, brokenLog]) {
        const value = make();
        const { bench, edge, doom, ticks } = await stage(value, each);
        expect(doom.later!(() => bench.host.uncaught(value, "exception"))).toBe(true);
        expect(bench.host.uncaught(value, "rejection")).toBe(true);
        const before = ticks();
        bench.run(1000);
        expect(edge.all("left")).toMatchObject([{ code: "ROOM_FAILED" }]);
        expect(ticks() - before).toBeGreaterThan(10);
      }
      expect(lines).toHaveLength(3);
    },
  );

  it("[S-LOG3] a log that throws costs no more than the line", async () => {
    const { bench, edge, doom, ticks } = await stage(new Error("plain"), brokenLog);
    doom.throws = true;
    const before = ticks();
    bench.run(1000);
    expect(edge.all("left")).toMatchObject([{ code: "ROOM_FAILED" }]);
    expect(bench.host.rooms().map(({ name }) => name)).toEqual(["good"]);
    expect(ticks() - before).toBeGreaterThan(10);
  });

  it("[S-LOG3] a line whose data can not be written is missed in the log, and nothing else", async () => {
    const lines: string[] = [];
    const log = createLog({ destination: { write: (line) => void lines.push(line) } });
    const data = Object.defineProperty({}, "a", { get: failing, enumerable: true });
    const rooms = {
      town: room({ permanent: true, create: (at) => at.log.info("first", { data }) }),
    };
    const bench = await HostBench.start(defineGame({ name: "test", rooms }), "local", { log });
    bench.run();
    expect(bench.host.rooms()).toMatchObject([{ name: "town" }]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 50, line: "first" },
    ]);
  });
});
