import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EmbeddedStage } from "./testing/embedded-stage.ts";

let stage: EmbeddedStage;
beforeAll(async () => {
  // the machine may be busy: what bounds a call here is its work
  stage = await EmbeddedStage.open({ scriptTimeMs: 60_000 });
});
afterAll(() => stage.engine.close());

/** What realm.text makes of a text, or of bytes that are none. */
async function shown(value: string | readonly number[], max: number): Promise<string> {
  const source = "return realm.text(TEXT, MAX)"
    .replace("TEXT", typeof value === "string" ? "ARGV[1]" : `("").char(${value.join(",")})`)
    .replace("MAX", String(max));
  return (await stage.answer(source, [], typeof value === "string" ? [value] : [])) as string;
}

const blockSize = 4096;
/** The kinds of code points, from the one and so many, as realm.text tells them apart. */
const kindsSource = `local from, kinds = tonumber(ARGV[1]), {}
local function utf8(c)
  if c < 128 then return string.char(c) end
  if c < 2048 then return string.char(192 + math.floor(c / 64), 128 + c % 64) end
  local low = string.char(128 + math.floor(c / 64) % 64, 128 + c % 64)
  if c < 65536 then return string.char(224 + math.floor(c / 4096)) .. low end
  return string.char(240 + math.floor(c / 262144), 128 + math.floor(c / 4096) % 64) .. low
end
local function kindOf(one)
  local seen = realm.text("a" .. one:rep(4) .. "b", 9)
  return seen == "ab" and "unseen" or seen == "a b" and "blank"
    or seen == "a" .. one:rep(3) .. "b" and "mark" or seen == "a" .. one:rep(4) .. "b" and "shown" or "?"
end
for at = from, from + ARGV[2] - 1, 64 do
  local all = {}
  for k = 0, 63 do all[k + 1] = utf8(at + k) end
  local seen = realm.text("a" .. table.concat(all) .. "b", 99)
  for _, one in ipairs(all) do kinds[#kinds + 1] = seen == "ab" and "unseen" or kindOf(one) end
end
return table.concat(kinds, " ")`;

