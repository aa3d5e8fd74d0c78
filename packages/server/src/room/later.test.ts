import { type Later, type Room, room } from "@realmwright/core";
import { entity, input, limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";
import { checkpoint, restore } from "./room-checkpoint.ts";

const Hero = entity("hero", { x: t.float() });
const Move = input("move", { dx: t.unit(8) });
const Buy = input("buy", { item: t.uint(1000) });
const Nod = input("nod", {});

/** A shop that answers when it is told to: by item. */
function shop(more: (at: Room, item: number) => void = () => undefined): {
  readonly bench: RoomBench;
  readonly open: Map<number, Later>;
} {
  const open = new Map<number, Later>();
  const bench = new RoomBench(
    room({
      entities: { Hero },
      inputs: { Move, Buy, Nod },
      predict: { entity: Hero, input: Move, step: (hero, { dx }) => void (hero.x += dx) },
      permanent: true,
      join: (at, player) => void at.spawn(Hero, { owner: player }),
      on: {
        buy: (at, _, { item }) => {
          const later = at.later();
          open.set(item, later);
          more(at, item);
          return later;
        },
        nod: () => undefined,
      },
    }),
  );
  return { bench, open };
}

function answers(bench: RoomBench): unknown[] {
  return (bench.step()?.confirms ?? []).map(({ seat, seq, code, text }) => [
    seat,
    seq,
    code ?? "ok",
    ...(text === undefined ? [] : [text]),
  ]);
}

describe("[S-INPUT9] an input that is answered later", () => {
  it("gets its one confirm in the frame of the tick of its answer, before or behind others", () => {
    const { bench, open } = shop();
    const seat = bench.join("ann");
    bench.input(seat, 1, "buy", { item: 1 });
    bench.input(seat, 2, "buy", { item: 2 });
    bench.input(seat, 3, "nod", {});
    expect(answers(bench)).toEqual([[seat, 3, "ok"]]);
    expect(answers(bench)).toEqual([]);
    open.get(2)!.refuse("TOO_POOR", "Come back with gold.");
    expect(answers(bench)).toEqual([[seat, 2, "TOO_POOR", "Come back with gold."]]);
    open.get(1)!.take();
    expect(answers(bench)).toEqual([[seat, 1, "ok"]]);
    expect(answers(bench)).toEqual([]);
  });

  it.each([
    ["", undefined],
    [
      "x".repeat(limits.errorTextCharacters.value + 1),
      "x".repeat(limits.errorTextCharacters.value),
    ],
    [`${"x".repeat(limits.errorTextCharacters.value - 1)}\u{1f600}`, `${"x".repeat(255)}\ufffd`],
    ["\ud800", "\ufffd"],
  ])("has a text that is bounded and well formed, or none: %j", (given, told) => {
    const { bench, open } = shop();
    const seat = bench.join("ann");
    bench.input(seat, 1, "buy", { item: 1 });
    bench.step();
    open.get(1)!.refuse("NO", given);
    expect(bench.step()!.confirms).toEqual([{ seat, seq: 1, code: "NO", text: told }]);
  });

  it("may be answered at once, and only the first word counts", () => {
    const { bench, open } = shop();
    const seat = bench.join("ann");
    const early = shop((_, item) => early.open.get(item)!.refuse("SOLD_OUT"));
    early.bench.join("ann");
    early.bench.input(0, 1, "buy", { item: 1 });
    expect(answers(early.bench)).toEqual([[0, 1, "SOLD_OUT"]]);
    bench.input(seat, 1, "buy", { item: 1 });
    bench.step();
    open.get(1)!.take();
    open.get(1)!.take();
    open.get(1)!.refuse("TOO_LATE");
    expect(answers(bench)).toEqual([[seat, 1, "ok"]]);
  });

  it("P-ROOM7 is handled once: what comes again while it is open gets no word, later its answer", () => {
    let handled = 0;
    const { bench, open } = shop(() => void handled++);
    const seat = bench.join("ann");
    for (let i = 0; i < 3; i++) {
      bench.input(seat, 1, "buy", { item: 1 });
      expect(answers(bench)).toEqual([]);
    }
    bench.room.drop(seat);
    bench.step();
    bench.room.reconnect(seat);
    bench.input(seat, 1, "buy", { item: 1 });
    expect(answers(bench)).toEqual([]);
    open.get(1)!.refuse("TOO_POOR");
    expect(answers(bench)).toEqual([[seat, 1, "TOO_POOR"]]);
    bench.input(seat, 1, "buy", { item: 1 });
    expect(answers(bench)).toEqual([[seat, 1, "TOO_POOR"]]);
    expect(handled).toBe(1);
  });

  it("[S-INPUT2] takes a place of those that may wait, but none from moves or from other seats", () => {
    const { bench, open } = shop();
    const [ann, ben] = [bench.join("ann"), bench.join("ben")];
    const { value: max } = limits.inboxPerSeat;
    for (let seq = 1; seq <= max - 1; seq++) bench.input(ann, seq, "buy", { item: seq });
    bench.step();
    expect(open.size).toBe(max - 1);
    bench.input(ann, max, "buy", { item: max });
    bench.input(ann, max + 1, "nod", {});
    bench.input(ann, max + 2, "move", { dx: 1 });
    bench.input(ben, 1, "nod", {});
    expect(answers(bench)).toEqual([
      [ann, max + 1, "INBOX_FULL"],
      [ben, 1, "ok"],
    ]);
    const hero = bench.room.state.world.entity(bench.room.report(ann)!.entity);
    expect(hero).toMatchObject({ x: 1 });
    expect(open.size).toBe(max);
    open.get(7)!.take();
    bench.input(ann, max + 3, "nod", {});
    expect(answers(bench)).toEqual([
      [ann, 7, "ok"],
      [ann, max + 3, "ok"],
    ]);
  });

  it("is not answered when its player has left, not to the next one on that seat either", () => {
    const { bench, open } = shop();
    const seat = bench.join("ann");
    bench.input(seat, 1, "buy", { item: 1 });
    bench.step();
    bench.room.leave(seat, { code: "LEFT" });
    bench.step(2);
    expect(bench.join("ben")).toBe(seat);
    open.get(1)!.take();
    expect(answers(bench)).toEqual([]);
    bench.input(seat, 1, "nod", {});
    expect(answers(bench)).toEqual([[seat, 1, "ok"]]);
  });

  it("does nothing when its room has ended", () => {
    const { bench, open } = shop();
    const seat = bench.join("ann");
    bench.input(seat, 1, "buy", { item: 1 });
    bench.step();
    bench.room.close();
    bench.step();
    open.get(1)!.take();
    expect(bench.step()).toBeUndefined();
    expect(bench.log.of("error")).toEqual([]);
  });

  it("is answered ANSWER_LOST by a restored room when it comes again, and handled no more", () => {
    let handled = 0;
    const { bench, open } = shop(() => void handled++);
    const seat = bench.join("ann");
    bench.input(seat, 1, "buy", { item: 1 });
    bench.input(seat, 2, "buy", { item: 2 });
    bench.step();
    open.get(2)!.take();
    const bytes = checkpoint(bench.room);
    const before = bench.room;
    const { plan, log, metrics } = bench;
    bench.room = restore(bytes, { plan, log, metrics, seed: 0 });
    before.handOver(bench.room);
    open.get(1)!.take();
    expect(answers(bench)).toEqual([]);
    bench.input(seat, 1, "buy", { item: 1 });
    bench.input(seat, 2, "buy", { item: 2 });
    bench.input(seat, 3, "nod", {});
    expect(answers(bench)).toEqual([
      [seat, 1, "ANSWER_LOST"],
      [seat, 2, "ok"],
      [seat, 3, "ok"],
    ]);
    expect(handled).toBe(2);
  });

  it("[S-ROOM6] answers one input alone, with a code that can be one", () => {
    const { bench, open } = shop();
    const seat = bench.join("ann");
    bench.input(seat, 1, "buy", { item: 1 });
    bench.step();
    for (const code of ["", "x".repeat(41), "\ud800"]) {
      expect(() => open.get(1)!.refuse(code)).toThrow(/GAME_INVALID/u);
    }
    open.get(1)!.refuse("X".repeat(40));
    expect(answers(bench)).toEqual([[seat, 1, "X".repeat(40)]]);
    let shared: Later | undefined;
    const twice = new RoomBench(
      room({ inputs: { Nod }, on: { nod: (at) => (shared ??= at.later()) } }),
    );
    twice.join("ann");
    twice.input(0, 1, "nod", {});
    twice.input(0, 2, "nod", {});
    twice.step();
    expect(twice.room.status).toBe("failed");
    expect(twice.log.of("error")[0]!.data).toMatchObject({ hook: "on nod" });
  });
});
