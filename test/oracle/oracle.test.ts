import { describe, expect, test } from "vitest";
import { play } from "./play/play.ts";
import { generate } from "./script/generate.ts";

// `npm run oracle` plays any others.
const seeds = [11, 13, 16];

describe.each(["local", "bus"] as const)("what clients see of a room, by %s", (link) => {
  test.each(seeds)("P-SNAP3 P-SNAP4 P-SNAP7 is what the oracle says, seed %i", async (seed) => {
    const { complaint, figures } = await play(generate(seed, { link, ticks: 600, clients: 20 }));
    expect(complaint?.message).toBeUndefined();
    expect(figures.compared).toBeGreaterThan(1_000);
  });
});
