import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { FloodGuard } from "./flood-guard.ts";
import { limitValues } from "./limit-values.ts";

const guard = (overrides = {}): FloodGuard => new FloodGuard(limitValues(overrides), 0);

/** How many of `count` messages pass. */
function passed(flood: FloodGuard, type: string, count: number, atMs: number): number {
  let ok = 0;
  for (let i = 0; i < count; i++) if (flood.message(type, atMs) === undefined) ok++;
  return ok;
}

describe("messages", () => {
  test("P-SES11 messageBurst: so many at once, not one more", () => {
    const flood = guard();
    const burst = limits.messageBurst.value;
    expect(passed(flood, "ack", burst, 0)).toBe(burst);
    expect(flood.message("ack", 0)).toMatchObject({ code: "RATE_LIMITED" });
  });

  test("P-SES11 messagesPerSecond: the lasting rate passes for an hour, 2 % more does not", () => {
    const rate = limits.messagesPerSecond.value;
    const refusedAt = (perSecond: number): number => {
      const flood = guard();
      let refused = 0;
      for (let i = 0; i < perSecond * 3600; i++) {
        if (flood.message("ack", (i * 1000) / perSecond) !== undefined) refused++;
      }
      return refused;
    };
    expect(refusedAt(rate)).toBe(0);
    expect(refusedAt(rate * 1.02)).toBeGreaterThan(rate * 0.01 * 3600);
  });

  test.each([
    ["joinsPerTenSeconds", "join"],
    ["chatsPerTenSeconds", "chat"],
    ["pingsPerTenSeconds", "ping"],
  ] as const)(
    "P-SES11 %s: so many at once, not one more, and again after ten seconds",
    (name, type) => {
      const flood = guard();
      const count = limits[name].value;
      expect(passed(flood, type, count + 5, 0)).toBe(count);
      expect(flood.message("ack", 0)).toBeUndefined();
      expect(passed(flood, type, count + 5, 10_000)).toBe(count);
    },
  );

  test("P-SES11 inputsPerSecond: inputs have a bound of their own", () => {
    const flood = guard({ inputsPerSecond: 10 });
    expect(passed(flood, "input", 60, 0)).toBe(20);
    expect(passed(flood, "input", 60, 1000)).toBe(10);
    expect(flood.message("ack", 1000)).toBeUndefined();
  });

  test.each([60, 128])(
    "[S-EDGE10] a room of %i Hz takes an input each tick for an hour",
    (tickRate) => {
      const flood = guard();
      flood.expect(tickRate);
      let refused = 0;
      for (let i = 0; i < tickRate * 3600; i++) {
        const atMs = (i * 1000) / (tickRate * 1.02);
        if (flood.message("input", atMs) !== undefined) refused++;
        if (i % tickRate === 0 && flood.message("ping", atMs) !== undefined) refused++;
      }
      expect(refused).toBe(0);
      expect(passed(flood, "input", 10_000, 3_600_000)).toBeLessThan(tickRate * 3);
    },
  );

  test("[S-EDGE10] a quick room that is joined after a slow one raises the bound of inputs too", () => {
    const flood = guard();
    flood.expect(20);
    expect(flood.message("input", 0)).toBeUndefined();
    flood.expect(128);
    let refused = 0;
    for (let i = 0; i < 128 * 60; i++) {
      if (flood.message("input", (i * 1000) / 128) !== undefined) refused++;
    }
    expect(refused).toBe(0);
  });

  test.each([
    [20, limits.inputsPerSecond.value],
    [40, limits.inputsPerSecond.value],
    [60, 85],
    [128, 170],
  ])(
    "P-SES11 inputsPerSecond: in a room of %i Hz %i inputs a second pass for an hour, 2 %% more do not",
    (tickRate, allowed) => {
      const refusedAt = (perSecond: number): number => {
        const flood = guard();
        flood.expect(tickRate);
        let refused = 0;
        for (let i = 0; i < perSecond * 3600; i++) {
          if (flood.message("input", (i * 1000) / perSecond) !== undefined) refused++;
        }
        return refused;
      };
      expect(refusedAt(allowed)).toBe(0);
      expect(refusedAt(allowed * 1.02)).toBeGreaterThan(allowed * 0.01 * 3600);
    },
  );

  test("P-SES11 a tick's movement leaves room for actions: 60 and 20 a second at 60 Hz", () => {
    const flood = guard();
    flood.expect(60);
    let refused = 0;
    for (let i = 0; i < 60 * 60; i++) {
      const actions = i % 3 === 0 ? 1 : 0;
      const passes = passed(flood, "input", 1 + actions, (i * 1000) / 60);
      refused += 1 + actions - passes;
    }
    expect(refused).toBe(0);
  });

  test("[S-EDGE10] a slow room lowers nothing", () => {
    const flood = guard();
    flood.expect(1);
    expect(passed(flood, "ack", 500, 0)).toBe(limits.messageBurst.value);
  });

  test("P-SES11 bytesInPerSecond: so many at once, not one more", () => {
    const flood = guard();
    const count = limits.bytesInPerSecond.value;
    expect(flood.bytes(count, 0)).toBeUndefined();
    expect(flood.bytes(1, 0)).toMatchObject({ code: "RATE_LIMITED" });
    expect(flood.bytes(count / 2, 500)).toBeUndefined();
    expect(flood.bytes(1, 500)).toMatchObject({ code: "RATE_LIMITED" });
  });

  test("a refusal says when to try again, and then it passes", () => {
    const flood = guard();
    passed(flood, "chat", limits.chatsPerTenSeconds.value, 0);
    const wait = flood.message("chat", 0)!.retryAfterMs!;
    expect(flood.message("chat", wait - 1)).toBeDefined();
    expect(flood.message("chat", wait)).toBeUndefined();
  });

  test("time that stands still or is the same gives nothing for free", () => {
    const flood = guard();
    passed(flood, "ack", 200, 5);
    expect(passed(flood, "ack", 10, 5)).toBe(0);
  });
});

describe("strikes", () => {
  const { value: strikes } = limits.strikes;
  const { value: windowMs } = limits.strikeWindowMs;

  test("P-SES10 the last of so many within the window ends the session, none before it", () => {
    const flood = guard();
    for (let i = 1; i < strikes; i++) expect(flood.strike(i)).toBeUndefined();
    expect(flood.strike(strikes)).toMatchObject({ code: "FLOODING", close: 1008 });
  });

  test("P-SES10 strikes outside the window are forgotten", () => {
    const flood = guard();
    const spacing = windowMs / (strikes - 1);
    for (let i = 0; i < 100; i++) expect(flood.strike(i * spacing)).toBeUndefined();
    expect(flood.strike(100 * spacing - 1)).toBeDefined();
  });

  test("P-SES11 a burst above a rate is one strike, up to the size of a burst", () => {
    const flood = guard();
    for (let i = 0; i < limits.messageBurst.value; i++) expect(flood.limited(i)).toBeUndefined();
    expect(flood.limited(500)).toMatchObject({ code: "FLOODING" });
  });

  test("P-SES11 going on above a rate for seconds ends the session", () => {
    const flood = guard();
    for (let i = 0; i < strikes - 1; i++) expect(flood.limited(i * 1000)).toBeUndefined();
    expect(flood.limited((strikes - 1) * 1000)).toMatchObject({ code: "FLOODING" });
  });
});