describe("realm.text", () => {
  test.each([
    ["  Friday  evening ", 60, "Friday evening"],
    ["\u3000\u00a0 \t\r\n\u2800\u2003", 60, ""],
    ["a\u202eb\u2066c\u200fd\u061ce", 60, "abcde"],
    ["\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164\u115f\uffa0", 60, ""],
    ["a\u0000b\u0007c\u001bd\u007fe\u0085f", 60, "abcde f"],
    ["\u{e0041}\u{e0001}x\ue000\ufffd\uffff\u{10ffff}", 60, "x"],
    ["é".repeat(30), 24, "é".repeat(24)],
    ["😀".repeat(30), 24, "😀".repeat(24)],
    ["a".repeat(23) + "😀b", 24, "a".repeat(23) + "😀"],
    ["日本語の名前", 3, "日本語"],
    ["Zoë Łukasz Ñandú Ελένη Мария", 60, "Zoë Łukasz Ñandú Ελένη Мария"],
    ["e" + "\u0301".repeat(9) + "x", 60, "e\u0301\u0301\u0301x"],
    ["\u0301a \u0301b", 60, "a b"],
    ["x\u{16fe4}\u{1d159}\u{13441}y", 60, "x y"],
    ["\u{16fe4}\u{1d159}", 60, ""],
    ["ก" + "\u0e47".repeat(60) + "x", 60, "ก\u0e47\u0e47\u0e47x"],
    ["か" + "\u3099".repeat(4) + "\u05b0\u0f71\u2de0\ua66f", 60, "か\u3099\u3099\u3099"],
    ["a b", 2, "a"],
    ["abc", 0, ""],
    ["<b>&amp;\"'\\</b>", 60, "<b>&amp;\"'\\</b>"],
  ])("[S-LUA51] %j of at most %i characters is %j", async (text, max, wanted) => {
    expect(await shown(text, max)).toBe(wanted);
  });

  test("[S-LUA51] every code point is taken as Unicode has it", async () => {
    const wanted = (code: number): string => {
      const text = String.fromCodePoint(code);
      if (/[\s\u0085\u2800\u{13441}\u{13442}]/u.test(text) && code !== 0xfeff) return "blank";
      if (/\p{C}|\p{Default_Ignorable_Code_Point}/u.test(text)) return "unseen";
      if ([0xfffc, 0xfffd, 0x16fe4, 0x1d159].includes(code)) return "unseen";
      return /\p{M}/u.test(text) ? "mark" : "shown";
    };
    const wrong: string[] = [];
    for (let from = 0; from < 0x110000; from += blockSize) {
      const kinds = (await stage.answer(
        kindsSource,
        [],
        [String(from), String(blockSize)],
      )) as string;
      for (const [i, kind] of kinds.split(" ").entries()) {
        const is = wanted(from + i);
        if (kind !== is) wrong.push(`${(from + i).toString(16)} is ${is}, not ${kind}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("[S-LUA51] the work that it takes depends on the most characters, not on what is sent", async () => {
    const source = "return realm.text(ARGV[1], 60)";
    const work = { work: 300_000 };
    for (const flood of ["\u0301", "\u200b", " ", "\ufffd"]) {
      const outcome = await stage.run(source, [], [`a${flood.repeat(60_000)}`], work);
      expect(outcome).toMatchObject({ ok: true });
    }
    const letters = 4 * 60 + 16;
    expect(await shown("\u200b".repeat(letters) + "ab", 60)).toBe("ab");
    expect(await shown("\u200b".repeat(letters * 2) + "ab", 60)).toBe("");
  });

  test.each([
    ["lone continuation bytes", [0x80, 0xbf, 0x41], "A"],
    ["a character cut at the end", [0x41, 0xf0, 0x9f, 0x98], "A"],
    ["a character cut by another one", [0xe2, 0x82, 0x41], "A"],
    ["two bytes where one will do", [0xc0, 0xaf, 0xc1, 0x81, 0x41], "A"],
    ["four bytes where three will do", [0xf0, 0x8f, 0xbf, 0xbf, 0x41], "A"],
    ["a surrogate", [0xed, 0xa0, 0x80, 0x41], "A"],
    ["beyond the last character", [0xf4, 0x90, 0x80, 0x80, 0xf8, 0x88, 0xff, 0x41], "A"],
    ["a first byte again and again", [0xf0, 0xf0, 0xe2, 0xc3, 0xa9], "é"],
  ])("[S-LUA51] %s is left out", async (_, bytes, wanted) => {
    expect(await shown(bytes, 9)).toBe(wanted);
  });

  test.each(["nil", "7", "true", "{}", "cjson.null"])("[S-LUA51] %s is no text", async (value) => {
    expect(await stage.answer(`return "<" .. realm.text(${value}, 9) .. ">"`)).toBe("<>");
  });

  test("[S-LUA51] whatever comes, the answer is short, plain, and its own answer", async () => {
    const odd = fc.constantFrom(..." \t\u202e\u200d\u0301\u0000é😀ä\u3000".split(/(?:)/u));
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.array(odd, { maxLength: 40 }).map((all) => all.join("")),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 0, max: 30 }), async (text, max) => {
        const answer = await shown(text.toWellFormed(), max);
        expect(Array.from(answer).length).toBeLessThanOrEqual(max);
        expect(answer).toBe(answer.trim());
        expect(answer).toMatch(/^[^\p{Cc}\p{Cs}\p{Co}\u200b-\u200f\u202a-\u202e\u2066-\u2069]*$/u);
        expect(await shown(answer, max)).toBe(answer);
      }),
    );
  });

  test("[S-LUA51] bytes at random never make it fail, and what comes is UTF-8", async () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(bytes, async (all) => {
        const answer = await shown(all, 30);
        expect(answer).not.toContain("\ufffd");
        expect(answer.isWellFormed()).toBe(true);
      }),
    );
  });
});
