import { createHmac } from "node:crypto";
import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import type { ForeignIssuer } from "../../auth/foreign-issuer.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { codeOf, IdentityBench, rules } from "./testing/identity-bench.ts";

const issuer = "https://project.example/auth/v1";
const secret = new Uint8Array(32).fill(9);
const supabase: ForeignIssuer = { issuer, audience: "authenticated", key: { secret } };
const jwks: ForeignIssuer = {
  issuer: "https://keys.example",
  audience: "authenticated",
  key: { jwksUrl: "https://keys.example/jwks.json" },
};
const issuers = [supabase, jwks];

function forge(header: object, claims: object, key: Uint8Array | string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

/** A token of the foreign issuer. */
function token(bench: IdentityBench, claims: object = {}): string {
  const iat = Math.floor(bench.clock.wallMs() / 1000);
  const usual = { iss: issuer, aud: "authenticated", sub: "u-1", iat, exp: iat + 3600 };
  return forge({ alg: "HS256", typ: "JWT" }, { ...usual, ...claims }, secret);
}

onEachDatabase((database) => {
  describe("[S-AUTH20] accounts of foreign issuers", () => {
    test("are made when they are first seen, and found after that", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      const about = { user_metadata: { full_name: "Countess Ada of Lovelace and more" } };
      const ada = await bench.identity.verifier.verify(token(bench, about));
      expect(ada).toMatchObject({
        name: "Countess Ada of Lovelace",
        role: "player",
        isGuest: false,
      });
      const again = await bench.restarted({ issuers }).identity.verifier.verify(token(bench));
      expect(again).toMatchObject({ account: ada.account, name: ada.name });
      const bob = await bench.identity.verifier.verify(token(bench, { sub: "u-2" }));
      expect(bob.account).not.toBe(ada.account);
      expect(bob.name).toMatch(/^Player \d{4}$/);
      expect([await bench.count("accounts"), await bench.count("players")]).toEqual([2, 2]);
    });

    test("the role that a foreign token claims is none of ours, nor is a name that could deceive", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      for (const name of ["\u202enimda", "", "a\u0000b", "\u3164", { $ne: "" }]) {
        const claims = { role: "admin", sub: "u-3", user_metadata: { name }, sv: 0, sid: "x" };
        const subject = await bench.identity.verifier.verify(token(bench, claims));
        expect(subject).toMatchObject({ role: "player" });
        expect(subject.name).toMatch(/^Player \d{4}$/);
      }
    });

    test("many at once at first sight make one account", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      const seen = await Promise.all(
        Array.from({ length: 6 }, () => bench.identity.verifier.verify(token(bench))),
      );
      expect(new Set(seen.map(({ account }) => account)).size).toBe(1);
      expect(await bench.count("players")).toBe(1);
    });

    test("of many people at once at first sight each gets one", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      const people = Array.from({ length: 24 }, (_, i) => token(bench, { sub: `u-${i}` }));
      const verdicts = await Promise.all(people.map((one) => bench.verdict(one)));
      expect(new Set(verdicts)).toEqual(new Set(["done"]));
      expect(await bench.count("players")).toBe(24);
    });

    test("a logout ends the tokens until then, a newer one is good", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      const old = token(bench);
      const { account } = await bench.identity.verifier.verify(old);
      const { ticket } = await bench.ask("ticket", {}, { token: old });
      await bench.ask("logout", {}, { token: old });
      expect(bench.events).toEqual([{ account, error: "SESSION_ENDED" }]);
      expect(await bench.restarted({ issuers }).verdict(old)).toBe("SESSION_ENDED");
      expect(await codeOf(bench.identity.tickets.take(ticket, undefined))).toBe("SESSION_ENDED");
      bench.clock.advance(1000);
      expect(await bench.verdict(token(bench))).toBe("done");
      const { ticket: second } = await bench.ask("ticket", {}, { token: token(bench) });
      expect(await bench.identity.tickets.take(second, undefined)).toMatchObject({ account });
    });

    test("a ban holds, a deletion lets begin anew", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      const { account } = await bench.identity.verifier.verify(token(bench));
      await bench.ask("delete", {}, { token: token(bench) });
      const anew = await bench.identity.verifier.verify(token(bench));
      expect(anew.account).not.toBe(account);
      const moderator = await bench.staff("moderator");
      await bench.ask("ban", { account: anew.account, reason: "x" }, { token: moderator.token });
      bench.clock.advance(5000);
      expect(await bench.verdict(token(bench))).toBe("ACCOUNT_BANNED");
    });
  });

  describe("[S-AUTH21] the verifier", () => {
    test("refuses every trick without asking anybody or the store", async () => {
      const bench = new IdentityBench(await database.open(), { issuers });
      const ada = await bench.register("ada");
      const [head = "", body = "", signature = ""] = ada.token.split(".");
      const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
      const own = { alg: "HS256", typ: "realm+jwt" };
      const evil = { jku: "https://evil.example/k", x5u: "https://evil.example/x", kid: "../../k" };
      await bench.store.close();
      const tricks = [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        `${head}.${body}`,
        `${head}.${body}.`,
        `.${body}.${signature}`,
        `${head}..${signature}`,
        `${ada.token}.x`,
        ada.token.slice(0, -1),
        `${ada.token} `,
        "x".repeat(65_536),
        `${head}.${"A".repeat(65_536)}.${signature}`,
        forge({ ...own, alg: "none" }, claims, rules.secret),
        `${forge({ ...own, alg: "none" }, claims, "")
          .split(".", 2)
          .join(".")}.`,
        forge({ ...own, alg: "HS384" }, claims, rules.secret),
        forge({ ...own, alg: "RS256" }, claims, rules.secret),
        forge({ ...own, ...evil, jwk: { kty: "oct", k: "AAAA" } }, claims, "\u0000\u0000\u0000"),
        forge({ ...own, ...evil, kid: "/dev/null" }, claims, ""),
        forge({ ...own, crit: ["b64"], b64: false }, claims, rules.secret),
        forge({ ...own, typ: "JWT" }, claims, rules.secret),
        forge({ ...own, typ: "refresh+jwt" }, claims, rules.secret),
        forge(own, { ...claims, iss: "https://evil.example" }, rules.secret),
        forge(own, { ...claims, iss: issuer, aud: "authenticated" }, rules.secret),
        forge(own, { ...claims, iss: ["realmwright"] }, rules.secret),
        forge(own, { ...claims, aud: "authenticated" }, rules.secret),
        forge(own, { ...claims, nbf: 4_000_000_000 }, rules.secret),
        forge(own, { ...claims, exp: "never" }, rules.secret),
        forge(own, { ...claims, exp: Number.MAX_VALUE }, secret),
        forge(own, [claims], rules.secret),
        forge({ alg: "HS256", typ: "realm+jwt" }, { ...claims, iss: issuer }, secret),
        forge({ alg: "HS256", typ: "JWT" }, { ...claims, iss: jwks.issuer }, secret),
        forge({ alg: "HS256", typ: "JWT", ...evil }, { ...claims, iss: jwks.issuer }, ""),
      ];
      for (const [at, trick] of tricks.entries()) {
        expect([at, await bench.verdict(trick)]).toEqual([at, "TOKEN_INVALID"]);
      }
    });

    test("tokens of no account and of no login of theirs have ended", async () => {
      const bench = new IdentityBench(await database.open());
      const [ada, bob] = [await bench.register("ada"), await bench.register("bob")];
      const [, body = ""] = ada.token.split(".");
      const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as { sv: number };
      const own = { alg: "HS256", typ: "realm+jwt" };
      const cases: [object, string][] = [
        [{}, "done"],
        [{ sub: "guest-abc" }, "SESSION_ENDED"],
        [{ sub: crypto.randomUUID() }, "SESSION_ENDED"],
        [{ sid: "x" }, "SESSION_ENDED"],
        [{ sid: bob.session }, "SESSION_ENDED"],
        [{ sid: crypto.randomUUID() }, "SESSION_ENDED"],
        [{ sv: claims.sv + 1 }, "SESSION_ENDED"],
        [{ sv: -1 }, "SESSION_ENDED"],
        // what the account is now counts, not what the token says
        [{ role: "admin", name: "Eve", guest: true }, "done"],
      ];
      for (const [more, code] of cases) {
        expect(await bench.verdict(forge(own, { ...claims, ...more }, rules.secret))).toBe(code);
      }
      const dressed = forge(own, { ...claims, role: "admin", name: "Eve" }, rules.secret);
      expect(await bench.identity.verifier.verify(dressed)).toMatchObject({
        role: "player",
        name: "ada",
      });
      const { verifier } = bench.identity;
      const known = await verifier.verify(ada.token);
      expect(await codeOf(verifier.recheck(known))).toBe("done");
      await bench.ask("logout", {}, { token: ada.token });
      expect(await codeOf(verifier.recheck(known))).toBe("SESSION_ENDED");
    });

    test("what it knows of a login serves for a second, however often it is asked", async () => {
      const bench = new IdentityBench(await database.open());
      const { token: ours } = await bench.register("ada");
      expect(await bench.verdict(ours)).toBe("done");
      await bench.store.close();
      bench.clock.advance(999);
      for (let i = 0; i < 10; i++) expect(await bench.verdict(ours)).toBe("done");
      bench.clock.advance(1);
      await expect(bench.identity.verifier.verify(ours)).rejects.toThrow();
    });
  });

  test("[S-AUTH13] tokenCharacters: access tokens are well below the longest", async () => {
    const bench = new IdentityBench(await database.open());
    const { token: ours } = await bench.register("\u{20000}".repeat(32));
    expect(ours.length).toBeLessThan(limits.tokenCharacters.value / 2);
  });
});

test("[S-AUTH20] two issuers of one name, and one called as ourselves, are refused", async () => {
  const build = (list: ForeignIssuer[]): unknown =>
    new IdentityBench(undefined as never, { issuers: list });
  expect(() => build([supabase, { ...jwks, issuer }])).toThrow(TypeError);
  expect(() => build([{ ...supabase, issuer: rules.issuer }])).toThrow(TypeError);
});
