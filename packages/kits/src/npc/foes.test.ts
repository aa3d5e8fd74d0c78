import type { Entity } from "@realmwright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlacedDefinition } from "../kit-room.ts";
import { Foes } from "./foes.ts";

type Foe = Entity<PlacedDefinition>;

const place = fc.record({
  // Some are off the map.
  x: fc.integer({ min: -500, max: 10_000 }).map((n) => n / 100),
  y: fc.integer({ min: -500, max: 7_000 }).map((n) => n / 100),
});
const foe = fc.record({ at: place, stepX: fc.nat(70), stepY: fc.nat(70), alive: fc.boolean() });

describe("Foes", () => {
  it("finds everyone who lives and is near, also those who took a step since, and nobody twice", () => {
    fc.assert(
      fc.property(
        fc.array(foe, { maxLength: 30 }),
        place,
        fc.integer({ min: 0, max: 20 }),
        (list, at, radius) => {
          const foes = new Foes(95, 65);
          // What was there before is forgotten.
          foes.add({ alive: true, x: 1, y: 1 } as unknown as Foe, 1, 1);
          foes.clear();
          const bodies = list.map(({ at: { x, y }, stepX, stepY, alive }) => {
            const body = { alive: true, x, y };
            foes.add(body as unknown as Foe, x, y);
            Object.assign(body, { alive, x: x + stepX / 100, y: y - stepY / 100 });
            return body;
          });
          const found: Foe[] = [];
          found.length = foes.about(at.x, at.y, radius, found);
          expect(new Set(found).size).toBe(found.length);
          for (const body of bodies) {
            const isNear = Math.hypot(body.x - at.x, body.y - at.y) <= radius;
            if (isNear && body.alive) expect(found).toContain(body);
            if (!body.alive) expect(found).not.toContain(body);
          }
        },
      ),
    );
  });

  it("finds nobody about a point that is none, and takes none that are nowhere", () => {
    const foes = new Foes(40, 40);
    foes.add({ alive: true } as unknown as Foe, NaN, 3);
    foes.add({ alive: true } as unknown as Foe, 3, 3);
    expect(foes.about(NaN, 3, 10, [])).toBe(0);
    expect(foes.about(3, 3, 10, [])).toBe(1);
  });
});
