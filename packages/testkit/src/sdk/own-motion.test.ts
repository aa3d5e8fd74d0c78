import { connect, type ClientRoom } from "@realmwright/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedRealm } from "../simulation/simulated-realm.ts";
import {
  type FieldGame,
  fieldGame,
  Move,
  Shove,
  Walker,
  walking,
  walkingSpeed,
} from "../testing/field-game.ts";

const frameMs = 16;
const game = { rooms: { field: { predict: walking }, cave: { predict: walking } } };

describe.each(["binary", "msgpack", "json"] as const)("at 200 ms of round trip, %s", (encoding) => {
  let realm: SimulatedRealm;
  let room: ClientRoom<FieldGame["rooms"]["field"]>;

  beforeEach(async () => {
    realm = await SimulatedRealm.start(fieldGame());
    realm.network.conditions.delayMs = 100;
    const options = { ...realm.guest("Ada"), encoding, game };
    const ada = await realm.until(connect<FieldGame>(options));
    room = await realm.until(ada.join("field"));
    await realm.run(1000, frameMs, (now) => room.update(now));
  });
  afterEach(() => {
    realm.stop();
    expect(realm.errors).toEqual([]);
  });

  const shownX = (): number => room.view(room.self!).x;
  const frames = async (ms: number): Promise<number[]> => {
    const shown: number[] = [];
    await realm.run(ms, frameMs, (now) => {
      room.update(now);
      shown.push(shownX());
    });
    return shown;
  };

  test("one's own motion shows in the next frame", async () => {
    expect(shownX()).toBe(100);
    room.input(Move, { dx: 1, dy: 0 });
    const [first] = await frames(frameMs);
    expect(first).toBeGreaterThanOrEqual(100 + (walkingSpeed * frameMs) / 1000);
    expect(first).toBeLessThan(100.3);
    // the server has not even heard of it
    expect(room.self!.x).toBe(100);
  });

  test("nothing is corrected on open ground, whatever the way", async () => {
    realm.network.conditions.jitterMs = 30;
    for (const [dx, dy] of [
      [1, 0],
      [0, 0],
      [-0.5, 0.7],
      [0, -1],
      [0, 0],
    ] as const) {
      room.input(Move, { dx, dy });
      const shown = await frames(1000);
      const most = Math.max(...shown.slice(1).map((x, i) => Math.abs(x - shown[i]!)));
      expect(most).toBeLessThan((1.5 * walkingSpeed * frameMs) / 1000);
    }
    expect(room.stats.corrections).toBe(0);
    expect(room.self!.x).toBeCloseTo(shownX(), 1);
  });

  test("the server's shove is one correction, and what is shown glides over it", async () => {
    room.input(Move, { dx: 1, dy: 0 });
    await frames(1000);
    const before = shownX();
    await realm.run(1);
    const shove = room.send(Shove, { by: 3 });
    const shown = [before, ...(await frames(2000))];
    await shove;
    expect(room.stats.corrections).toBe(1);
    const steps = shown.slice(1).map((x, i) => x - shown[i]!);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    // no single frame shows a third of the way
    expect(Math.max(...steps)).toBeLessThan(1);
    expect(shown.at(-1)! - before).toBeCloseTo(3 + walkingSpeed * 2, 0);
  });

  test("others are shown moving evenly between snapshots", async () => {
    const bob = await realm.until(connect<FieldGame>({ ...realm.guest("Bob"), encoding }));
    const there = await realm.until(bob.join("field"));
    realm.network.conditions.jitterMs = 20;
    room.input(Move, { dx: 1, dy: 0 });
    const walker = there.all(Walker).find(({ name }) => name === "Ada")!;
    const shown: number[] = [];
    await realm.run(4000, frameMs, (now) => {
      room.update(now);
      there.update(now);
      shown.push(there.view(walker).x);
    });
    const moving = shown.slice(Math.floor(1000 / frameMs));
    const steps = moving.slice(1).map((x, i) => x - moving[i]!);
    const even = (walkingSpeed * frameMs) / 1000;
    expect(Math.min(...steps)).toBeGreaterThan(even * 0.6);
    expect(Math.max(...steps)).toBeLessThan(even * 1.4);
    expect(there.view(walker)).toBe(there.view(walker));
  });
});
