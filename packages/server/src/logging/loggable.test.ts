import { describe, expect, test } from "vitest";
import { loggable } from "./loggable.ts";

const trap = (): never => {
  throw new Error("trap");
};

describe("what was thrown", () => {
  test.each([new Error("plain"), new TypeError("kind"), "text", 7, null, undefined, { code: 3 }])(
    "[S-ROOM5] %s is logged as it is",
    (thrown) => {
      expect(loggable(thrown)).toBe(thrown);
    },
  );

  test.each([
    ["an error whose stack throws", Object.defineProperty(new Error("x"), "stack", { get: trap })],
    [
      "an error whose message throws",
      Object.defineProperty(new Error("x"), "message", { get: trap }),
    ],
    [
      "an error with a field that throws",
      Object.defineProperty(new Error("x"), "a", { get: trap, enumerable: true }),
    ],
    [
      "an error whose cause throws",
      new Error("x", { cause: Object.defineProperty(new Error("y"), "stack", { get: trap }) }),
    ],
    [
      "an object with a field that throws",
      Object.defineProperty({}, "a", { get: trap, enumerable: true }),
    ],
    ["an object that no text can say", { toJSON: trap }],
    [
      "a proxy that traps everything",
      new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap }),
    ],
  ])("[S-ROOM5] %s is replaced", (_, thrown) => {
    expect(String(loggable(thrown))).toMatch("can not be read");
  });
});
