import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import type { Eraser } from "./store.ts";
import { codeOf, IdentityBench, password } from "./testing/identity-bench.ts";

onEachDatabase((database) => {
  describe("[S-AUTH18] going", () => {
    test("who deletes its account takes along what it owns, for good", async () => {
      const erased: string[] = [];
      const eraser: Eraser = async (_tx, accounts) => {
        erased.push(...accounts);
      };
      const bench = new IdentityBench(await database.open(), { erasers: [eraser] });
      const [ada, bob] = [await bench.register("ada"), await bench.register("bob")];
      const scores = [ada, bob].map(({ account }) => ({
        game_id: "g",
        player_id: account,
        score: 1,
      }));
      await bench.store.db.insertInto("scores").values(scores).execute();
      const { token } = ada;
      expect(await bench.codeOf("delete", {}, { token })).toBe("LOGIN_REFUSED");
      expect(await bench.codeOf("delete", { password: "wrong" }, { token })).toBe("LOGIN_REFUSED");
      expect(await bench.codeOf("delete", { password }, { token })).toBe("done");
      expect(bench.events).toEqual([{ account: ada.account, error: "SESSION_ENDED" }]);
      expect(await bench.verdict(token)).toBe("SESSION_ENDED");
      expect(erased).toEqual([ada.account]);
      const left = await bench.store.db.selectFrom("scores").select("player_id").execute();
      expect(left).toEqual([{ player_id: bob.account }]);
      expect([await bench.count("accounts"), await bench.count("login_sessions")]).toEqual([1, 1]);
      expect((await bench.register("ada")).account).not.toBe(ada.account);
    });

    test("what fails half-way leaves the account whole", async () => {
      const eraser: Eraser = () => Promise.reject(new Error("no"));
      const bench = new IdentityBench(await database.open(), { erasers: [eraser] });
      const { token } = await bench.ask("guest");
      await expect(bench.ask("delete", {}, { token })).rejects.toThrow("no");
      expect(await bench.verdict(token)).toBe("done");
      expect(bench.events).toEqual([]);
    });

    test("guests go when they stayed away for as long as their refresh token lasts", async () => {
      const bench = new IdentityBench(await database.open());
      const idle = await bench.ask("guest");
      await bench.store.db
        .insertInto("scores")
        .values({ game_id: "g", player_id: idle.account, score: 1 })
        .execute();
      const active = await bench.ask("guest");
      const upgraded = await bench.ask("guest");
      await bench.ask("upgrade", { username: "bob", password }, { token: upgraded.token });
      await bench.register("ada");
      bench.clock.advance(1);
      const fresh = await bench.ask("refresh", { refreshToken: active.refreshToken });
      bench.clock.advance(limits.refreshTokenMs.value - 1);
      expect(await bench.identity.sweep()).toBe(false);
      expect(await bench.count("accounts")).toBe(4);
      bench.clock.advance(1);
      await bench.identity.sweep();
      const left = await bench.store.db.selectFrom("accounts").select("id").execute();
      expect(left).toHaveLength(3);
      expect(left).not.toContainEqual({ id: idle.account });
      expect(await bench.store.db.selectFrom("scores").selectAll().execute()).toEqual([]);
      // logins that have run out are gone as well, the refreshed one lasts a moment longer
      expect(await bench.count("login_sessions")).toBe(0);
      expect(await codeOf(bench.ask("refresh", { refreshToken: fresh.refreshToken }))).toBe(
        "REFRESH_INVALID",
      );
    });

    test("in bounded batches, and two jobs at once do no harm", async () => {
      const bench = new IdentityBench(await database.open(), { guestIdleMs: 1000 });
      for (let i = 0; i < 15; i++) await bench.ask("guest");
      bench.clock.advance(1001);
      const stays = await bench.ask("guest");
      expect(await bench.identity.sweep()).toBe(true);
      expect(await bench.count("players")).toBe(6);
      await Promise.all([
        bench.identity.sweep(),
        bench.restarted({ guestIdleMs: 1000 }).identity.sweep(),
      ]);
      expect(await bench.count("players")).toBe(1);
      expect(await bench.verdict(stays.token)).toBe("done");
      expect(await bench.identity.sweep()).toBe(false);
    });
  });

  describe("[S-AUTH19] tickets", () => {
    test("open one connection, from their origin", async () => {
      const bench = new IdentityBench(await database.open());
      const { token, account, session } = await bench.register("ada");
      const origin = "https://game.example";
      const take = (ticket: string, from?: string): Promise<unknown> =>
        bench.restarted().identity.tickets.take(ticket, from);
      const { ticket } = await bench.ask("ticket", { origin }, { token });
      expect(ticket).toMatch(/^[\w-]{22}$/);
      expect(await take(ticket, origin)).toMatchObject({ account, session, name: "ada" });
      expect(await codeOf(take(ticket, origin))).toBe("TICKET_INVALID");
      // whoever tries it elsewhere has used it up
      const second = (await bench.ask("ticket", { origin }, { token })).ticket;
      for (const from of ["https://evil.example", origin]) {
        expect(await codeOf(take(second, from))).toBe("TICKET_INVALID");
      }
      const native = (await bench.ask("ticket", {}, { token })).ticket;
      expect(await codeOf(take(native, undefined))).toBe("done");
      expect(await bench.count("login_tickets")).toBe(0);
    });

    test("of many who take one at once one gets it", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      const { ticket } = await bench.ask("ticket", {}, { token });
      const taken = [1, 2, 3, 4].map(() => codeOf(bench.identity.tickets.take(ticket, undefined)));
      const codes = await Promise.all(taken);
      expect(codes.filter((code) => code === "done")).toHaveLength(1);
    });

    test("ticketTtlMs: a ticket lasts 30 s, and is swept then", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      const [first, second] = [
        await bench.ask("ticket", {}, { token }),
        await bench.ask("ticket", {}, { token }),
      ];
      await bench.ask("ticket", {}, { token });
      bench.clock.advance(limits.ticketTtlMs.value - 1);
      expect(await codeOf(bench.identity.tickets.take(first.ticket, undefined))).toBe("done");
      bench.clock.advance(1);
      const late = bench.identity.tickets.take(second.ticket, undefined);
      expect(await codeOf(late)).toBe("TICKET_INVALID");
      await bench.identity.sweep();
      expect(await bench.count("login_tickets")).toBe(0);
    });

    test("end with their login, and no other text is one", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      const { ticket } = await bench.ask("ticket", {}, { token });
      await bench.ask("logout", {}, { token });
      expect(await codeOf(bench.identity.tickets.take(ticket, undefined))).toBe("SESSION_ENDED");
      for (const bad of ["", token, "A".repeat(22), "\u0000".repeat(22), `${ticket}=`]) {
        expect(await codeOf(bench.identity.tickets.take(bad, undefined))).toBe("TICKET_INVALID");
      }
    });
  });
});
