import { expect, test } from "vitest";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { limitValues } from "../../session/limit-values.ts";
import type { Role } from "../../auth/subject.ts";
import { Operator } from "./operator.ts";
import { codeOf, IdentityBench, password } from "./testing/identity-bench.ts";

function operatorOf(bench: IdentityBench): Operator {
  return new Operator({
    store: bench.store,
    clock: bench.clock,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    events: { publish: (event) => bench.events.push(event) },
    limits: limitValues(),
  });
}

onEachDatabase((database) => {
  test("[S-CFG9] the operator finds accounts by name and id, and no others", async () => {
    const bench = new IdentityBench(await database.open());
    const operator = operatorOf(bench);
    const { account } = await bench.register("Ada");
    for (const name of ["Ada", "ADA", "аda", account]) {
      expect(await operator.show(name), name).toMatchObject({ account, username: "Ada" });
    }
    const none = ["eve", "", "\u0000", "a\ud800", account.replace(/^./u, "g"), "x".repeat(100_000)];
    for (const name of none) {
      expect(await codeOf(operator.show(name)), JSON.stringify(name.slice(0, 40))).toBe(
        "ACCOUNT_UNKNOWN",
      );
    }
  });

  test("[S-CFG9] lists them by role, ban and kind, those first that were seen last", async () => {
    const bench = new IdentityBench(await database.open());
    const operator = operatorOf(bench);
    const made: string[] = [];
    for (const name of ["ada", "bob", "cyd", "guest"]) {
      bench.clock.advance(1000);
      const { account } = await (name === "guest" ? bench.ask("guest") : bench.register(name));
      made.unshift(account);
    }
    const ids = async (which: Parameters<Operator["list"]>[0], most = 10): Promise<string[]> =>
      (await operator.list(which, most)).map(({ account }) => account);
    const [guest, cy, bob, ada] = made;
    expect(await ids({})).toEqual([cy, bob, ada]);
    expect(await ids({ guests: true })).toEqual([guest, cy, bob, ada]);
    expect(await ids({ guests: true }, 2)).toEqual([guest, cy]);
    await operator.setRole("bob", "moderator");
    await operator.ban(guest!, { reason: "x", untilMs: undefined });
    expect(await ids({ role: "moderator" })).toEqual([bob]);
    expect(await ids({ banned: true })).toEqual([]);
    expect(await ids({ banned: true, guests: true })).toEqual([guest]);
  });

  test("[S-CFG9] makes the first admin; what it changes ends logins and is told", async () => {
    const bench = new IdentityBench(await database.open());
    const operator = operatorOf(bench);
    const ada = await bench.register("ada");
    const bob = await bench.register("bob");
    expect(await operator.setRole("ada", "admin")).toMatchObject({ role: "admin" });
    await operator.ban("bob", { reason: "x", untilMs: bench.clock.wallMs() + 1000 });
    expect(bench.events).toEqual([
      { account: ada.account, error: "SESSION_ENDED" },
      { account: bob.account, error: "ACCOUNT_BANNED" },
    ]);
    const other = bench.restarted();
    expect([await other.verdict(ada.token), await other.verdict(bob.token)]).toEqual([
      "SESSION_ENDED",
      "ACCOUNT_BANNED",
    ]);
    // an admin must be given another role before
    const reason = { reason: "x", untilMs: undefined };
    expect(await codeOf(operator.ban("ada", reason))).toBe("FORBIDDEN");
    await operator.setRole("ada", "player");
    expect(await codeOf(operator.ban("ada", reason))).toBe("done");
    await operator.unban("ada");
    expect((await other.login("ada")).role).toBe("player");
  });

  test("[S-CFG9] leaves guests players without a password", async () => {
    const bench = new IdentityBench(await database.open());
    const operator = operatorOf(bench);
    const { account } = await bench.ask("guest");
    for (const role of ["moderator", "admin", "service"] satisfies Role[]) {
      expect(await codeOf(operator.setRole(account, role))).toBe("FORBIDDEN");
    }
    expect(await codeOf(operator.resetPassword(account))).toBe("FORBIDDEN");
  });

  test("[S-CFG9] makes a token for a new password, in place of one before", async () => {
    const bench = new IdentityBench(await database.open(), { canDeliver: false });
    const operator = operatorOf(bench);
    await bench.register("ada");
    const [old, reset] = [await operator.resetPassword("ada"), await operator.resetPassword("ada")];
    const next = `${password} 2`;
    const complete = (token: string) => bench.codeOf("completeReset", { token, password: next });
    expect(await complete(old.token)).toBe("RESET_INVALID");
    expect(await complete(reset.token)).toBe("done");
    expect(await complete(reset.token)).toBe("RESET_INVALID");
    expect(await bench.codeOf("login", { username: "ada", password })).toBe("LOGIN_REFUSED");
    expect(await bench.codeOf("login", { username: "ada", password: next })).toBe("done");
  });
});
