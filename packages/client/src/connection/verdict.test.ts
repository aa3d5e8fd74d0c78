import { type ErrorAction, errors, isErrorCode, RealmError } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { errorOf, errorOfClose, verdictOf } from "./verdict.ts";

test("C-CON6 what is done about an error is what its action says", () => {
  const expected: Record<ErrorAction, readonly [string, string]> = {
    fix: ["refused", "refused"],
    "give-up": ["refused", "refused"],
    retry: ["dropped", "dropped"],
    reconnect: ["dropped", "dropped"],
    reauthenticate: ["reauthenticate", "refused"],
  };
  let checked = 0;
  for (const [code, { action }] of Object.entries(errors)) {
    if (!isErrorCode(code)) continue;
    const error = new RealmError(code);
    expect([verdictOf(error, true), verdictOf(error, false)], code).toEqual(expected[action]);
    checked++;
  }
  expect(checked).toBeGreaterThan(50);
});

test("C-CON6 every close code from 4000 on is its error; the common ones mean a lost connection", () => {
  for (const [code, { close }] of Object.entries(errors)) {
    if (close >= 4000) expect(errorOfClose(close).code).toBe(code);
  }
  expect(errorOfClose(1006).code).toBe("CONNECTION_LOST");
  expect(errorOfClose(1008).code).toBe("CONNECTION_LOST");
  expect(errorOfClose(1012).code).toBe("SERVER_DRAINING");
  expect(errorOfClose(1002).code).toBe("PROTOCOL_UNSUPPORTED");
  expect(errorOfClose(4999).code).toBe("CONNECTION_LOST");
});

test("C-ERR1 an error that this version does not know keeps its action and comes whole as the cause", () => {
  const payload = { code: "BANNED", text: "You know why.", action: "give-up" as const };
  const error = errorOf(payload);
  expect(error).toBeInstanceOf(RealmError);
  expect(error.code).toBe("JOIN_REFUSED");
  expect(error.action).toBe("give-up");
  expect(error.cause).toEqual(payload);
  expect(error.message).toContain("BANNED");
  // not even the action is known
  expect(errorOf({ code: "X", text: "", action: "dance" as never }).code).toBe("INTERNAL");
});

test("C-ERR1 a known error keeps its details", () => {
  const problems = [{ path: "/dx", expected: "a number", got: "a text" }];
  const error = errorOf(
    new RealmError("RATE_LIMITED", { retryAfterMs: 77, problems }).toPayload("input"),
  );
  expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 77, problems, type: "input" });
});
