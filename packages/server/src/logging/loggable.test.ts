import { RealmError } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { hostileValues } from "../testing/hostile-values.ts";
import { loggable } from "./loggable.ts";

/** All texts in it, read as a log may read them. */
function texts(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > 40) return [];
  const keys = Reflect.ownKeys(value).map((key) => Reflect.get(value, key) as unknown);
  return keys.flatMap((part) => texts(part, depth + 1));
}

describe("what was thrown", () => {
  test.each(["text", 7, true, null, undefined])("[S-LOG3] %s is logged as it is", (thrown) => {
    expect(loggable(thrown)).toBe(thrown);
  });

  test("[S-LOG3] an error is logged with its kind, code, stack, causes and inner errors", () => {
    class Torn extends Error {}
    const cause = new RealmError("GAME_INVALID", { detail: "why" });
    const thrown = Object.assign(new Torn("outer", { cause }), { code: 7, token: "t0ken" });
    const copy = loggable(thrown) as Torn;
    expect(copy).not.toBe(thrown);
    expect(copy).toBeInstanceOf(Error);
    expect([copy.name, copy.message, copy.stack]).toEqual(["Torn", "outer", thrown.stack]);
    expect(copy.cause).toMatchObject({ name: "RealmError", code: "GAME_INVALID" });
    expect(copy).toMatchObject({ code: 7 });
    expect(copy).not.toHaveProperty("token");
    const several = loggable(new AggregateError([new TypeError("a"), "b"], "all"));
    expect(several).toMatchObject({ name: "AggregateError", message: "all" });
    expect(several).toMatchObject({ errors: [{ name: "TypeError", message: "a" }, "b"] });
  });

  test("[S-LOG3] an object is logged with its plain fields", () => {
    const thrown = { code: 3, text: "t", deep: { a: 1 }, call: () => 1, big: 1n };
    expect(loggable(thrown)).toEqual({
      code: 3,
      text: "t",
      deep: "[object]",
      call: "[function]",
      big: "[bigint]",
    });
  });

  test("[S-LOG1] a row that PostgreSQL quotes, and a secret among others, are left out", () => {
    const quoting = (code: string): unknown =>
      loggable(
        Object.assign(new Error("x"), { code, detail: "Failing row contains (ada, h4sh)." }),
      );
    for (const code of ["23502", "23505", "23514", "22P02"]) {
      expect(quoting(code)).toMatchObject({ code });
      expect(texts(quoting(code)).join()).not.toContain("h4sh");
    }
    expect(quoting("57P01")).toMatchObject({ detail: expect.stringContaining("row") as string });
    const several = new AggregateError([{ password: "hunter2", user: "ada" }], "all");
    expect(loggable(several)).toMatchObject({ errors: [{ password: "[secret]", user: "ada" }] });
  });

  test("[S-LOG3] texts are cut", () => {
    const long = "x".repeat(50_000_000);
    const error = new Error(long, { cause: { [long]: long } });
    for (const text of [...texts(loggable(error)), ...texts(loggable(long))]) {
      expect(text.length).toBeLessThanOrEqual(8192 + 7);
    }
    expect((loggable("x".repeat(8192)) as string).length).toBe(8192);
    expect(loggable("x".repeat(8193))).toMatch(/x… \[cut\]$/);
  });

  test("[S-LOG3] however many causes and inner errors there are, few are kept", () => {
    let reads = 0;
    const many = (): Error =>
      Object.defineProperty(new Error("one"), "errors", {
        get: () => {
          reads++;
          return Array.from({ length: 1000 }, many);
        },
      });
    expect(texts(loggable(many())).filter((text) => text === "one").length).toBeLessThanOrEqual(16);
    expect(reads).toBeLessThanOrEqual(16);
  });

  test.each(Object.entries(hostileValues))("[S-LOG3] %s: the copy can be read", (_, make) => {
    const copy = loggable(make());
    for (let round = 0; round < 3; round++) expect(() => texts(copy)).not.toThrow();
    expect(() => JSON.stringify(copy)).not.toThrow();
    expect(texts(copy).length).toBeGreaterThan(0);
  });

  test("[S-LOG3] what can be read of an error is kept beside what can not", () => {
    const error = new Error("x");
    const { stack } = error;
    const thrown = Object.defineProperty(error, "message", {
      get: () => {
        throw new Error("trap");
      },
    });
    const copy = loggable(thrown) as Error;
    expect(copy.message).toContain("can not be read");
    expect(copy.stack).toBe(stack);
  });
});
