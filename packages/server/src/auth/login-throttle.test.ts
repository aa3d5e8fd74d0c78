import { RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import { engineNames, isThere, openStage, type HotStage } from "../hot/testing/hot-stage.ts";
import type { Hot } from "../ports/hot.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { LoginThrottle, type Attempt } from "./login-throttle.ts";

const home = "192.0.2.1";
const log = new RecordedLog();

/** The attempt, or milliseconds to wait. */
async function attempted(
  throttle: LoginThrottle,
  name: string,
  from: string,
): Promise<Attempt | number> {
  try {
    return await throttle.attempt(name, from);
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== "LOGINS_SLOWED") throw error;
    return error.retryAfterMs ?? -1;
  }
}

/** Milliseconds to wait; 0 when the attempt may be made (and has failed). */
async function fail(throttle: LoginThrottle, name: string, from: string): Promise<number> {
  const made = await attempted(throttle, name, from);
  return typeof made === "number" ? made : 0;
}

async function succeed(throttle: LoginThrottle, name: string, from: string): Promise<void> {
  const made = await throttle.attempt(name, from);
  await made.succeeded();
}

for (const engine of engineNames) {
  describe.skipIf(!isThere(engine))(`[S-AUTH9] the login throttle, counting in ${engine}`, () => {
    let stage: HotStage;
    let prefixes = 0;
    beforeAll(async () => {
      stage = await openStage(engine);
    });
    afterAll(() => stage?.close());

    /** A node, with time and counts of its own. */
    async function node(talliesMax?: number): Promise<[LoginThrottle, VirtualClock, Hot]> {
      const clock = new VirtualClock();
      const hot = await stage.another(`${++prefixes}:`);
      const more = talliesMax === undefined ? {} : { talliesMax };
      return [new LoginThrottle({ clock, hot, log, ...more }), clock, hot];
    }

    test("after five failures the wait doubles with each, up to a quarter of an hour", async () => {
      const [throttle, clock] = await node();
      for (let i = 0; i < 5; i++) expect(await fail(throttle, "ada", home)).toBe(0);
      const waits: number[] = [];
      for (let i = 0; i < 10; i++) {
        const waitMs = await fail(throttle, "ada", home);
        waits.push(waitMs);
        clock.advance(waitMs - 1);
        expect(await fail(throttle, "ada", home)).toBe(1);
        clock.advance(1);
        expect(await fail(throttle, "ada", home)).toBe(0);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((s) => s * 1000));
      expect(await fail(throttle, "ada", home)).toBe(900_000);
      clock.advance(900_000);
      expect(await fail(throttle, "ada", home)).toBe(0);
    });

    test("is a 429 with its wait", async () => {
      const [throttle] = await node();
      for (let i = 0; i < 5; i++) await throttle.attempt("ada", home);
      await expect(throttle.attempt("ada", home)).rejects.toMatchObject({
        status: 429,
        retryAfterMs: 1000,
      });
    });

    test("a right password forgives", async () => {
      const [throttle] = await node();
      for (let round = 0; round < 30; round++) {
        const attempts: Attempt[] = [];
        for (let i = 0; i < 5; i++) attempts.push(await throttle.attempt(`name${round}`, home));
        await attempts[0]!.succeeded();
        for (const attempt of attempts.slice(1)) await attempt.withdrawn();
      }
      expect(await fail(throttle, "another", home)).toBe(0);
    });

    test("whoever fails from anywhere, the owner gets an attempt from an address of its own", async () => {
      const [throttle] = await node();
      for (let i = 0; i < 2000; i++) {
        await fail(throttle, "ada", `203.0.${i >> 8}.${i & 255}`);
        if (i % 100 === 0) await succeed(throttle, "ada", home);
      }
      // who has failed there itself waits for the storm, a minute at most
      expect(await fail(throttle, "ada", home)).toBe(0);
      expect(await fail(throttle, "ada", home)).toBe(60_000);
      expect(await fail(throttle, "eve", home)).toBe(0);
    });

    test("an address that tries many names is slowed, its neighbours in one IPv6 network with it", async () => {
      const [throttle] = await node();
      for (let i = 0; i < 50; i++) {
        expect(await fail(throttle, `name${i}`, `2001:db8:1:2::${i}`)).toBe(0);
      }
      expect(await fail(throttle, "another", "2001:db8:1:2::ffff")).toBe(1000);
      expect(await fail(throttle, "another", "2001:db8:1:3::1")).toBe(0);
    });

    test("many at once gain nothing over one after another", async () => {
      const [throttle] = await node();
      const asked = Array.from({ length: 100 }, () => fail(throttle, "ada", home));
      const passed = await Promise.all(asked);
      expect(passed.filter((waitMs) => waitMs === 0)).toHaveLength(5);
    });

    test("an attacker without an end of time gets no more than its share", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 50, maxLength: 200 }),
          async (pauses) => {
            const [throttle, clock] = await node();
            let made = 0;
            for (const pauseMs of pauses) {
              if ((await fail(throttle, "ada", home)) === 0) made++;
              clock.advance(pauseMs);
            }
            // 5 free and 10 ever slower, until a quarter of an hour without any makes it begin anew
            const spentMs = pauses.reduce((sum, of) => sum + of, 0);
            expect(made).toBeLessThanOrEqual(15 * (spentMs / 900_000 + 1));
          },
        ),
        { numRuns: engine === "memory" ? 100 : 10 },
      );
    });

    test("is bounded: what was touched longest ago is forgotten, and all of it ends", async () => {
      const [throttle, clock, hot] = await node(60);
      for (let i = 0; i < 6; i++) await fail(throttle, "ada", home);
      for (let i = 0; i < 100; i++) {
        clock.advance(1);
        await fail(throttle, `name${i}`, `10.1.${i}.1`);
      }
      expect(await hot.sorted.size("{logins}:times")).toBe(60);
      expect((await hot.hashes.getAll("{logins}:counts")).size).toBe(60);
      for (const key of ["{logins}:times", "{logins}:counts"]) {
        expect(await hot.keys.ttlMs(key)).toBeLessThanOrEqual(900_000);
      }
      expect(await fail(throttle, "ada", home)).toBe(0);
    });

    test("neither names nor addresses are written, and no name is too long", async () => {
      const [throttle, , hot] = await node();
      for (const name of ["ada-lovelace", "x".repeat(10_000), "\u0000", "\ud800", "{}"]) {
        await (await throttle.attempt(name, home)).withdrawn();
        await throttle.attempt(name, home);
      }
      const kept = [...(await hot.hashes.getAll("{logins}:counts")).keys()];
      expect(kept).toHaveLength(11);
      for (const name of kept) expect(name).toMatch(/^[\w-]{22}$/);
    });

    test("a clock that is set back keeps nobody out for longer than it would have been", async () => {
      const [throttle, clock, hot] = await node();
      clock.advance(10_000_000);
      for (let i = 0; i < 12; i++) {
        clock.advance((await fail(throttle, "ada", home)) || 0);
      }
      const waitMs = await fail(throttle, "ada", home);
      const back = new VirtualClock();
      back.advance(clock.nowMs() - 5000);
      expect(
        await fail(new LoginThrottle({ clock: back, hot, log }), "ada", home),
      ).toBeLessThanOrEqual(Math.max(waitMs, 512_000));
      const far = new VirtualClock();
      expect(await fail(new LoginThrottle({ clock: far, hot, log }), "ada", home)).toBe(0);
    });
  });
}

