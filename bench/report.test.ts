import { describe, expect, it } from "vitest";
import { keeps, type Bound } from "./report.ts";
import { highest, lowest } from "./rounds.ts";

function holds(bound: Bound, ours: number, peer?: number): boolean {
  const figures = peer === undefined ? { ours } : { ours, peer };
  return keeps({ case: "", metric: "", unit: "", ...figures, bound });
}

describe("a bound", () => {
  it("of ours looks at ours alone", () => {
    expect(holds({ of: "ours", max: 4 }, 4, 9)).toBe(true);
    expect(holds({ of: "ours", max: 4 }, 4.01, 1)).toBe(false);
    expect(holds({ of: "ours", min: 4, max: 4 }, 3)).toBe(false);
  });

  it("of both is missed when either misses it, or the peer was not measured", () => {
    expect(holds({ of: "both", min: 0.9 }, 0.95, 0.98)).toBe(true);
    expect(holds({ of: "both", min: 0.9 }, 0.95, 0.5)).toBe(false);
    expect(holds({ of: "both", min: 0.9 }, 0.5, 0.95)).toBe(false);
    expect(holds({ of: "both", min: 0.9 }, 0.95)).toBe(false);
  });

  it("of the ratio is missed without a peer, or beside a peer that did nothing", () => {
    expect(holds({ of: "ratio", max: 0.25 }, 1, 4)).toBe(true);
    expect(holds({ of: "ratio", max: 0.25 }, 1)).toBe(false);
    expect(holds({ of: "ratio", max: 0.25 }, 0, 0)).toBe(false);
  });

  it.each(["ours", "both", "ratio"] as const)("of %s is missed by what is no number", (of) => {
    expect(holds({ of, max: 5 }, NaN, 1)).toBe(false);
    expect(holds({ of, min: 5 }, NaN, 1)).toBe(false);
  });
});

describe("the worst of the runs", () => {
  const samples = [{ lost: 0 }, { lost: 3 }, { lost: 0 }];

  it("is told where a median would hide it", () => {
    expect(highest(samples, "lost")).toBe(3);
    expect(lowest(samples, "lost")).toBe(0);
  });

  it("is no number when one run has none", () => {
    expect(highest([...samples, { lost: NaN }], "lost")).toBeNaN();
    expect(lowest([...samples, { lost: NaN }], "lost")).toBeNaN();
  });

  it("is not to be had of what nobody measured", () => {
    expect(() => highest(samples, "cut")).toThrow("nobody measured");
  });
});
