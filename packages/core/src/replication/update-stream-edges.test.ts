import { entity, t } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { TwinViews } from "./testing/twin-views.ts";

const step = { min: -4_000, max: 4_000, step: 1 / 64 };
const Page = entity("page", { x: t.position(step), text: t.string(120) });
const Purse = entity("purse", { x: t.position(step), gold: t.uint(9_999).audience("owner") });
const Dog = entity("dog", {
  x: t.position(step),
  y: t.position(step),
  prey: t.entity().audience("team"),
});

/** A place that the wire can tell, another one in each tick and not where it would be expected. */
const swing = (tick: number, of: number): number =>
  Math.round(3_000 * 64 * Math.sin(tick * of)) / 64;

describe("P-SNAP4 P-SNAP6 the usual send", () => {
  it("tells an owner what changes for owners alone, while all else rests", () => {
    const own = { seat: 0 };
    const twins = new TwinViews(Purse, (world) =>
      Array.from({ length: 20 }, (_, x) =>
        world.spawn(Purse, { x, gold: 0, ...(x < 12 ? { owner: own } : {}) }),
      ),
    );
    let usual = 0;
    for (let tick = 1; tick < 30; tick++) {
      for (const purse of twins.entities) purse.gold = (tick * 37 + purse.id) % 9_999;
      if (twins.turn() > 0) usual++;
      for (const purse of twins.entities.slice(0, 12)) {
        const handle = twins.views[0].handleOf(purse.id);
        expect(twins.replicas[0].entities.get(handle)!.get("gold")).toBe(purse.gold);
      }
    }
    expect(usual).toBeGreaterThan(20);
  });

  it("tells of another reference also behind a client that knows neither of the two", () => {
    // who is asked first sees the dogs that are near, and none that is hunted
    const twins = new TwinViews(
      Dog,
      (world) => Array.from({ length: 40 }, (_, x) => world.spawn(Dog, { x: x * 10, team: 1 })),
      { before: { enter: 150, leave: 160, nearest: 40, bytesPerSecond: 10_000_000 } },
    );
    const [hunter, ...others] = twins.entities;
    const prey = others.slice(-12);
    let usual = 0;
    for (let tick = 1; tick < 60; tick++) {
      for (const [i, dog] of twins.entities.entries()) dog.x = i * 10 + swing(tick, dog.id) / 3_000;
      if (tick % 7 === 0) hunter!.prey = prey[tick % prey.length]!.id;
      if (twins.turn() > 0) usual++;
      const [view] = twins.views;
      const seen = twins.replicas[0].entities.get(view.handleOf(hunter!.id))!;
      const due = tick < 7 ? 0 : view.handleOf(prey[(tick - (tick % 7)) % prey.length]!.id);
      expect([tick, seen.get("prey") ?? 0]).toEqual([tick, due]);
    }
    expect(usual).toBeGreaterThan(30);
  });

  it("loses nothing, wherever long and short updates lie", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 30, max: 120 }),
        (turns, longest) => {
          const twins = new TwinViews(Page, (world) =>
            Array.from({ length: 900 }, (_, x) => world.spawn(Page, { x })),
          );
          for (const [tick, long] of turns.entries()) {
            for (const [i, page] of twins.entities.entries()) {
              page.x = swing(tick + 1, page.id);
              if (i < long) page.text = String.fromCharCode(97 + tick).repeat(longest);
            }
            twins.turn();
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  // a text of 120 characters takes some 31 words, a small step a quarter of one: about here the first 2,048 words are full
  it.each([58, 60, 62, 63, 64, 65, 66])(
    "has room for short updates behind %i long ones",
    (long) => {
      const twins = new TwinViews(Page, (world) =>
        Array.from({ length: 400 }, (_, x) => world.spawn(Page, { x })),
      );
      for (let tick = 1; tick < 30; tick++) {
        for (const [i, page] of twins.entities.entries()) {
          page.x = i + Math.round(8 * Math.sin(tick * page.id)) / 64;
          if (tick === 25 && i < long) page.text = "x".repeat(120);
        }
        expect([tick, twins.turn() > 0]).toEqual([tick, tick > 2]);
      }
    },
  );

  it("takes as many bits as it may, and is given up for one more", () => {
    const make = () =>
      new TwinViews(Page, (world) =>
        Array.from({ length: 40 }, (_, x) => world.spawn(Page, { x })),
      );
    const play = (most?: number): boolean[] => {
      const twins = make();
      const { stream } = twins.views[0].cache;
      const write = stream.write.bind(stream);
      const done: boolean[] = [];
      vi.spyOn(stream, "write").mockImplementation((view, bitsMost) => {
        const isDone = write(view, done.length === 9 && most !== undefined ? most : bitsMost);
        done.push(isDone);
        if (done.length === 10 && most === undefined) bits = stream.bits;
        return isDone;
      });
      for (let tick = 1; done.length < 12; tick++) {
        for (const page of twins.entities) page.x = swing(tick, page.id);
        twins.turn();
      }
      return done;
    };
    let bits = 0;
    play();
    expect(bits).toBeGreaterThan(100);
    expect(play(bits)[9]).toBe(true);
    expect(play(bits - 1)[9]).toBe(false);
  });
});
