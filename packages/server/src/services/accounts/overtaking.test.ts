import { describe, expect, test } from "vitest";
import type { Store } from "../../ports/store.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { IdentityBench, password } from "./testing/identity-bench.ts";

const newPassword = "another horse battery";

/** A store whose transactions wait for `opened` once they have been asked for. */
function gated(store: Store, opened: Promise<void>): { store: Store; reached: Promise<void> } {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const gate: Store = {
    dialect: store.dialect,
    db: store.db,
    async transaction(work, alone) {
      resolve();
      await opened;
      return await store.transaction(work, alone);
    },
    isReady: () => store.isReady(),
    close: () => store.close(),
  };
  return { store: gate, reached };
}

onEachDatabase((database) => {
  describe("[S-AUTH16] what was checked before it changed", () => {
    test.each([
      ["login", { username: "ada", password }],
      ["changePassword", { password, newPassword: "a third horse battery" }],
      ["completeReset", { password: "a third horse battery" }],
    ])("a %s that a new password overtakes comes to nothing", async (name, input) => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      const there = await bench.login("ada");
      await bench.ask("requestReset", { username: "ada" });
      const asked = name === "completeReset" ? { ...input, token: bench.resets[0]!.token } : input;

      const { promise: opened, resolve: open } = Promise.withResolvers<void>();
      const { store, reached } = gated(bench.store, opened);
      const slow = new IdentityBench(store, {}, bench.clock);
      const late = slow.codeOf(
        name,
        asked,
        name === "changePassword" ? { token: there.token } : {},
      );
      await reached;
      await bench.ask("changePassword", { password, newPassword }, { token });
      open();
      expect(await late).toBe(name === "completeReset" ? "RESET_INVALID" : "LOGIN_REFUSED");
      expect(await bench.count("login_sessions")).toBe(1);
      expect(await bench.codeOf("login", { username: "ada", password: newPassword })).toBe("done");
    });

    test("a login that a ban overtakes comes to nothing", async () => {
      const bench = new IdentityBench(await database.open());
      const moderator = await bench.staff("moderator");
      const { account } = await bench.register("ada");
      const { promise: opened, resolve: open } = Promise.withResolvers<void>();
      const { store, reached } = gated(bench.store, opened);
      const slow = new IdentityBench(store, {}, bench.clock);
      const late = slow.codeOf("login", { username: "ada", password });
      await reached;
      await bench.ask("ban", { account, reason: "x" }, { token: moderator.token });
      open();
      expect(await late).toBe("ACCOUNT_BANNED");
    });
  });

  test("[S-AUTH14] an upgrade that another one overtakes comes to nothing", async () => {
    const bench = new IdentityBench(await database.open());
    const { account, token } = await bench.ask("guest");
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const { store, reached } = gated(bench.store, opened);
    const slow = new IdentityBench(store, {}, bench.clock);
    const late = slow.codeOf("upgrade", { username: "ada", password }, { token });
    await reached;
    await bench.ask("upgrade", { username: "bob", password }, { token });
    open();
    expect(await late).toBe("GUEST_ONLY");
    expect(await bench.codeOf("login", { username: "ada", password })).toBe("LOGIN_REFUSED");
    expect((await bench.login("bob")).account).toBe(account);
  });
});