describe.skipIf(!isThere("redis"))("[S-AUTH9] the script in Lua and its second form", () => {
  test(
    "answer the same, whatever is tried, when and with which end",
    { timeout: 60_000 },
    async () => {
      const stage = await openStage("redis");
      let rounds = 0;
      const step = fc.record({
        name: fc.constantFrom("ada", "bob", "eve"),
        from: fc.constantFrom(home, "192.0.2.2", "2001:db8::1"),
        pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000_000 })),
        end: fc.constantFrom("failed", "succeeded", "withdrawn"),
      });
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
            const clock = new VirtualClock();
            const redis = await stage.another(`same-${++rounds}:`);
            const both = [redis, createMemoryHot({ clock, log })].map(
              (hot) => new LoginThrottle({ clock, hot, log, talliesMax: 8 }),
            );
            for (const { end, from, name, pauseMs } of steps) {
              const waits: number[] = [];
              for (const throttle of both) {
                const made = await attempted(throttle, name, from);
                waits.push(typeof made === "number" ? made : 0);
                if (typeof made === "number") continue;
                if (end === "succeeded") await made.succeeded();
                if (end === "withdrawn") await made.withdrawn();
              }
              expect(waits[0]).toBe(waits[1]);
              clock.advance(pauseMs);
            }
            await redis.close();
          }),
          { numRuns: 60 },
        );
      } finally {
        await stage.close();
      }
    },
  );
});
