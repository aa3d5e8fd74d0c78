import { describe, expect, test } from "vitest";
import { storyOf, type Story, type Violation } from "./rfc6455.ts";

/* The model by the standard's own words: what it says is not taken from any program. */

const limits = { messageBytesMax: 300, partsMax: 4 };
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const told = (...chunks: string[]): Story => storyOf(chunks.map(hex), limits);

describe("the model of RFC 6455", () => {
  test("S-NET4 reads the masked text of §5.7", () => {
    expect(told("81 85 37fa213d 7f9f4d5158")).toEqual({
      heard: ["text Hello"],
      end: undefined,
      frames: 1,
      headers: 1,
    });
  });

  test("S-NET4 joins fragments, with a ping between them, wherever the stream is cut", () => {
    const whole = "01 83 00000000 48656c 89 81 00000000 3f 80 82 00000000 6c6f";
    const heard = ["ping ?", "text Hello"];
    expect(told(whole).heard).toEqual(heard);
    const bytes = hex(whole);
    for (let at = 1; at < bytes.length; at++) {
      const parts = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(storyOf(parts, limits).heard).toEqual(heard);
    }
  });

  test.each([
    ["no body", "88 80 00000000", 1005],
    ["a code", "88 82 00000000 03e8", 1000],
    ["a code and a reason", "88 85 00000000 0bb8 627965", 3000],
  ])("S-NET4 hears a close frame with %s, and nothing behind it", (_, close, code) => {
    const story = told(`${close} 81 81 00000000 78`);
    expect(story).toMatchObject({ heard: [], end: { by: "client", code }, frames: 1 });
  });

  test.each<[Violation, string]>([
    ["reserved bits", "c1 80 00000000"],
    ["reserved bits", "91 80 00000000"],
    ["unknown opcode", "83 80 00000000"],
    ["unknown opcode", "8b 80 00000000"],
    ["no mask", "81 00"],
    ["continuation of nothing", "80 80 00000000"],
    ["message inside a message", "01 80 00000000 82 80 00000000"],
    ["fragmented control frame", "09 80 00000000"],
    ["long control frame", "89 fe 007e"],
    ["close frame of one byte", "88 81 00000000 03"],
    ["impossible close code", "88 82 00000000 03e7"],
    ["impossible close code", "88 82 00000000 03ed"],
    ["impossible close code", "88 82 00000000 1388"],
    ["text that is not UTF-8", "81 82 00000000 c328"],
    ["text that is not UTF-8", "01 81 00000000 c3 80 80 00000000"],
    ["reason that is not UTF-8", "88 83 00000000 03e8 ff"],
    ["too many bytes", "82 fe 012d"],
    ["too many bytes", "82 ff 8000000000000000"],
    ["too many fragments", "01 80 00000000".concat(" 00 80 00000000".repeat(4))],
  ])("S-NET4 names %s in %s", (violation, bytes) => {
    expect(told(bytes).end).toBe(violation);
  });

  test("S-NET4 takes what is as large as may be, in as many fragments and pieces", () => {
    const payload = "00".repeat(300);
    expect(told(`82 fe 012c 00000000 ${payload}`).heard).toHaveLength(1);
    expect(told("01 80 00000000", ...Array<string>(2).fill("00 80 00000000")).end).toBeUndefined();
    const pieces = hex("82 84 00000000 01020304");
    const cut = (size: number): Buffer[] =>
      Array.from({ length: Math.ceil(4 / size) }, (_, i) =>
        pieces.subarray(6 + i * size, 6 + (i + 1) * size),
      );
    expect(storyOf([pieces.subarray(0, 6), ...cut(1)], limits).heard).toHaveLength(1);
    const tight = { ...limits, partsMax: 3 };
    expect(storyOf([pieces.subarray(0, 6), ...cut(1)], tight).end).toBe("too many pieces");
    expect(storyOf([pieces.subarray(0, 6), ...cut(2)], tight).heard).toHaveLength(1);
  });

  test("S-NET4 reads a length in more bytes than it needs", () => {
    expect(told("82 fe 0001 00000000 78").heard).toEqual(["binary x"]);
    expect(told("82 ff 0000000000000001 00000000 78").heard).toEqual(["binary x"]);
  });
});
