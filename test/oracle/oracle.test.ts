import { describe, expect, test } from "vitest";
import { fixtureNames, readFixture } from "./play/fixtures.ts";
import { newFigures } from "./play/figures.ts";
import { play } from "./play/play.ts";
import { missing } from "./play/report.ts";
import { generate } from "./script/generate.ts";

// `npm run oracle` plays any others.
const seeds = [11, 13, 16];

describe.each(["local", "bus"] as const)("what clients see of a room, by %s", (link) => {
  test.each(seeds)(
    "P-SNAP3 P-SNAP4 P-SNAP7 P-SNAP9 is what the oracle says, seed %i",
    async (seed) => {
      const { complaint, figures } = await play(generate(seed, { link, ticks: 600, clients: 20 }));
      expect(complaint?.message).toBeUndefined();
      expect(figures.compared).toBeGreaterThan(1_000);
    },
  );
});

describe("what went wrong once", () => {
  test.each(fixtureNames())("P-SNAP3 goes well: %s", async (name) => {
    const { about, script } = readFixture(name);
    const { complaint, figures } = await play(script);
    expect(complaint?.message, about).toBeUndefined();
    expect(figures.snapshots).toBeGreaterThan(0);
  });
});

describe("a batch of runs", () => {
  test("is reproached with what never happened in it, when it was long enough", () => {
    const figures = newFigures();
    expect(missing(figures, 10, true)).toStrictEqual([]);
    expect(missing(figures, 100, true)).toContain("wraps of handles");
    expect(missing(figures, 100, false)).not.toContain("frames lost on the bus");
    for (const name of Object.keys(figures) as (keyof typeof figures)[]) figures[name] = 1;
    expect(missing(figures, 100, true)).toStrictEqual([]);
  });
});
