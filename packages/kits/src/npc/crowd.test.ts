import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Body, lookTicks } from "./body.ts";
import { Crowd } from "./crowd.ts";
import type { CompiledKind } from "./kinds.ts";

const radius = 0.35;
const kind = { shape: { radius } } as CompiledKind;
/** Some are off the map. */
const place = fc.record({
  x: fc.integer({ min: -300, max: 1300 }).map((n) => n / 100),
  y: fc.integer({ min: -300, max: 900 }).map((n) => n / 100),
});

function put(body: Body, { x, y }: { x: number; y: number }): Body {
  body.kind = kind;
  body.x = x;
  body.y = y;
  return body;
}

/** What two bodies do to the first, by the word of `spread`. */
function pushBetween(body: Body, other: Body): { x: number; y: number } {
  const distance = Math.hypot(body.x - other.x, body.y - other.y);
  const share = Math.max(0, 2 * radius - distance) / (2 * lookTicks) / Math.max(distance, 1e-9);
  return { x: (body.x - other.x) * share, y: (body.y - other.y) * share };
}

describe("Crowd", () => {
  it("pushes each body away from all that it overlaps, wherever they were before", () => {
    const places = fc.uniqueArray(place, {
      minLength: 1,
      maxLength: 9,
      selector: ({ x, y }) => `${x} ${y}`,
    });
    fc.assert(
      fc.property(fc.array(places, { minLength: 1, maxLength: 4 }), (rounds) => {
        const bodies = Array.from({ length: 9 }, (_, index) => new Body(index));
        const crowd = new Crowd(10, 6, bodies);
        for (const round of rounds) {
          const here = round.map((at, index) => put(bodies[index]!, at));
          crowd.gather(here);
          for (const body of here) {
            crowd.spread(body);
            let x = 0;
            let y = 0;
            for (const other of here) {
              if (other === body) continue;
              const push = pushBetween(body, other);
              x += push.x;
              y += push.y;
            }
            expect(body.pushX).toBeCloseTo(x, 9);
            expect(body.pushY).toBeCloseTo(y, 9);
          }
        }
      }),
    );
  });

  it("parts those that stand on one point", () => {
    const bodies = Array.from({ length: 3 }, (_, index) => put(new Body(index), { x: 3, y: 3 }));
    const crowd = new Crowd(10, 6, bodies);
    crowd.gather(bodies);
    for (const body of bodies) crowd.spread(body);
    const pushes = bodies.map(({ pushX, pushY }) => `${pushX} ${pushY}`);
    expect(new Set(pushes).size).toBe(3);
  });

  it("takes no body that is nowhere", () => {
    const bodies = [put(new Body(0), { x: NaN, y: 1 }), put(new Body(1), { x: 1, y: 1 })];
    const crowd = new Crowd(10, 6, bodies);
    crowd.gather(bodies);
    crowd.gather(bodies);
    for (const body of bodies) crowd.spread(body);
    expect([bodies[1]!.pushX, bodies[1]!.pushY]).toEqual([0, 0]);
  });
});
