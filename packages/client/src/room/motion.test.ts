import fc from "fast-check";
import { expect, test } from "vitest";
import { Move, Walker } from "../testing/glade.ts";
import { Stage } from "../testing/stage.ts";

const encodings = ["binary", "msgpack", "json"] as const;

test.each(encodings)(
  "C-PRE1 in %s at 200 ms of round trip the own motion shows in the next frame, uncorrected on open ground",
  async (encoding) => {
    const stage = new Stage();
    stage.network.conditions.delayMs = 100;
    const client = await stage.connect(encoding);
    const room = await stage.join(client);
    await stage.frames(room, 60);
    expect(room.view(room.own(Walker)!).x).toBe(100);
    room.input(Move, { dx: 1, dy: 0.5 });
    let before = 100;
    await stage.frames(room, 250, () => {
      const { x } = room.view(room.own(Walker)!);
      expect(x).toBeGreaterThan(before);
      before = x;
    });
    expect(before).toBeGreaterThan(100 + 23);
    room.input(Move, { dx: 0, dy: 0 });
    await stage.frames(room, 60);
    expect(room.stats.corrections).toBe(0);
    const { walker } = stage.server.glade.seats.get(0)!;
    expect(room.view(room.own(Walker)!).x).toBeCloseTo(walker.x, 3);
    expect(room.view(room.own(Walker)!).y).toBeCloseTo(walker.y, 3);
  },
);

test.each(encodings)("C-PRE2 in %s one shove by the server is one correction", async (encoding) => {
  const stage = new Stage();
  stage.network.conditions.delayMs = 100;
  const client = await stage.connect(encoding);
  const room = await stage.join(client);
  const { walker } = stage.server.glade.seats.get(0)!;
  for (const [round, dx] of [1, 0, -1].entries()) {
    room.input(Move, { dx, dy: 0 });
    await stage.frames(room, 60);
    walker.y += 4;
    let before = room.view(room.own(Walker)!).y;
    await stage.frames(room, 90, () => {
      const { y } = room.view(room.own(Walker)!);
      expect(Math.abs(y - before)).toBeLessThan(1);
      before = y;
    });
    expect(room.stats.corrections).toBe(round + 1);
    expect(before).toBeCloseTo(walker.y, 2);
  }
});

test("C-PRE3 under any jitter the prediction converges, and corrections are shoves", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...encodings),
      fc.integer({ min: 0, max: 150 }),
      fc.integer({ min: 0, max: 80 }),
      fc.array(
        fc.record({
          dx: fc.integer({ min: -1, max: 1 }),
          shove: fc.boolean(),
          frames: fc.integer({ min: 10, max: 40 }),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async (seed, encoding, delayMs, jitterMs, acts) => {
        const stage = new Stage(seed);
        stage.network.conditions.delayMs = delayMs;
        stage.network.conditions.jitterMs = jitterMs;
        const client = await stage.connect(encoding);
        const room = await stage.join(client);
        const { walker } = stage.server.glade.seats.get(0)!;
        let shoves = 0;
        for (const { dx, shove, frames } of acts) {
          room.input(Move, { dx, dy: 0 });
          if (shove) {
            walker.y += 1;
            shoves++;
          }
          await stage.frames(room, frames);
        }
        room.input(Move, { dx: 0, dy: 0 });
        await stage.frames(room, 100);
        expect(room.stats.corrections).toBe(shoves);
        expect(room.view(room.own(Walker)!).x).toBeCloseTo(walker.x, 2);
        expect(room.view(room.own(Walker)!).y).toBeCloseTo(walker.y, 2);
      },
    ),
    { numRuns: 40 },
  );
});

test.each(encodings)(
  "C-INT1 in %s others walk evenly, behind their snapshots and never backwards",
  async (encoding) => {
    const stage = new Stage(3);
    stage.network.conditions.delayMs = 60;
    stage.network.conditions.jitterMs = 30;
    const client = await stage.connect(encoding);
    const bob = stage.server.glade.join("bob");
    const room = await stage.join(client);
    let isWalking = true;
    const walk = (): void => {
      bob.walker.x += 0.3;
      if (isWalking) stage.clock.at(stage.clock.nowMs() + 50, walk);
    };
    walk();
    const seen = room.all(Walker).find(({ name }) => name === "bob")!;
    await stage.frames(room, 120);
    let before = room.view(seen).x;
    const steps: number[] = [];
    await stage.frames(room, 300, () => {
      const { x } = room.view(seen);
      steps.push(x - before);
      before = x;
      expect(x).toBeLessThanOrEqual(bob.walker.x);
    });
    isWalking = false;
    // 6 units per second for 16 ms is 0.096
    for (const each of steps) {
      expect(each).toBeGreaterThanOrEqual(-1e-9);
      expect(each).toBeLessThan(0.2);
    }
    const even = steps.filter((each) => each > 0.08 && each < 0.115);
    expect(even.length / steps.length).toBeGreaterThan(0.95);
    await stage.frames(room, 60);
    expect(room.view(seen).x).toBeCloseTo(bob.walker.x, 1);
  },
);

test("C-INT2 a view is the same object each time, worked out once per update", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const bob = stage.server.glade.join("bob");
  const room = await stage.join(client);
  const seen = room.all(Walker).find(({ name }) => name === "bob")!;
  await stage.frames(room, 60);
  const view = room.view(seen);
  bob.walker.x += 1;
  bob.walker.mood = "angry";
  await stage.pass(100);
  expect(seen).toMatchObject({ mood: "angry" });
  // newer snapshots show with the next update alone
  expect(room.view(seen)).toBe(view);
  expect(view).toMatchObject({ x: 100, mood: "calm", id: seen.id, type: "walker" });
  await stage.frames(room, 30);
  expect(room.view(seen)).toBe(view);
  expect(view.x).toBeCloseTo(101, 6);
  expect(view.mood).toBe("angry");
});

test("C-INT3 who jumps is not seen on the way", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", { teleportDistance: { walker: 5 } });
  const bob = stage.server.glade.join("bob");
  const room = await stage.join(client);
  const seen = room.all(Walker).find(({ name }) => name === "bob")!;
  await stage.frames(room, 60);
  bob.walker.x = 300;
  const places = new Set<number>();
  await stage.frames(room, 60, () => places.add(room.view(seen).x));
  expect([...places]).toEqual([100, 300]);
});

test.each(encodings)(
  "C-PRE6 in %s what the step never writes shows at once, without a correction",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    const room = await stage.join(client);
    const { walker } = stage.server.glade.seats.get(0)!;
    for (const dx of [0, 1]) {
      room.input(Move, { dx, dy: 0 });
      await stage.frames(room, 30);
      walker.hp -= 10;
      walker.mood = "angry";
      await stage.frames(room, 8);
      expect(room.view(room.own(Walker)!)).toHaveProperty("hp", walker.hp);
      expect(room.view(room.own(Walker)!)).toHaveProperty("mood", "angry");
    }
    expect(room.stats.corrections).toBe(0);
  },
);
