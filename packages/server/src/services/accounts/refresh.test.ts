import { limits } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { codeOf, IdentityBench, type Answer } from "./testing/identity-bench.ts";

onEachDatabase((database) => {
  describe("[S-AUTH15] refresh", () => {
    const refresh = (bench: IdentityBench, of: Answer, key?: string): Promise<Answer> =>
      bench.ask("refresh", { refreshToken: of.refreshToken }, key === undefined ? {} : { key });

    test("gives the next tokens of the same login, also after a restart", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      bench.clock.advance(3_600_000);
      const second = await refresh(bench.restarted(), first);
      expect(second).toMatchObject({ account: first.account, session: first.session });
      expect(second.refreshToken).not.toBe(first.refreshToken);
      expect(await bench.verdict(first.token)).toBe("TOKEN_EXPIRED");
      expect(await bench.verdict(second.token)).toBe("done");
      const third = await refresh(bench, second);
      expect(await bench.verdict(third.token)).toBe("done");
    });

    test("a token that is used twice ends its login, and the thief's with it", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      const other = await bench.login("ada");
      const stolen = await refresh(bench, first);
      expect(await codeOf(refresh(bench, first))).toBe("REFRESH_INVALID");
      expect(bench.events).toEqual([
        { account: first.account, session: first.session, error: "SESSION_ENDED" },
      ]);
      expect(await bench.verdict(stolen.token)).toBe("SESSION_ENDED");
      expect(await codeOf(refresh(bench, stolen))).toBe("REFRESH_INVALID");
      expect(await bench.verdict(other.token)).toBe("done");
    });

    test("any earlier token is known as used, not the last one alone", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      let last = first;
      for (let i = 0; i < 5; i++) last = await refresh(bench, last, `request ${i}`);
      expect(await codeOf(refresh(bench, first, "request 0"))).toBe("REFRESH_INVALID");
      expect(await codeOf(refresh(bench, last))).toBe("REFRESH_INVALID");
    });

    test("refreshGraceMs: the same request gets the same next token for a day", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      const lost = await refresh(bench, first, "request 1");
      bench.clock.advance(limits.refreshGraceMs.value);
      const again = await refresh(bench.restarted(), first, "request 1");
      expect(again.refreshToken).toBe(lost.refreshToken);
      expect(await bench.verdict(again.token)).toBe("done");
      expect(await bench.verdict(lost.token)).toBe("TOKEN_EXPIRED");
      expect(await bench.count("login_sessions")).toBe(1);
      bench.clock.advance(1);
      expect(await codeOf(refresh(bench, first, "request 1"))).toBe("REFRESH_INVALID");
      expect(await codeOf(refresh(bench, lost))).toBe("REFRESH_INVALID");
    });

    test("not once the answer has arrived, which its use shows", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      await refresh(bench, await refresh(bench, first, "request 1"), "request 2");
      expect(await codeOf(refresh(bench, first, "request 1"))).toBe("REFRESH_INVALID");
    });

    test("two of the same request at once get the same answer", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      const both = await Promise.all([1, 2, 3].map(() => refresh(bench, first, "request 1")));
      expect(new Set(both.map((of) => JSON.stringify(of))).size).toBe(1);
      expect(await bench.verdict(both[0]!.token)).toBe("done");
    });

    test("of two requests at once one wins at most, and the login ends", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      const both = ["request 1", "request 2"].map((key) => codeOf(refresh(bench, first, key)));
      expect((await Promise.all(both)).toSorted()).toEqual(["REFRESH_INVALID", "done"]);
      expect(await bench.count("login_sessions")).toBe(0);
    });

    test("refreshTokenMs: a token lasts 30 days without use", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      bench.clock.advance(limits.refreshTokenMs.value - 1);
      const second = await refresh(bench, first);
      bench.clock.advance(limits.refreshTokenMs.value);
      expect(await codeOf(refresh(bench, second))).toBe("REFRESH_INVALID");
    });

    test("a text that is none changes nothing, neither does an access token", async () => {
      const bench = new IdentityBench(await database.open());
      const first = await bench.register("ada");
      const { refreshToken } = first;
      const bad = [first.token.slice(0, 256), "x", "A".repeat(91), refreshToken.toLowerCase()];
      bad.push(`${refreshToken.slice(0, 60)}AAAA${refreshToken.slice(64)}`);
      for (const text of bad) {
        expect(await bench.codeOf("refresh", { refreshToken: text })).toBe("REFRESH_INVALID");
      }
      expect(await codeOf(refresh(bench, first))).toBe("done");
    });

    test("nothing that could be used is stored", async () => {
      const bench = new IdentityBench(await database.open());
      const { refreshToken } = await bench.register("ada");
      const rows = JSON.stringify(
        await bench.store.db.selectFrom("login_sessions").selectAll().execute(),
      );
      const secret = Buffer.from(refreshToken, "base64url").subarray(20, 52);
      for (const form of ["base64url", "base64", "hex"] as const) {
        expect(rows).not.toContain(secret.toString(form));
      }
    });
  });

  // the model: whoever presents anything but the newest token, or the last one with its request, ends the login
  test("[S-AUTH15] whatever clients do, a login has one good refresh token at most", async () => {
    const bench = new IdentityBench(await database.open());
    let users = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.constantFrom("a", "b", undefined)), {
          maxLength: 8,
        }),
        async (steps) => {
          const given = [(await bench.register(`user-${users++}`)).refreshToken];
          const keys: (string | undefined)[] = [];
          let isAlive = true;
          for (const [back, key] of steps) {
            const at = Math.max(0, given.length - 1 - back);
            const isNext = isAlive && at === given.length - 1;
            const isAgain =
              isAlive && at === given.length - 2 && key !== undefined && keys[at] === key;
            const asked = key === undefined ? {} : { key };
            const work = bench.ask("refresh", { refreshToken: given[at]! }, asked);
            if (isNext) {
              given.push((await work).refreshToken);
              keys[at] = key;
            } else if (isAgain) {
              expect((await work).refreshToken).toBe(given[at + 1]);
            } else {
              expect(await codeOf(work)).toBe("REFRESH_INVALID");
              isAlive = false;
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
