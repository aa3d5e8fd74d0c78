import { BitWriter } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ClientView, type ClientViewOptions } from "./client-view.ts";
import { Bed, interest } from "./testing/stream-bed.ts";

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
          const rates = { tickRate: 20, sendRate: 20, spectator: false, phase: 0 };
          const pairs = [0, 1, 2].map((seat) => {
            bed.join({ readable: false, far: false });
            const at = { ...interest, tiers: seat > 0, bytesPerSecond, nearest: 40 };
            return twins(bed, { seat, interest: at, ...rates });
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
});
