import type { Of } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { Bed, interest, type Walker } from "../replication/testing/stream-bed.ts";

describe("tiers of interest", () => {
  /** How often something visible is not where the authority has it. */
  const staleOnes = (tiers: boolean): number => {
    const bed = new Bed(7);
    for (let i = 0; i < 60; i++) bed.spawn();
    const { view, replica } = bed.join({
      readable: false,
      far: false,
      interest: { ...interest, tiers },
    });
    let stale = 0;
    for (let tick = 0; tick < 60; tick++) {
      bed.churn();
      bed.step();
      bed.send();
      for (const [handle, seen] of replica.entities) {
        if (seen.type !== "walker") continue;
        const real = bed.world.entity(view.idOf(handle)) as unknown as Of<typeof Walker>;
        if (Math.abs((seen.get("x") as number) - real.x) > 1 / 64) stale++;
      }
    }
    return stale;
  };

  it("leave farther entities behind for a few sends, unless they are switched off", () => {
    expect(staleOnes(true)).toBeGreaterThan(10);
    expect(staleOnes(false)).toBe(0);
  });
});
