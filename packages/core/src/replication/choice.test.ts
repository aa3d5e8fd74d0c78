import { describe, expect, it } from "vitest";
import type { InterestOptions } from "../game/definition.ts";
import type { Entity } from "../game/room.ts";
import { stampMax } from "./stamps.ts";
import { Bed, Walker } from "./testing/stream-bed.ts";

/** So that the burst at the beginning does not do for all. */
const long = "x".repeat(24);

type Thing = Entity<typeof Walker>;

/** One client that stands at the origin, and things at the given distances from it. */
function bedOf(far: boolean, interest: InterestOptions, distances: readonly number[]) {
  const bed = new Bed(3);
  const client = bed.join({ readable: false, far, interest });
  const own = bed.own.get(0)!;
  own.x = 0;
  own.y = 0;
  const at = (x: number): Thing => bed.world.spawn(Walker, { x, y: 0, name: long, title: long });
  const things = distances.map(at);
  const turn = (): void => {
    bed.step();
    bed.send();
  };
  const sees = (thing: Thing): boolean => client.view.handleOf(thing.id) > 0;
  const { replica } = client;
  /** The greatest x of all that the client itself holds. */
  const farthest = (): number =>
    Math.max(...[...replica.entities.values()].map((held) => Number(held.get("x"))));
  return { bed, things, at, turn, sees, farthest };
}

describe.each([false, true])("what a client is shown (by bytes: %s)", (far) => {
  it("P-SNAP4 who waits to come in does not let in the next tenant of its slot", () => {
    const distances = Array.from({ length: 350 }, (_, i) => 1 + i / 20);
    const rules = { enter: 20, leave: 24, nearest: 400, bytesPerSecond: 400 };
    const { bed, things, at, turn, sees, farthest } = bedOf(far, rules, distances);
    turn();
    // the nearest of those for which there were no bytes
    const waiting = things.find((thing) => !sees(thing))!;
    bed.world.despawn(waiting);
    bed.step();
    const tenant = at(90);
    expect((tenant.id - 1) & 0xffff).toBe((waiting.id - 1) & 0xffff);
    const before = things.filter(sees).length;
    // no new choice is made in these sends: who comes in was chosen before
    for (let i = 0; i < 3; i++) {
      turn();
      expect(sees(tenant)).toBe(false);
      expect(farthest()).toBeLessThan(20);
    }
    expect(things.filter(sees).length).toBeGreaterThan(before);
  });

  it.each([
    [9.5, false],
    [9, false],
    [8.9, true],
    [8, true],
  ])("what is seen at 10 gives way to what comes to %f: %s", (distance, gives) => {
    const rules = { enter: 20, leave: 24, nearest: 1, dwellMs: 0 };
    const { things, at, turn, sees } = bedOf(far, rules, [10]);
    turn();
    expect(sees(things[0]!)).toBe(true);
    const other = at(distance);
    for (let i = 0; i < 8; i++) turn();
    expect([sees(things[0]!), sees(other)]).toEqual([!gives, gives]);
  });

  it("who came a moment ago stays for its time and no longer, though stamps begin anew meanwhile", () => {
    const rules = { enter: 20, leave: 24, nearest: 1, dwellMs: 1_000 };
    const { bed, things, at, turn, sees } = bedOf(far, rules, [10]);
    bed.tick = stampMax - 3;
    turn();
    const other = at(5);
    const seen = (): boolean[] => [sees(things[0]!), sees(other)];
    for (let i = 0; i < 16; i++) {
      turn();
      expect(seen()).toEqual([true, false]);
    }
    expect((far ? bed.far : bed.mirror).origin).toBeGreaterThan(0);
    for (let i = 0; i < 8; i++) turn();
    expect(seen()).toEqual([false, true]);
  });

  it("who joins a team where all is seen and nothing happens sees what the team sees", () => {
    const bed = new Bed(3);
    const client = bed.join({ readable: false, far });
    const entity = bed.own.get(0)!.id;
    const teams = [7, 8].map((team) =>
      bed.world.spawn(Walker, { x: 1, y: 1, team, audience: "team" }),
    );
    const seenBy = (team: number): boolean[] => {
      bed.writer.seat(0, { entity, team });
      for (let i = 0; i < 8; i++) {
        bed.step();
        bed.send();
      }
      return teams.map(({ id }) => client.view.handleOf(id) > 0);
    };
    expect([0, 7, 8, 0].map(seenBy)).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});
