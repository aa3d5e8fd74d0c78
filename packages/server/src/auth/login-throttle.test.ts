import { RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { LoginThrottle } from "./login-throttle.ts";

const home = "192.0.2.1";

/** Milliseconds to wait; 0 when the attempt may be made (and has failed). */
function fail(throttle: LoginThrottle, name: string, from: string): number {
  try {
    throttle.attempt(name, from);
    return 0;
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== "LOGINS_SLOWED") throw error;
    return error.retryAfterMs ?? -1;
  }
}

describe("[S-AUTH9] the login throttle", () => {
  test("after five failures the wait doubles with each, up to a quarter of an hour", () => {
    const clock = new VirtualClock();
    const throttle = new LoginThrottle(clock);
    for (let i = 0; i < 5; i++) expect(fail(throttle, "ada", home)).toBe(0);
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const waitMs = fail(throttle, "ada", home);
      waits.push(waitMs);
      clock.advance(waitMs - 1);
      expect(fail(throttle, "ada", home)).toBe(1);
      clock.advance(1);
      expect(fail(throttle, "ada", home)).toBe(0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((s) => s * 1000));
    expect(fail(throttle, "ada", home)).toBe(900_000);
    clock.advance(900_000);
    expect(fail(throttle, "ada", home)).toBe(0);
  });

  test("is a 429 with its wait", () => {
    const throttle = new LoginThrottle(new VirtualClock());
    for (let i = 0; i < 5; i++) throttle.attempt("ada", home);
    expect(() => {
      throttle.attempt("ada", home);
    }).toThrow(expect.objectContaining({ status: 429, retryAfterMs: 1000 }));
  });

  test("a right password forgives", () => {
    const throttle = new LoginThrottle(new VirtualClock());
    for (let round = 0; round < 30; round++) {
      for (let i = 0; i < 5; i++) expect(fail(throttle, `name${round}`, home)).toBe(0);
      throttle.succeeded(`name${round}`, home);
      for (let i = 0; i < 4; i++) throttle.withdrawn(`name${round}`, home);
    }
  });

  test("whoever fails from anywhere, the owner gets an attempt from an address of its own", () => {
    const clock = new VirtualClock();
    const throttle = new LoginThrottle(clock);
    for (let i = 0; i < 5000; i++) {
      fail(throttle, "ada", `203.0.${i >> 8}.${i & 255}`);
      if (i % 100 === 0) {
        expect(fail(throttle, "ada", home)).toBe(0);
        throttle.succeeded("ada", home);
      }
    }
    // who has failed there itself waits for the storm, a minute at most
    expect(fail(throttle, "ada", home)).toBe(0);
    expect(fail(throttle, "ada", home)).toBe(60_000);
    expect(fail(throttle, "eve", home)).toBe(0);
  });

  test("an address that tries many names is slowed, its neighbours in one IPv6 network with it", () => {
    const throttle = new LoginThrottle(new VirtualClock());
    for (let i = 0; i < 50; i++) expect(fail(throttle, `name${i}`, `2001:db8:1:2::${i}`)).toBe(0);
    expect(fail(throttle, "another", "2001:db8:1:2::ffff")).toBe(1000);
    expect(fail(throttle, "another", "2001:db8:1:3::1")).toBe(0);
  });

  test("many at once gain nothing over one after another", () => {
    const throttle = new LoginThrottle(new VirtualClock());
    const passed = Array.from({ length: 100 }, () => fail(throttle, "ada", home));
    expect(passed.filter((waitMs) => waitMs === 0)).toHaveLength(5);
  });

  test("an attacker without an end of time gets no more than its share", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 50, maxLength: 200 }),
        (pauses) => {
          const clock = new VirtualClock();
          const throttle = new LoginThrottle(clock);
          let made = 0;
          for (const pauseMs of pauses) {
            if (fail(throttle, "ada", home) === 0) made++;
            clock.advance(pauseMs);
          }
          // 5 free and 10 ever slower, until a quarter of an hour without any makes it begin anew
          const spentMs = pauses.reduce((sum, of) => sum + of, 0);
          expect(made).toBeLessThanOrEqual(15 * (spentMs / 900_000 + 1));
        },
      ),
    );
  });

  test("is bounded: what was touched longest ago is forgotten", () => {
    const throttle = new LoginThrottle(new VirtualClock());
    for (let i = 0; i < 6; i++) fail(throttle, "ada", home);
    for (let i = 0; i < 20_000; i++) fail(throttle, `name${i}`, `10.${i >> 8}.${i & 255}.1`);
    expect(fail(throttle, "ada", home)).toBe(0);
  });
});
