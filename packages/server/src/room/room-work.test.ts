import { type Room, room, type RoomDefinition } from "@realmwright/core";
import { document, input, limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";
import { checkpoint, restore } from "./room-checkpoint.ts";

const Ask = input("ask", {});
const Board = document("board", { lines: t.list(t.string(40), 20) });

/** A room that does what a test says whenever somebody asks. */
function asking(act: (at: Room) => void, bell: () => void = () => undefined): RoomBench {
  return new RoomBench(
    room({
      inputs: { Ask },
      documents: { shared: Board },
      permanent: true,
      on: { ask: (at) => act(at as unknown as Room) },
      timers: { bell },
    }) as RoomDefinition,
  );
}

function ask(bench: RoomBench): void {
  bench.input(0, bench.room.report(0)!.inputSeq + 1, "ask", {});
  bench.step();
}

/** Lets what was resolved or rejected so far run on. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const failures = (bench: RoomBench): unknown[] =>
  bench.log.of("warn").map(({ message, data }) => [message, (data["error"] as Error).message]);
const told = "Work that a room waited for has failed.";

describe("[S-ROOM14] work that a room waits for", () => {
  it("runs its continuation once, within a later tick, with what came of it", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const ticks: [string, number][] = [];
    const bench = asking((at) => {
      at.when(promise, (value) => {
        ticks.push([value, at.tick]);
        at.document.update((board) => void (board as { lines: string[] }).lines.push(value));
      });
    });
    bench.join("ann");
    ask(bench);
    bench.step(3);
    resolve("bread");
    await settled();
    expect(ticks).toEqual([]);
    const frame = bench.step()!;
    expect(ticks).toEqual([["bread", bench.room.tick]]);
    expect(frame.documents).toMatchObject([{ seat: -1, value: { lines: ["bread"] } }]);
    bench.step(3);
    expect(ticks).toHaveLength(1);
  });

  it("runs what has ended in the order of its ending, before timers and inputs of that tick", async () => {
    const works = [0, 1, 2].map(() => Promise.withResolvers<number>());
    const done: unknown[] = [];
    let isWaiting = false;
    const act = (at: Room): void => {
      if (isWaiting) done.push("input");
      else
        for (const [i, { promise }] of works.entries()) at.when(promise, (n) => done.push([i, n]));
      if (!isWaiting) at.after(1, "bell");
      isWaiting = true;
    };
    const bench = asking(act, () => done.push("timer"));
    bench.join("ann");
    ask(bench);
    works[2]!.resolve(7);
    await settled();
    works[0]!.resolve(8);
    await settled();
    ask(bench);
    expect(done).toEqual([[2, 7], [0, 8], "timer", "input"]);
  });

  it("may wait for more in turn, and takes what is no promise too", async () => {
    const done: number[] = [];
    const bench = asking((at) => {
      at.when(1 as unknown as Promise<number>, (one) => {
        done.push(one);
        at.when(Promise.resolve(2), (two) => done.push(two));
      });
    });
    bench.join("ann");
    ask(bench);
    await settled();
    bench.step();
    expect(done).toEqual([1]);
    await settled();
    bench.step();
    expect(done).toEqual([1, 2]);
  });

  it("tells of a rejection: whom it was said to, or else the log", async () => {
    const heard: unknown[] = [];
    const bench = asking((at) => {
      at.when(
        Promise.reject(new Error("one")),
        () => heard.push("then"),
        (error) => {
          heard.push([(error as Error).message, at.tick]);
        },
      );
      at.when(Promise.reject(new Error("two")), () => heard.push("then"));
    });
    bench.join("ann");
    ask(bench);
    await settled();
    expect(heard).toEqual([]);
    bench.step();
    expect(heard).toEqual([["one", bench.room.tick]]);
    expect(failures(bench)).toEqual([[told, "two"]]);
    expect(bench.room.status).toBe("running");
    expect(bench.room.state.work.size).toBe(0);
  });

  it.each<[string, (at: Room) => void]>([
    ["throws", () => void boom()],
    ["is asynchronous", () => Promise.reject(new Error("late"))],
    ["refuses, as only inputs are", (at) => void throwRefusal(at)],
  ])("[S-ROOM5] ends the room when its continuation %s", async (_, then) => {
    const bench = asking((at) => at.when(Promise.resolve(), () => then(at)));
    bench.join("ann");
    ask(bench);
    await settled();
    bench.step();
    expect(bench.room.status).toBe("failed");
    expect(bench.of("left")).toMatchObject([{ seat: 0, code: "ROOM_FAILED" }]);
    expect(bench.log.of("error")[0]!.data).toMatchObject({ hook: "when" });
    await settled();
  });

  it("runs nothing in a room that has ended, and logs what was rejected then", async () => {
    const done: string[] = [];
    const { promise, reject } = Promise.withResolvers<never>();
    const bench = asking((at) => {
      at.when(Promise.resolve(), () => done.push("resolved"));
      at.when(
        Promise.reject(new Error("before")),
        () => done.push("then"),
        () => done.push("no"),
      );
      at.when(
        promise,
        () => done.push("then"),
        () => done.push("no"),
      );
    });
    bench.join("ann");
    ask(bench);
    await settled();
    bench.room.abort(new Error("broken"));
    reject(new Error("behind"));
    await settled();
    bench.step(2);
    expect(done).toEqual([]);
    expect(failures(bench)).toEqual([
      [told, "before"],
      [told, "behind"],
    ]);
  });

  it("is not waited for by a room that has ended", async () => {
    let at: Room | undefined;
    const bench = asking((of) => (at = of));
    bench.join("ann");
    ask(bench);
    bench.room.close();
    bench.step();
    expect(() => at!.when(Promise.resolve(), () => undefined)).toThrow(/ROOM_CLOSED/u);
    expect(() => at!.later()).toThrow(/ROOM_CLOSED/u);
  });

  it("is no part of a checkpoint: nothing runs in the room before or after", async () => {
    const done: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const bench = asking((at) => at.when(promise, () => done.push("then")));
    bench.join("ann");
    ask(bench);
    const before = bench.room;
    const { plan, log, metrics } = bench;
    bench.room = restore(checkpoint(before), { plan, log, metrics, seed: 0 });
    before.handOver(bench.room);
    resolve();
    await settled();
    before.step();
    bench.step(3);
    expect(done).toEqual([]);
  });

  it("workPerRoom: is waited for up to its limit, and again when some of it has ended", async () => {
    const { value: max, error } = limits.workPerRoom;
    const codes: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const bench = asking((at) => {
      for (let i = codes.length === 0 ? 0 : max; i <= max; i++) {
        try {
          at.when(i === 0 ? Promise.resolve() : promise, () => undefined);
          codes.push("ok");
        } catch (cause) {
          codes.push((cause as { code: string }).code);
        }
      }
    });
    bench.join("ann");
    ask(bench);
    expect(codes.slice(max - 1)).toEqual(["ok", error]);
    await settled();
    // the one that has ended has run in this tick
    ask(bench);
    expect(codes.at(-1)).toBe("ok");
    resolve();
    await settled();
    bench.step();
    expect(bench.room.state.work.size).toBe(0);
  });
});

function boom(): never {
  throw new Error("broken");
}

function throwRefusal(at: Room): never {
  throw at.refuse("NO") as unknown as Error;
}

it("[S-ROOM15] a room without a database hears so from its storage", async () => {
  const codes: unknown[] = [];
  const owner = "00000000-0000-0000-0000-000000000000";
  const bench = asking(({ storage }) => {
    const place = { owner, collection: "a", key: "b" };
    const calls = [
      storage.read(place),
      storage.list(place),
      storage.batch([{ op: "read", ...place }]),
    ];
    for (const call of calls) {
      call.catch((error: { code: string }) => codes.push(error.code));
    }
  });
  bench.join("ann");
  ask(bench);
  await settled();
  expect(codes).toEqual(["STORE_UNAVAILABLE", "STORE_UNAVAILABLE", "STORE_UNAVAILABLE"]);
  expect(bench.room.status).toBe("running");
});
