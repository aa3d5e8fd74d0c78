import { RealmError } from "@realmwright/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loginCountsKey, loginTimesKey } from "../hot/layout.ts";
import { engineNames, isThere, openStage, type HotStage } from "../hot/testing/hot-stage.ts";
import type { Hot } from "../ports/hot.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { LoginThrottle } from "./login-throttle.ts";

const home = "192.0.2.1";
const log = new RecordedLog();

/** Fails once. Milliseconds to wait; 0 when the attempt may be made. */
async function fail(throttle: LoginThrottle, name: string, from: string): Promise<number> {
  try {
    await throttle.attempt(name, from);
    return 0;
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== "LOGINS_SLOWED") throw error;
    return error.retryAfterMs ?? -1;
  }
}

for (const engine of engineNames) {
  describe.skipIf(!isThere(engine))(`[S-AUTH9] what is counted, in ${engine}`, () => {
    let stage: HotStage;
    let prefixes = 0;
    beforeAll(async () => {
      stage = await openStage(engine);
    });
    afterAll(() => stage?.close());

    async function node(): Promise<[LoginThrottle, VirtualClock, Hot]> {
      const clock = new VirtualClock();
      const hot = await stage.another(`bounds${++prefixes}:`);
      return [new LoginThrottle({ clock, hot, log }), clock, hot];
    }

    test("of one account: exactly the 21st from everywhere waits, and a success takes one back", async () => {
      const [throttle] = await node();
      for (let i = 0; i < 19; i++) {
        expect(await fail(throttle, "ada", `203.0.113.${i}`)).toBe(0);
      }
      await (await throttle.attempt("ada", home)).succeeded();
      expect(await fail(throttle, "ada", home)).toBe(0);
      expect(await fail(throttle, "ada", home)).toBe(1000);
    });

    test("of one address: the 51st waits, a minute at most, whatever the names", async () => {
      const [throttle, clock] = await node();
      let names = 0;
      const another = (): Promise<number> => fail(throttle, `name${names++}`, home);
      for (let i = 0; i < 50; i++) expect(await another()).toBe(0);
      const waits: number[] = [];
      for (let i = 0; i < 9; i++) {
        const waitMs = await another();
        waits.push(waitMs);
        clock.advance(waitMs);
        expect(await another()).toBe(0);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1000));
    });

    test.each(["succeeded", "withdrawn"] as const)(
      "49 failures of one address and one that %s leave 49",
      async (end) => {
        const [throttle] = await node();
        for (let i = 0; i < 49; i++) await throttle.attempt(`name${i}`, home);
        await (await throttle.attempt("ada", home))[end]();
        expect(await fail(throttle, "bob", home)).toBe(0);
        expect(await fail(throttle, "eve", home)).toBe(1000);
      },
    );

    test("a success forgives all failures of its address at its account, a withdrawal one", async () => {
      const [throttle] = await node();
      for (let i = 0; i < 4; i++) await throttle.attempt("ada", home);
      await (await throttle.attempt("ada", home)).succeeded();
      for (let i = 0; i < 5; i++) expect(await fail(throttle, "ada", home)).toBe(0);
      expect(await fail(throttle, "ada", home)).toBe(1000);
      for (let i = 0; i < 4; i++) await throttle.attempt("bob", home);
      await (await throttle.attempt("bob", home)).withdrawn();
      expect(await fail(throttle, "bob", home)).toBe(0);
      expect(await fail(throttle, "bob", home)).toBe(1000);
    });

    test("nothing is left of what was taken back", async () => {
      const [throttle, , hot] = await node();
      for (const end of ["succeeded", "withdrawn"] as const) {
        await (await throttle.attempt("ada", home))[end]();
        expect(await hot.sorted.size(loginTimesKey)).toBe(0);
        expect((await hot.hashes.getAll(loginCountsKey)).size).toBe(0);
      }
    });

    test("by a clock that goes back the wait is as long as it was, and not longer", async () => {
      const [throttle, clock, hot] = await node();
      clock.advance(10_000_000);
      for (let i = 0; i < 5; i++) await throttle.attempt("ada", home);
      const back = new VirtualClock();
      back.advance(clock.nowMs() - 5000);
      expect(await fail(new LoginThrottle({ clock: back, hot, log }), "ada", home)).toBe(1000);
    });

    test("once a count has come nothing of it is left in the clock", async () => {
      const [throttle, clock] = await node();
      const { waiting } = clock;
      for (const end of ["succeeded", "withdrawn"] as const) {
        await (await throttle.attempt("ada", home))[end]();
      }
      expect(clock.waiting).toBe(waiting);
    });
  });
}
