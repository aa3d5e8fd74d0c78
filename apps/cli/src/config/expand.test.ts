import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expand, ExpansionError } from "./expand.ts";

const environment = { A: "a", B_2: "b b", EMPTY: "", NESTED: "${A}", YAML: "x: [1, 2]\n&y" };

describe("variables in a text", () => {
  it.each([
    ["${A}", "a"],
    ["x${A}y${B_2}z", "xayb bz"],
    ["${NONE:-d}", "d"],
    ["${EMPTY:-d}", "d"],
    ["${A:-d}", "a"],
    ["${NONE:-}", undefined],
    ["x${NONE:-}y", "xy"],
    ["${NONE:-a:-b c}", "a:-b c"],
    ["$${A}", "${A}"],
    ["$$${A}", "$${A}"],
    ["$A $ {A} }{", "$A $ {A} }{"],
    ["${NESTED}", "${A}"],
    ["${YAML}", "x: [1, 2]\n&y"],
    ["${NONE}", undefined],
    ["${EMPTY}", undefined],
    ["", ""],
  ])("[S-CFG2] %j becomes %j", (text, expected) => {
    expect(expand(text, environment).text).toBe(expected);
  });

  it("[S-CFG2] those that are not set are told", () => {
    expect(expand("a${NONE}b${EMPTY}", environment)).toEqual({
      text: "ab",
      variables: ["NONE", "EMPTY"],
      missing: ["NONE", "EMPTY"],
    });
  });

  it.each(["${", "${A", "${}", "${1A}", "${A-b}", "${A B}", "${A:-${B}}", "${A:?no}", "${${A}}"])(
    "[S-CFG2] %j is refused",
    (text) => {
      expect(() => expand(text, environment)).toThrow(ExpansionError);
    },
  );

  it("[S-CFG2] whatever a variable holds comes out as it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (value, around) => {
        const plain = around.replaceAll("$", "");
        expect(expand(`${plain}\${V}${plain}`, { V: value }).text).toBe(plain + value + plain);
      }),
    );
  });

  it("[S-CFG2] names that objects inherit are no variables", () => {
    expect(expand("${constructor:-x}", {}).text).toBe("x");
  });
});
