import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { codeOf, IdentityBench, password } from "./testing/identity-bench.ts";

onEachDatabase((database) => {
  describe("[S-AUTH12] registration", () => {
    test("makes an account and a player, and logs in", async () => {
      const bench = new IdentityBench(await database.open());
      const ada = await bench.register("Ada.Lovelace");
      expect(ada).toMatchObject({
        username: "Ada.Lovelace",
        name: "Ada.Lovelace",
        role: "player",
        isGuest: false,
        expiresInS: 600,
      });
      const player = await bench.store.db.selectFrom("players").selectAll().executeTakeFirst();
      expect(player).toMatchObject({
        id: ada.account,
        username: "Ada.Lovelace",
        created_at: new Date(bench.clock.wallMs()).toISOString(),
      });
      expect(await bench.identity.verifier.verify(ada.token)).toMatchObject({
        account: ada.account,
        name: "Ada.Lovelace",
        role: "player",
        isGuest: false,
        session: ada.session,
      });
      expect(await bench.ask("me", {}, { token: ada.token })).toMatchObject({
        account: ada.account,
        username: "Ada.Lovelace",
      });
    });

    test("a long user name is shown shortened, another one as it is wished", async () => {
      const bench = new IdentityBench(await database.open());
      const long = "x1y2".repeat(8);
      expect(await bench.register(long)).toMatchObject({ username: long, name: long.slice(0, 24) });
      const shown = { username: "ada", password, name: "  Countess  Ada " };
      expect((await bench.ask("register", shown)).name).toBe("Countess Ada");
    });

    test.each([
      [{ username: "ab", password }, "NAME_INVALID"],
      [{ username: "guest-1", password }, "NAME_INVALID"],
      [{ username: "ada", password: "short" }, "PASSWORD_WEAK"],
      [{ username: "adaadaada", password: "AdaAdaAda" }, "PASSWORD_WEAK"],
      [{ username: "bob", password: "password1" }, "PASSWORD_WEAK"],
      [{ username: "bob", password, name: "\u202e" }, "NAME_INVALID"],
      [{ username: "TAKEN", password }, "NAME_TAKEN"],
      [{ username: "ｔakеn", password }, "NAME_TAKEN"],
    ])("%j is refused with %s, and nothing is left of it", async (input, code) => {
      const bench = new IdentityBench(await database.open());
      await bench.register("taken");
      expect(await bench.codeOf("register", input)).toBe(code);
      expect([await bench.count("accounts"), await bench.count("players")]).toEqual([1, 1]);
    });

    test("of many at once with names that look alike one is made", async () => {
      const bench = new IdentityBench(await database.open());
      const names = ["paypal", "PayPal", "pаypal", "paypaI", "PAYPAL"];
      const codes = await Promise.all(names.map((name) => codeOf(bench.register(name))));
      expect(codes.toSorted()).toEqual(
        [...names.slice(1).map(() => "NAME_TAKEN"), "done"].toSorted(),
      );
      expect([await bench.count("accounts"), await bench.count("players")]).toEqual([1, 1]);
    });
  });

  describe("[S-AUTH13] logins", () => {
    test("of many accounts at once do not stand in each other's way", async () => {
      const bench = new IdentityBench(await database.open());
      const names = Array.from({ length: 24 }, (_, i) => `player-${i}`);
      const all = (ask: (name: string) => Promise<unknown>): Promise<string[]> =>
        Promise.all(names.map((name) => codeOf(ask(name))));
      const done = names.map(() => "done");
      expect(await all((name) => bench.register(name))).toEqual(done);
      expect(await all((name) => bench.login(name))).toEqual(done);
      expect(await all(() => bench.ask("guest"))).toEqual(done);
      const before = await Promise.all(names.map((name) => bench.login(name)));
      const refreshed = before.map(({ refreshToken }) =>
        codeOf(bench.ask("refresh", { refreshToken })),
      );
      expect(await Promise.all(refreshed)).toEqual(done);
    });

    test("by the name in any case and the password, also after a restart", async () => {
      const bench = new IdentityBench(await database.open());
      const ada = await bench.register("Ada");
      const again = await bench.restarted().login("ADA");
      expect(again.account).toBe(ada.account);
      expect(again.session).not.toBe(ada.session);
      expect(await bench.restarted().verdict(ada.token)).toBe("done");
    });

    test("blanks around the name do not matter, as keyboards add them, also for who guesses", async () => {
      const bench = new IdentityBench(await database.open());
      const { account } = await bench.register("ada ");
      for (const name of ["ada", "ada ", " Ada", "\u00a0ADA\n"]) {
        expect((await bench.login(name)).account).toBe(account);
        await bench.ask("requestReset", { username: name }, { address: `192.0.2.${name.length}` });
      }
      expect(bench.resets.map((reset) => reset.account)).toEqual(Array(4).fill(account));
      expect(await bench.codeOf("register", { username: " ada", password })).toBe("NAME_TAKEN");
      const evil = { address: "203.0.113.9" };
      for (let i = 0; i < 5; i++) {
        const guess = { username: `ada${" ".repeat(i)}`, password: "wrong horse battery" };
        expect(await bench.codeOf("login", guess, evil)).toBe("LOGIN_REFUSED");
      }
      const more = { username: " ada", password: "wrong horse battery" };
      expect(await bench.codeOf("login", more, evil)).toBe("LOGINS_SLOWED");
    });

    test("that the server was too busy for are held against nobody", async () => {
      const bench = new IdentityBench(await database.open());
      await bench.register("ada");
      const cost = { memoryKib: 8, passes: 1, lanes: 1 };
      const busy = bench.restarted({ hashing: { atOnce: 0, waiting: 0, cost } });
      for (let i = 0; i < 7; i++) {
        expect(await codeOf(busy.login("ada"))).toBe("LOGINS_BUSY");
      }
    });

    test("and deletions by a wrong password count together", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      const wrong = { password: "wrong horse battery" };
      for (let i = 0; i < 3; i++) {
        expect(await bench.codeOf("delete", wrong, { token })).toBe("LOGIN_REFUSED");
      }
      for (let i = 0; i < 2; i++) {
        const guess = { username: "ADA", ...wrong };
        expect(await bench.codeOf("login", guess)).toBe("LOGIN_REFUSED");
      }
      expect(await bench.codeOf("delete", { password }, { token })).toBe("LOGINS_SLOWED");
      expect(await codeOf(bench.login("ada"))).toBe("LOGINS_SLOWED");
    });

    test.each([
      ["ada", "correct horse batterz"],
      ["ada", "Correct horse battery"],
      ["nobody", "correct horse battery"],
      ["' OR 1=1 --", "correct horse battery"],
      ["\u0000", "x"],
    ])("%j with %j is refused", async (username, wrong) => {
      const bench = new IdentityBench(await database.open());
      await bench.register("ada");
      expect(await bench.codeOf("login", { username, password: wrong })).toBe("LOGIN_REFUSED");
    });

    test("a guest has no password, whatever is typed", async () => {
      const bench = new IdentityBench(await database.open());
      const guest = await bench.ask("guest", { name: "Ada" });
      const name = `guest-${guest.account}`;
      for (const username of [name, "Ada", guest.account]) {
        expect(await bench.codeOf("login", { username, password })).toBe("LOGIN_REFUSED");
      }
    });

    test("guessers wait, the owner elsewhere does not", async () => {
      const bench = new IdentityBench(await database.open());
      await bench.register("ada");
      const guess = { username: "ada", password: "wrong horse battery" };
      const evil = { address: "203.0.113.9" };
      for (let i = 0; i < 5; i++)
        expect(await bench.codeOf("login", guess, evil)).toBe("LOGIN_REFUSED");
      expect(await bench.codeOf("login", guess, evil)).toBe("LOGINS_SLOWED");
      // the right password too: a guesser learns nothing while it waits
      const right = { username: "ADA", password };
      expect(await bench.codeOf("login", right, evil)).toBe("LOGINS_SLOWED");
      expect(await bench.codeOf("login", right)).toBe("done");
      bench.clock.advance(1000);
      expect(await bench.codeOf("login", right, evil)).toBe("done");
    });

    test("accessTokenMs: an access token lasts ten minutes and a minute for clocks", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      bench.clock.advance(limits.accessTokenMs.value + 59_999);
      expect(await bench.verdict(token)).toBe("done");
      bench.clock.advance(1);
      expect(await bench.verdict(token)).toBe("TOKEN_EXPIRED");
    });

    test("loginSessions: an account has 32, with one more the oldest ends", async () => {
      const bench = new IdentityBench(await database.open());
      const tokens = [(await bench.register("ada")).token];
      while (tokens.length < limits.loginSessions.value) {
        bench.clock.advance(10);
        tokens.push((await bench.login("ada")).token);
      }
      for (const token of tokens) expect(await bench.verdict(token)).toBe("done");
      bench.clock.advance(10);
      expect(await bench.verdict((await bench.login("ada")).token)).toBe("done");
      expect(await bench.verdict(tokens[0]!)).toBe("SESSION_ENDED");
      expect(await bench.verdict(tokens[1]!)).toBe("done");
      expect(bench.events).toHaveLength(1);
    });

    test("an outdated hash is renewed by a login", async () => {
      const bench = new IdentityBench(await database.open());
      await bench.register("ada");
      const stored = async (): Promise<string | null> =>
        (
          await bench.store.db
            .selectFrom("accounts")
            .select("password_hash")
            .executeTakeFirstOrThrow()
        ).password_hash;
      const better = bench.restarted({ hashing: { cost: { memoryKib: 16, passes: 1, lanes: 1 } } });
      expect(await better.codeOf("login", { username: "ada", password: "no" })).toBe(
        "LOGIN_REFUSED",
      );
      expect(await stored()).toContain("$m=8,");
      await better.login("ada");
      expect(await stored()).toContain("$m=16,");
      await better.login("ada");
    });
  });

  describe("[S-AUTH14] guests", () => {
    test("keep their account by their refresh token, and when they are upgraded", async () => {
      const bench = new IdentityBench(await database.open());
      const guest = await bench.ask("guest");
      expect(guest).toMatchObject({ isGuest: true, username: null, role: "player" });
      expect(guest.name).toMatch(/^Guest \d{4}$/);
      await bench.ask("upgrade", { username: "ada", password }, { token: guest.token });
      // the login goes on, and the token says what is true now
      expect(await bench.identity.verifier.verify(guest.token)).toMatchObject({ name: guest.name });
      bench.clock.advance(1001);
      expect(await bench.identity.verifier.verify(guest.token)).toMatchObject({ isGuest: false });
      const fresh = await bench.ask("refresh", { refreshToken: guest.refreshToken });
      expect(fresh).toMatchObject({ account: guest.account, isGuest: false, username: "ada" });
      expect((await bench.login("ada")).account).toBe(guest.account);
      const player = await bench.store.db.selectFrom("players").selectAll().executeTakeFirst();
      expect(player).toMatchObject({ id: guest.account, username: "ada" });
    });

    test("an upgrade is for guests, to a name that is free", async () => {
      const bench = new IdentityBench(await database.open());
      const ada = await bench.register("ada");
      const { token } = await bench.ask("guest");
      const ask = (username: string, of = token): Promise<string> =>
        bench.codeOf("upgrade", { username, password }, { token: of });
      expect(await ask("ADA")).toBe("NAME_TAKEN");
      expect(await ask("bob", ada.token)).toBe("GUEST_ONLY");
      expect(await ask("x")).toBe("NAME_INVALID");
      expect(await ask("bob")).toBe("done");
      expect(await ask("carl")).toBe("GUEST_ONLY");
    });

    test("upgrades and logins at once end in one account with one name", async () => {
      const bench = new IdentityBench(await database.open());
      const guests = [await bench.ask("guest"), await bench.ask("guest")] as const;
      const upgrades = ["ada", "ADA", "bob"].flatMap((username) =>
        guests.map(({ token }) => codeOf(bench.ask("upgrade", { username, password }, { token }))),
      );
      const logins = Array.from({ length: 4 }, (_, i) =>
        codeOf(bench.ask("login", { username: "ada", password }, { address: `192.0.2.${i}` })),
      );
      const codes = await Promise.all([...upgrades, codeOf(bench.register("Ada")), ...logins]);
      for (const code of codes) {
        expect(["done", "NAME_TAKEN", "GUEST_ONLY", "LOGIN_REFUSED"]).toContain(code);
      }
      const rows = await bench.store.db.selectFrom("accounts").selectAll().execute();
      expect(rows.filter((row) => row.name_key === "ada")).toHaveLength(1);
      for (const row of rows) expect(row.is_guest === 1).toBe(row.user_name === null);
      expect((await bench.login("ada")).username?.toLowerCase()).toBe("ada");
    });
  });
});
