import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const names = ["http_port", "host", "hosts", "origins", "proxy_hops", "edges"];

describe("the name that was meant", () => {
  it.each([
    ["http_prot", "http_port"],
    ["httpPort", "http_port"],
    ["HTTP-PORT", "http_port"],
    ["hots", "hosts"],
    ["orgins", "origins"],
    ["edge", "edges"],
    ["proxy", undefined],
    ["x", undefined],
    ["", undefined],
    ["something_else", undefined],
    ["h".repeat(100_000), undefined],
  ])("%.20s: %s", (written, meant) => {
    expect(nearest(written, names)).toBe(meant);
  });

  it("is itself for every name, and one of the names for all else", () => {
    for (const name of names) expect(nearest(name, names)).toBe(name);
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect([...names, undefined]).toContain(nearest(any, names));
      }),
    );
  });
});
