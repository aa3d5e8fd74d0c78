import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64 } from "./base64.ts";

describe("decodeBase64", () => {
  it("gives back what was encoded, white space or not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, cut) => {
        const text = Buffer.from(bytes).toString("base64");
        const at = cut % (text.length + 1);
        expect(decodeBase64(text)).toEqual(bytes);
        expect(decodeBase64(`\n  ${text.slice(0, at)}\r\n\t${text.slice(at)}  `)).toEqual(bytes);
      }),
    );
  });

  it("refuses what is cut, unpadded, padded too much or no base64", () => {
    for (const text of [
      "A",
      "AA",
      "AAA",
      "AAAAA",
      "AA=",
      "AAA==",
      "A===",
      "====",
      "=",
      "AA==AA==",
    ]) {
      expect(decodeBase64(text), text).toBeUndefined();
    }
    for (const text of ["AA-_", "AA.A", "ÄAAA", "AA\0A", "AAA\u{1F600}", "A=AA"]) {
      expect(decodeBase64(text), text).toBeUndefined();
    }
  });

  it("never gives more bytes than the text can hold", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = decodeBase64(text);
        expect(bytes === undefined || bytes.length <= (text.length * 3) / 4).toBe(true);
      }),
    );
  });
});
