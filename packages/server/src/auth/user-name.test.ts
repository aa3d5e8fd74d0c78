import { limits, RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nameKey, userName } from "./user-name.ts";

describe("[S-AUTH8] user names", () => {
  test.each([
    ["Ada", "Ada"],
    ["  ada_lovelace-1.0 ", "ada_lovelace-1.0"],
    ["Zoe\u0308", "Zo\u00eb"],
    ["勇者一号", "勇者一号"],
    ["Ангелина", "Ангелина"],
    ["ناصر", "ناصر"],
    ["กขค", "กขค"],
  ])("%j is kept as %j", (text, name) => {
    expect(userName(text)).toBe(name);
  });

  test.each([
    "",
    "ab",
    "a b",
    "_ada",
    "-da",
    ".ada",
    "ada@home",
    "<b>",
    "a\u200bda",
    "ada\u0000",
    "\u3164\u3164\u3164",
    "Ada\u3164",
    "ad\u034fa",
    "\u202enorw",
    "ada\ud800",
    `ada${"\u0301".repeat(5)}`,
    "../../etc",
    "guest-1234",
    "GUEST-1234",
    "guеst-1234",
    "x".repeat(1_000_000),
  ])("%j is refused", (text) => {
    expect(() => userName(text)).toThrow(expect.objectContaining({ code: "NAME_INVALID" }));
  });

  test("userNameCharactersMin, userNameCharacters: at the limits kept, one beyond refused", () => {
    const { userNameCharacters: max, userNameCharactersMin: min } = limits;
    for (const letter of ["x", "\u{20000}"]) {
      expect(userName(letter.repeat(min.value))).toBe(letter.repeat(min.value));
      expect(() => userName(letter.repeat(min.value - 1))).toThrow(RealmError);
      expect(userName(letter.repeat(max.value))).toBe(letter.repeat(max.value));
      expect(() => userName(letter.repeat(max.value + 1))).toThrow(RealmError);
    }
  });

  test.each([
    ["Ada", "ADA"],
    ["admin", "аdmin"],
    ["BOB", "ВОВ"],
    ["bob", "b0b"],
    ["bill", "biIl"],
    ["paypal", "ΡayΡaI"],
    ["strasse", "STRAẞE"],
    ["ﬁnn", "FINN"],
    ["Ａｄａ", "ada"],
    ["ΟΔΥΣΣΕΥΣ", "οδυσσευς"],
    ["zo\u00eb", "ZOE\u0308"],
  ])("%j and %j can not both be taken", (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  test.each([
    ["Ada", "Adam"],
    ["zoe", "zoë"],
    ["ada_b", "ada-b"],
    ["ada", "aba"],
    ["勇者一", "勇者二"],
  ])("%j and %j are two names", (one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });

  test("a key is its own key, and that of the name in either case and any form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        const key = nameKey(text);
        expect(nameKey(key)).toBe(key);
        expect(nameKey(text.normalize("NFD"))).toBe(key);
        expect(nameKey(text.normalize("NFKC"))).toBe(key);
      }),
      { numRuns: 2000 },
    );
  });
});
