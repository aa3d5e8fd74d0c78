import { describe, expect, test } from "vitest";
import { errors, isErrorCode, RealmError, type ErrorCode, type ErrorEntry } from "./errors.ts";
import { limits } from "./limits.ts";
import { checkJoinOptions, cleanChat, cleanName } from "./messages/content.ts";

const entries = Object.entries(errors) as [ErrorCode, ErrorEntry][];
const actions = ["fix", "retry", "reauthenticate", "reconnect", "give-up"];

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as RealmError).code;
  }
}

describe("errors", () => {
  test.each(entries)("P-ERR1 %s says what it is and what to do", (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/u);
    expect(code.length).toBeLessThanOrEqual(limits.codeCharacters.value);
    expect(entry.text).toMatch(/^[A-Z].*\.$/u);
    expect(actions).toContain(entry.action);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.close === 1002 || (entry.close >= 1007 && entry.close < 5000)).toBe(true);
    if (entry.action === "retry") expect(entry.retryAfterMs ?? 1).toBeGreaterThan(0);
  });

  test("P-ERR1 numbers are unique and small, and an own close code belongs to one error", () => {
    const numbers = entries.map(([, entry]) => entry.number);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number > 0 && number < 16_384).toBe(true);
    const own = entries.map(([, entry]) => entry.close).filter((close) => close >= 4000);
    expect(new Set(own).size).toBe(own.length);
    for (const [, entry] of entries) if (entry.close >= 4000) expect(entry.closes).toBe(true);
  });

  test("P-ERR2 what is sent holds no detail, cause or stack", () => {
    const cause = new Error("password is hunter2");
    const error = new RealmError("INTERNAL", { detail: "hunter2 at db.ts:5", cause, id: 3 });
    expect(error.message).toContain("hunter2");
    expect(error.cause).toBe(cause);
    expect(error.toPayload("join")).toEqual({
      code: "INTERNAL",
      text: "Something went wrong on the server.",
      action: "reconnect",
      type: "join",
    });
    expect(JSON.stringify(error.toPayload())).not.toContain("hunter2");
  });

  test("P-ERR2 problems and waits are sent along", () => {
    const problems = [{ path: "/a", expected: "a number", got: "null" }];
    const error = new RealmError("RATE_LIMITED", { problems, retryAfterMs: 250, type: "chat" });
    expect(error.toPayload()).toMatchObject({ retryAfterMs: 250, problems, type: "chat" });
    expect(new RealmError("RATE_LIMITED").toPayload().retryAfterMs).toBe(1000);
    expect(error.message).toBe(
      "RATE_LIMITED: Too many messages of this kind. (/a: expected a number, got null)",
    );
  });

  test("a word is a code only if the catalogue has it", () => {
    expect(isErrorCode("INTERNAL")).toBe(true);
    for (const word of ["toString", "__proto__", "internal", ""])
      expect(isErrorCode(word)).toBe(false);
  });
});

/** Hangul fillers (which are letters), blank symbols, joiners, selectors, tags. */
const unseen = [
  ..."\u3164\u115f\u1160\uffa0\u2800\u{1d159}\u200b\u200d\u2060\u00ad\u034f\u061c\u180e\ufe0f\ufff9\u{e0041}",
];

describe("limits", () => {
  test.each(Object.entries(limits))("P-LIM1 %s is a number with an error", (_, limit) => {
    expect(Number.isSafeInteger(limit.value) && limit.value > 0).toBe(true);
    expect(isErrorCode(limit.error)).toBe(true);
    expect(limit.unit).not.toBe("");
    expect(limit.about).not.toBe("");
  });

  test("P-LIM2 a chat text has 1 to 500 characters", () => {
    const { value: max, error } = limits.chatCharacters;
    expect([max, error]).toEqual([500, "CHAT_TOO_LONG"]);
    for (const character of ["x", "😀"]) {
      expect(cleanChat(character.repeat(max))).toBe(character.repeat(max));
      expect(codeOf(() => cleanChat(character.repeat(max + 1)))).toBe(error);
    }
    for (const empty of ["", "   ", "\n\t", "\u0000", "\u202e", ...unseen]) {
      expect(codeOf(() => cleanChat(empty))).toBe("CHAT_EMPTY");
      expect(codeOf(() => cleanChat(` ${empty} ${empty}`))).toBe("CHAT_EMPTY");
    }
  });

  test("P-LIM2 a chat text loses what would disturb other people's screens", () => {
    expect(cleanChat("  a\u0007b\r\nc ")).toBe("a b  c");
    expect(cleanChat("a\u202eb")).toBe("a b");
    expect(cleanChat("family 👨‍👩‍👧 and \ud800 half")).toBe("family 👨‍👩‍👧 and \ufffd half");
  });

  test("P-LIM2 a name has 1 to 24 characters and no hidden ones", () => {
    const { value: max, error } = limits.nameCharacters;
    expect([max, error]).toEqual([24, "NAME_INVALID"]);
    for (const character of ["x", "😀"]) {
      expect(cleanName(character.repeat(max))).toBe(character.repeat(max));
      expect(codeOf(() => cleanName(character.repeat(max + 1)))).toBe(error);
    }
    expect(cleanName("  Ada   Lovelace ")).toBe("Ada Lovelace");
    for (const name of [
      "",
      "  ",
      "a\u0000",
      "a\u202eb",
      "a\nb",
      "\ud800",
      ...unseen,
      ...unseen.map((one) => `A${one}b`),
    ]) {
      expect(codeOf(() => cleanName(name))).toBe("NAME_INVALID");
    }
  });

  test("P-LIM2 join options have at most 1024 bytes", () => {
    const { value: max, error } = limits.joinOptionsBytes;
    expect([max, error]).toEqual([1024, "OPTIONS_INVALID"]);
    // the quotes take two
    expect(codeOf(() => checkJoinOptions("x".repeat(max - 2)))).toBeUndefined();
    expect(codeOf(() => checkJoinOptions("x".repeat(max - 1)))).toBe(error);
    expect(codeOf(() => checkJoinOptions("ä".repeat(max / 2)))).toBe(error);
    expect(codeOf(() => checkJoinOptions(undefined))).toBeUndefined();
  });
});
