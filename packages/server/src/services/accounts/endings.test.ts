import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { codeOf, IdentityBench, password } from "./testing/identity-bench.ts";

const newPassword = "another horse battery";

onEachDatabase((database) => {
  describe("[S-AUTH16] endings", () => {
    test("a logout ends this login and no other, and that holds after a restart", async () => {
      const bench = new IdentityBench(await database.open());
      const here = await bench.register("ada");
      const there = await bench.login("ada");
      expect(await bench.verdict(here.token)).toBe("done");
      await bench.ask("logout", {}, { token: here.token });
      for (const at of [bench, bench.restarted()]) {
        expect(await at.verdict(here.token)).toBe("SESSION_ENDED");
        expect(await at.verdict(there.token)).toBe("done");
        const { refreshToken } = here;
        expect(await at.codeOf("refresh", { refreshToken })).toBe("REFRESH_INVALID");
      }
      expect(bench.events).toEqual([
        { account: here.account, session: here.session, error: "SESSION_ENDED" },
      ]);
      expect(await bench.codeOf("me", {}, { token: here.token })).toBe("SESSION_ENDED");
    });

    test("two logouts at once end one login", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      const there = await bench.login("ada");
      await Promise.all([1, 2].map(() => codeOf(bench.ask("logout", {}, { token }))));
      expect(bench.events).toHaveLength(1);
      expect(await bench.verdict(there.token)).toBe("done");
    });

    test("a logout everywhere ends all logins, tickets too", async () => {
      const bench = new IdentityBench(await database.open());
      const here = await bench.register("ada");
      const there = await bench.login("ada");
      const { ticket } = await bench.ask("ticket", {}, { token: there.token });
      await bench.ask("logoutEverywhere", {}, { token: here.token });
      expect(bench.events).toEqual([{ account: here.account, error: "SESSION_ENDED" }]);
      for (const { token } of [here, there]) {
        expect(await bench.verdict(token)).toBe("SESSION_ENDED");
      }
      expect(await codeOf(bench.identity.tickets.take(ticket, undefined))).toBe("TICKET_INVALID");
      expect(await bench.verdict((await bench.login("ada")).token)).toBe("done");
    });

    test("another node's logout is known within a second, and at once when it is told", async () => {
      const bench = new IdentityBench(await database.open());
      const other = bench.restarted();
      const [ada, bob] = [await bench.register("ada"), await bench.register("bob")];
      for (const { token } of [ada, bob]) expect(await other.verdict(token)).toBe("done");
      for (const { token } of [ada, bob]) await bench.ask("logoutEverywhere", {}, { token });
      other.identity.ended(bench.events[0]!);
      expect(await other.verdict(ada.token)).toBe("SESSION_ENDED");
      expect(await other.verdict(bob.token)).toBe("done");
      bench.clock.advance(1000);
      expect(await other.verdict(bob.token)).toBe("SESSION_ENDED");
    });

    test("a new password ends all other logins", async () => {
      const bench = new IdentityBench(await database.open());
      const here = await bench.register("ada");
      const there = await bench.login("ada");
      const change = (from: string, to: string): Promise<string> =>
        bench.codeOf("changePassword", { password: from, newPassword: to }, { token: here.token });
      expect(await change("wrong horse battery", newPassword)).toBe("LOGIN_REFUSED");
      expect(await change(password, "password1")).toBe("PASSWORD_WEAK");
      expect(await bench.verdict(there.token)).toBe("done");
      expect(await change(password, newPassword)).toBe("done");
      expect(bench.events).toEqual([
        { account: here.account, except: here.session, error: "SESSION_ENDED" },
      ]);
      expect(await bench.verdict(there.token)).toBe("SESSION_ENDED");
      expect(await bench.verdict(here.token)).toBe("done");
      expect(await codeOf(bench.login("ada"))).toBe("LOGIN_REFUSED");
      const typed = { username: "ada", password: newPassword };
      expect(await bench.codeOf("login", typed)).toBe("done");
    });

    test("resetTtlMs: a reset's token serves once within 30 minutes, and ends all logins", async () => {
      const bench = new IdentityBench(await database.open());
      const ada = await bench.register("ada");
      const complete = (token: string, to = newPassword): Promise<string> =>
        bench.codeOf("completeReset", { token, password: to });
      await bench.ask("requestReset", { username: "ADA" });
      await bench.ask("requestReset", { username: "nobody" });
      expect(bench.resets).toHaveLength(1);
      const { token } = bench.resets[0]!;
      expect(bench.resets[0]).toMatchObject({ account: ada.account, username: "ada" });
      expect(
        JSON.stringify(await bench.store.db.selectFrom("password_resets").selectAll().execute()),
      ).not.toContain(token);
      for (const bad of [token.slice(1), `${token}A`, "x"]) {
        expect(await complete(bad)).toBe("RESET_INVALID");
      }
      expect(await complete(token, "password1")).toBe("PASSWORD_WEAK");
      bench.clock.advance(limits.resetTtlMs.value - 1);
      const both = await Promise.all([complete(token), complete(token)]);
      expect(both.toSorted()).toEqual(["RESET_INVALID", "done"]);
      expect(bench.events).toEqual([{ account: ada.account, error: "SESSION_ENDED" }]);
      expect(await bench.codeOf("login", { username: "ada", password: newPassword })).toBe("done");

      await bench.ask("requestReset", { username: "ada" });
      bench.clock.advance(limits.resetTtlMs.value);
      expect(await complete(bench.resets[1]!.token)).toBe("RESET_INVALID");
    });

    test("a newer reset replaces the older; a failed delivery is logged and not told", async () => {
      const bench = new IdentityBench(await database.open());
      await bench.register("ada");
      for (let i = 0; i < 5; i++) await bench.ask("requestReset", { username: "ada" });
      expect(await bench.codeOf("requestReset", { username: "ada" })).toBe("LOGINS_SLOWED");
      const old = { token: bench.resets[0]!.token, password: newPassword };
      expect(await bench.codeOf("completeReset", old)).toBe("RESET_INVALID");
      const broken = bench.restarted({ deliverReset: () => Promise.reject(new Error("no post")) });
      expect(await broken.codeOf("requestReset", { username: "ada" })).toBe("done");
      expect(broken.log.lines).toMatchObject([{ level: "error" }]);
      expect(JSON.stringify(broken.log.lines)).not.toContain(bench.resets[4]!.token);
    });

    test("without a way to deliver there are no resets", async () => {
      const bench = new IdentityBench(await database.open(), { canDeliver: false });
      await bench.register("ada");
      expect(await bench.codeOf("requestReset", { username: "ada" })).toBe("RESET_OFF");
    });
  });

  describe("[S-AUTH17] bans and roles", () => {
    test("a ban ends all logins and lets none begin until it is over", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.staff("moderator");
      const ada = await bench.register("ada");
      const guest = await bench.ask("guest");
      const untilMs = bench.clock.wallMs() + 60_000;
      const ban = { account: ada.account, reason: "cheats", untilMs };
      expect((await bench.ask("ban", ban, { token })).ban).toEqual({ reason: "cheats", untilMs });
      expect(bench.events.at(-1)).toEqual({ account: ada.account, error: "ACCOUNT_BANNED" });
      for (const at of [bench, bench.restarted()]) {
        expect(await at.verdict(ada.token)).toBe("ACCOUNT_BANNED");
        expect(await codeOf(at.login("ada"))).toBe("ACCOUNT_BANNED");
        expect(await at.codeOf("refresh", { refreshToken: ada.refreshToken })).toBe(
          "REFRESH_INVALID",
        );
        expect(await at.verdict(guest.token)).toBe("done");
      }
      await expect(bench.login("ada")).rejects.toMatchObject({ retryAfterMs: 60_000 });
      bench.clock.advance(59_999);
      expect(await codeOf(bench.login("ada"))).toBe("ACCOUNT_BANNED");
      bench.clock.advance(1);
      expect(await codeOf(bench.login("ada"))).toBe("done");
      expect(await bench.verdict(ada.token)).toBe("SESSION_ENDED");
    });

    test("a ban until now or before is refused, as one in seconds is", async () => {
      const bench = new IdentityBench(await database.open());
      const { account, token: own } = await bench.register("ada");
      const { token } = await bench.staff("moderator");
      const ban = (untilMs: number): Promise<unknown> =>
        bench.ask("ban", { account, reason: "x", untilMs }, { token });
      const nowMs = bench.clock.wallMs();
      for (const untilMs of [0, 5, Math.floor((nowMs + 3_600_000) / 1000), nowMs]) {
        await expect(ban(untilMs)).rejects.toMatchObject({
          code: "REQUEST_INVALID",
          problems: [{ path: "/untilMs" }],
        });
      }
      expect(await bench.verdict(own)).toBe("done");
      await ban(nowMs + 1);
      expect(await bench.verdict(own)).toBe("ACCOUNT_BANNED");
    });

    test("a ban without an end lasts until it is lifted; a wrong password learns nothing of it", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.staff("moderator");
      const { account } = await bench.register("ada");
      await bench.ask("ban", { account, reason: "bot" }, { token });
      bench.clock.advance(400_000);
      const wrong = { username: "ada", password: "wrong horse battery" };
      expect(await bench.codeOf("login", wrong)).toBe("LOGIN_REFUSED");
      expect(await codeOf(bench.login("ada"))).toBe("ACCOUNT_BANNED");
      const fresh = await bench.login("the-moderator");
      expect((await bench.ask("unban", { account }, { token: fresh.token })).ban).toBeNull();
      expect(await codeOf(bench.login("ada"))).toBe("done");
    });

    test("banReasonCharacters: 256 are a reason, one more is none, nor are control characters", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.staff("moderator");
      const { account } = await bench.register("ada");
      const { value: max } = limits.banReasonCharacters;
      const ban = (reason: string): Promise<string> =>
        bench.codeOf("ban", { account, reason }, { token });
      expect(await ban("x".repeat(max))).toBe("done");
      for (const reason of ["x".repeat(max + 1), "", "\u0000", "a\nb", "\ud800"]) {
        await expect(ban(reason)).rejects.toThrow(/reason/);
      }
    });

    test("moderators ban players, admins all but admins, nobody itself or who is not there", async () => {
      const bench = new IdentityBench(await database.open());
      const ids = {
        player: await bench.staff("player"),
        moderator: await bench.staff("moderator"),
        service: await bench.staff("service"),
        admin: await bench.staff("admin"),
      };
      const other = await bench.register("other");
      await bench.store.db
        .updateTable("accounts")
        .set({ role: "admin" })
        .where("id", "=", other.account)
        .execute();
      const ban = (by: keyof typeof ids, account: string): Promise<string> =>
        bench.codeOf("unban", { account }, { token: ids[by].token });
      for (const of of Object.keys(ids) as (keyof typeof ids)[]) {
        const { account } = ids[of];
        expect(await ban("player", account)).toBe("FORBIDDEN");
        expect(await ban("service", account)).toBe("FORBIDDEN");
        expect(await ban("moderator", account)).toBe(of === "player" ? "done" : "FORBIDDEN");
        expect(await ban("admin", account)).toBe(of === "admin" ? "FORBIDDEN" : "done");
      }
      expect(await ban("admin", other.account)).toBe("FORBIDDEN");
      expect(await ban("admin", crypto.randomUUID())).toBe("ACCOUNT_UNKNOWN");
    });

    test("a new role ends tokens and tickets, and comes with the next refresh", async () => {
      const bench = new IdentityBench(await database.open());
      const admin = await bench.staff("admin");
      const ada = await bench.register("ada");
      const { ticket } = await bench.ask("ticket", {}, { token: ada.token });
      const known = await bench.identity.verifier.verify(ada.token);
      const change = { account: ada.account, role: "moderator" };
      expect((await bench.ask("setRole", change, { token: admin.token })).role).toBe("moderator");
      expect(bench.events.at(-1)).toEqual({ account: ada.account, error: "SESSION_ENDED" });
      expect(await bench.verdict(ada.token)).toBe("SESSION_ENDED");
      expect(await codeOf(bench.identity.verifier.recheck(known))).toBe("SESSION_ENDED");
      expect(await codeOf(bench.identity.tickets.take(ticket, undefined))).toBe("TICKET_INVALID");
      const fresh = await bench.ask("refresh", { refreshToken: ada.refreshToken });
      expect(fresh.role).toBe("moderator");
      expect(await bench.identity.verifier.verify(fresh.token)).toMatchObject({
        role: "moderator",
      });
    });

    test("nobody but admins gives roles, and not to themselves or guests", async () => {
      const bench = new IdentityBench(await database.open());
      const [admin, moderator] = [await bench.staff("admin"), await bench.staff("moderator")];
      const guest = await bench.ask("guest");
      const give = (account: string, token: string): Promise<string> =>
        bench.codeOf("setRole", { account, role: "admin" }, { token });
      expect(await give(guest.account, moderator.token)).toBe("FORBIDDEN");
      expect(await give(moderator.account, moderator.token)).toBe("FORBIDDEN");
      expect(await give(admin.account, admin.token)).toBe("FORBIDDEN");
      expect(await give(guest.account, admin.token)).toBe("FORBIDDEN");
      expect(await give(crypto.randomUUID(), admin.token)).toBe("ACCOUNT_UNKNOWN");
    });
  });
});
