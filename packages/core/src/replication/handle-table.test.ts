import { entity, t } from "@realmwright/protocol";
import { compileRoom } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { handlesMax, HandleTable } from "./handle-table.ts";
import { layoutRoom } from "./type-layout.ts";

const Stone = entity("stone", { x: t.position({ min: 0, max: 8, step: 1 }) });
const layout = layoutRoom(compileRoom({ entities: { Stone } }));

/** Opens and closes as told, and holds every answer to a list of what should be there. */
function expectFollowed(
  steps: readonly { readonly slot: number; readonly opens: boolean }[],
): void {
  const table = new HandleTable(layout);
  const held = new Map<number, number>();
  const slots = new Set(steps.map(({ slot }) => slot));
  for (const { slot, opens } of steps) {
    const index = held.get(slot);
    if (opens && index === undefined) {
      const opened = table.open(slot, 1, 0, 0, 5);
      const isFull = held.size === handlesMax;
      expect(opened < 0).toBe(isFull);
      if (!isFull) held.set(slot, opened);
    } else if (!opens && index !== undefined) {
      table.close(index);
      held.delete(slot);
    }
  }
  expect(table.count).toBe(held.size);
  expect(new Set(held.values()).size).toBe(held.size);
  for (const slot of slots) {
    expect([slot, table.indexOf(slot)]).toEqual([slot, held.get(slot) ?? -1]);
    if (held.has(slot)) expect(table.slotAt(held.get(slot)!)).toBe(slot);
  }
}

test("finds the index of every slot that is held, and of no other, whatever came and went", () => {
  const step = (most: number) => fc.record({ slot: fc.nat({ max: most }), opens: fc.boolean() });
  const steps = fc.oneof(
    // few slots, which come and go again and again
    fc.array(step(40), { maxLength: 400 }),
    fc.array(step(65_534), { maxLength: 400 }),
    // in a row, or far apart by a power of two, as slots are given out in blocks
    fc
      .tuple(fc.nat(1000), fc.constantFrom(1, 64, 256, 1024, 2048), fc.nat(60))
      .map(([first, stride, count]) =>
        Array.from({ length: count * 2 }, (_, i) => ({
          slot: (first + (i % count) * stride) % 65_535,
          opens: i < count || i % 3 === 0,
        })),
      ),
  );
  fc.assert(fc.property(steps, expectFollowed), { numRuns: 300 });
});

test("holds 1,023 entities and not one more", () => {
  const opened = Array.from({ length: handlesMax + 1 }, (_, slot) => ({ slot, opens: true }));
  expectFollowed(opened);
  // room is made in the middle, and taken again
  expectFollowed([...opened, { slot: 500, opens: false }, { slot: handlesMax, opens: true }]);
});
