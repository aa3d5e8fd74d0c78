import { describe, expect, test } from "vitest";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { IdentityBench } from "./testing/identity-bench.ts";

onEachDatabase((database) => {
  describe("[S-AUTH26] another name", () => {
    test("is what others see from then on; login, logins and account stay", async () => {
      const bench = new IdentityBench(await database.open());
      const ada = await bench.register("ada");
      const { token } = ada;
      expect((await bench.identity.verifier.verify(token)).name).toBe("ada");
      const renamed = await bench.ask("rename", { name: "Ada  Lovelace" }, { token });
      expect(renamed).toMatchObject({
        account: ada.account,
        name: "Ada Lovelace",
        username: "ada",
        isGuest: false,
      });
      expect((await bench.identity.verifier.verify(token)).name).toBe("Ada Lovelace");
      expect((await bench.ask("me", {}, { token })).name).toBe("Ada Lovelace");
      const { refreshToken } = ada;
      expect((await bench.ask("refresh", { refreshToken })).name).toBe("Ada Lovelace");
      expect((await bench.login("ada")).name).toBe("Ada Lovelace");
      expect(bench.events).toEqual([]);
      const restarted = bench.restarted();
      expect((await restarted.identity.verifier.verify(token)).name).toBe("Ada Lovelace");
    });

    test("is for guests too, and may be one that another has", async () => {
      const bench = new IdentityBench(await database.open());
      const [ada, guest] = [await bench.register("ada"), await bench.ask("guest")];
      const { token } = guest;
      expect((await bench.ask("rename", { name: "ada" }, { token })).isGuest).toBe(true);
      expect((await bench.ask("me", {}, { token: ada.token })).account).toBe(ada.account);
      expect((await bench.login("ada")).account).toBe(ada.account);
    });

    test.each([
      "",
      "\u200b",
      "a\u202eb",
      "\ud800",
      "x".repeat(129),
      "!!!",
      "Z\u0300\u0301\u0302\u0303\u0304",
    ])("that is none is refused, and the old one stays: %j", async (name) => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.register("ada");
      await expect(bench.ask("rename", { name }, { token })).rejects.toThrow();
      expect((await bench.ask("me", {}, { token })).name).toBe("ada");
    });

    test("is nobody else's to give", async () => {
      const bench = new IdentityBench(await database.open());
      const { account, token } = await bench.register("ada");
      const bob = await bench.register("bob");
      await expect(
        bench.ask("rename", { name: "x", account }, { token: bob.token }),
      ).rejects.toThrow();
      expect(await bench.codeOf("rename", { name: "x" })).toBe("AUTH_REQUIRED");
      await bench.ask("rename", { name: "Bobby" }, { token: bob.token });
      expect((await bench.ask("me", {}, { token })).name).toBe("ada");
    });

    test("is not kept for an account that goes meanwhile", async () => {
      const bench = new IdentityBench(await database.open());
      const { token } = await bench.ask("guest");
      const subject = await bench.identity.verifier.verify(token);
      const rename = bench.identity.operations.find(({ name }) => name === "accounts.rename")!;
      await bench.ask("delete", {}, { token });
      const late = rename.run({ subject, address: "192.0.2.1" }, { name: "late" });
      await expect(late).rejects.toMatchObject({ code: "SESSION_ENDED" });
      expect([await bench.count("accounts"), await bench.count("players")]).toEqual([0, 0]);
    });
  });
});
