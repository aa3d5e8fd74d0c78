import { describe, expect, test } from "vitest";
import { codeOf } from "../services/accounts/testing/identity-bench.ts";
import { signToken, type AccessClaims, type TokenRules } from "./access-token.ts";
import { TokenReader } from "./token-reader.ts";

const NOW_S = 1_800_000_000;
const rules: TokenRules = {
  secret: new Uint8Array(32).fill(7),
  issuer: "realmwright",
  audience: "arena",
};
const claims: AccessClaims = {
  account: "a1",
  name: "Ada",
  role: "player",
  isGuest: false,
  session: "s1",
  version: 3,
  issuedAtS: NOW_S,
  expiresAtS: NOW_S + 600,
};

let nowS = NOW_S;
const readerOf = (of: TokenRules = rules): TokenReader => {
  nowS = NOW_S;
  return new TokenReader(of, () => nowS * 1000 + 999);
};

describe("[S-AUTH1] a token that comes again", () => {
  test("says the same, and is known only after it was read", async () => {
    const reader = readerOf();
    const token = await signToken(rules, claims, "t1");
    expect(reader.recall(token)).toBeUndefined();
    expect(await reader.read(token)).toEqual(claims);
    expect(reader.recall(token)).toEqual(claims);
    expect(await reader.read(token)).toEqual(claims);
  });

  test("ends when it would have ended the first time", async () => {
    const reader = readerOf();
    const token = await signToken(rules, claims, "t1");
    await reader.read(token);
    nowS = claims.expiresAtS + 59;
    expect(await codeOf(reader.read(token))).toBe("done");
    nowS++;
    expect(() => reader.recall(token)).toThrow(expect.objectContaining({ code: "TOKEN_EXPIRED" }));
    // once forgotten it is read as a new one
    expect(await codeOf(reader.read(token))).toBe("TOKEN_EXPIRED");
  });

  test("is not taken for another one: each character counts", async () => {
    const reader = readerOf();
    const token = await signToken(rules, claims, "t1");
    await reader.read(token);
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${token[at] === "A" ? "E" : "A"}${token.slice(at + 1)}`;
      expect(reader.recall(changed), `character ${at}`).toBeUndefined();
    }
    expect(await codeOf(reader.read(`${token.slice(0, -1)}!`))).toBe("TOKEN_INVALID");
    expect(reader.recall("")).toBeUndefined();
  });

  test("is no token of a server that has another key or game", async () => {
    const token = await signToken(rules, claims, "t1");
    await readerOf().read(token);
    for (const other of [
      { ...rules, secret: new Uint8Array(32).fill(8) },
      { ...rules, audience: "duel" },
    ]) {
      const reader = readerOf(other);
      expect(await codeOf(reader.read(token))).toBe("TOKEN_INVALID");
      expect(reader.recall(token)).toBeUndefined();
    }
  });

  test("what was refused is not remembered", async () => {
    const reader = readerOf();
    const token = await signToken(rules, { ...claims, issuedAtS: NOW_S + 120 }, "t1");
    expect(await codeOf(reader.read(token))).toBe("TOKEN_INVALID");
    expect(reader.recall(token)).toBeUndefined();
    nowS += 120;
    expect(await codeOf(reader.read(token))).toBe("done");
  });

  test("so many are remembered; the first one is forgotten then, and read anew", async () => {
    const reader = new TokenReader(rules, () => NOW_S * 1000, 3);
    const [first = "", ...others] = await Promise.all(
      ["t1", "t2", "t3", "t4"].map((id) => signToken(rules, claims, id)),
    );
    for (const token of [first, ...others.slice(0, 2)]) await reader.read(token);
    expect(reader.recall(first)).toEqual(claims);
    await reader.read(others[2] ?? "");
    expect(reader.recall(first)).toBeUndefined();
    for (const token of others) expect(reader.recall(token)).toEqual(claims);
    expect(await reader.read(first)).toEqual(claims);
  });
});
