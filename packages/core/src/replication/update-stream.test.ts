import { entity, t } from "@realmwright/protocol";
import { BitWriter } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Entity } from "../game/room.ts";
import { ClientView, type ClientViewOptions } from "./client-view.ts";
import { Bed, interest } from "./testing/stream-bed.ts";
import { TwinViews } from "./testing/twin-views.ts";

const Page = entity("page", {
  x: t.position({ min: -400, max: 400, step: 1 / 64 }),
  text: t.string(120),
});
const rates = { tickRate: 20, sendRate: 20 };

const library = (pages: number): TwinViews<typeof Page> =>
  new TwinViews(Page, (world) => Array.from({ length: pages }, (_, x) => world.spawn(Page, { x })));

/** What both clients hold of these pages is what the world has. */
function check(twins: TwinViews<typeof Page>, pages: readonly Entity<typeof Page>[]): void {
  for (const { id, x, text } of pages) {
    for (const [i, replica] of twins.replicas.entries()) {
      const held = replica.entities.get(twins.views[i]!.handleOf(id))!;
      expect([id, held.get("x"), held.get("text")]).toEqual([id, x, text]);
    }
  }
}

/** A place that the wire can tell. */
const swing = (turn: number): number => Math.round(300 * 64 * Math.sin(turn)) / 64;

/** Two views of the same seat, one of which never sends the usual way. */
function twins(bed: Bed, options: ClientViewOptions): { usual: ClientView; listed: ClientView } {
  return {
    usual: new ClientView(bed.mirror, options),
    listed: new ClientView(bed.mirror, options),
  };
}

describe("the stream of updates", () => {
  it.each([65_536, 3_000, 700])(
    "P-SNAP4 P-SNAP6 says bit by bit what the list of updates says, at %d bytes a second",
    (bytesPerSecond) => {
      let streamed = 0;
      let listed = 0;
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const bed = new Bed(seed);
          for (let i = 0; i < 50; i++) bed.spawn();
          const pairs = [0, 1, 2].map((seat) => {
            bed.join({ readable: false, far: false });
            const at = { ...interest, tiers: seat > 0, bytesPerSecond, nearest: 40 };
            return twins(bed, { seat, interest: at, spectator: false, phase: 0, ...rates });
          });
          const bits = [new BitWriter(), new BitWriter()] as const;
          for (let tick = 0; tick < 80; tick++) {
            bed.churn();
            bed.step();
            for (const [seat, pair] of pairs.entries()) {
              // a window that is full now and then: what is told is older
              if ((tick + seat) % 11 < seat) continue;
              for (const out of bits) out.reset();
              pair.usual.writeBinary(bits[0]);
              if (pair.usual.cache.stream.bits > 0) streamed++;
              else listed++;
              const write = vi.spyOn(pair.listed.cache.stream, "write").mockReturnValue(false);
              pair.listed.writeBinary(bits[1]);
              write.mockRestore();
              expect(bits[0].toBytes()).toEqual(bits[1].toBytes());
            }
          }
        }),
        { numRuns: 15 },
      );
      expect(streamed).toBeGreaterThan(100);
      expect(listed).toBeGreaterThan(100);
    },
  );

  it("P-SNAP4 P-SNAP6 says all of what is many kilobytes long", () => {
    const twins = library(300);
    let longest = 0;
    for (let tick = 0; tick < 12; tick++) {
      for (const page of twins.entities) {
        page.text = String.fromCharCode(97 + ((page.id + tick) % 26)).repeat(tick * 10);
      }
      longest = Math.max(longest, twins.turn());
      check(twins, twins.entities);
    }
    expect(longest / 8).toBeGreaterThan(30_000);
  });

  it("P-SNAP4 P-SNAP6 says how entities go on that were at rest for longer than a record can say", () => {
    // as long as 14 bits can count, and about that
    const rests = [0x3ffe, 0x3fff, 0x4000, 0x4001, 0x4002, 0x4003, 0x4004];
    const twins = library(rests.length + 10);
    const resting = twins.entities.slice(0, rests.length);
    const moving = twins.entities.slice(rests.length);
    const last = Math.max(...rests) + 20;
    let usual = 0;
    for (let tick = 0; tick < last; tick++) {
      for (const page of moving) page.x = swing((tick + page.id) / 10);
      const risen = resting.filter((_, i) => tick < 5 || tick >= 5 + rests[i]!);
      for (const page of risen) page.x = swing(tick + page.id);
      if (twins.turn() > 0) usual++;
      check(twins, risen);
    }
    expect(usual).toBeGreaterThan(last - 10);
  });
});
