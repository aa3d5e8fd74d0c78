import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { RealmError } from "@realmwright/protocol";
import { exportJWK, SignJWT, type FetchImplementation } from "jose";
import { describe, expect, test } from "vitest";
import { IssuerKeys, type ForeignIssuer } from "./foreign-issuer.ts";

const NOW_S = 1_800_000_000;
const issuer = "https://project.example/auth/v1";
const jwksUrl = `${issuer}/.well-known/jwks.json`;
const secret = new Uint8Array(32).fill(9);
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

let nowMs = 0;
/** A configured issuer, and the addresses that it asked. */
function stage(
  key: ForeignIssuer["key"] = { jwksUrl },
  answer?: () => Promise<Response>,
): { keys: IssuerKeys; asked: string[] } {
  const asked: string[] = [];
  const fetch: FetchImplementation = async (url) => {
    asked.push(url);
    if (answer !== undefined) return await answer();
    const ecKey = { ...(await exportJWK(ec.publicKey)), kid: "ec-1", alg: "ES256" };
    const rsaKey = { ...(await exportJWK(rsa.publicKey)), kid: "rsa-1", alg: "RS256" };
    return Response.json({ keys: [ecKey, rsaKey] });
  };
  const options = { nowMs: () => nowMs, wallMs: () => NOW_S * 1000, fetch };
  return { keys: new IssuerKeys({ issuer, audience: "authenticated", key }, options), asked };
}

const good = { sub: "u-1", iat: NOW_S, exp: NOW_S + 3600, iss: issuer, aud: "authenticated" };

function signed(
  header: object,
  claims: object = good,
  key: KeyObject | Uint8Array = ec.privateKey,
): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "ec-1", ...header })
    .sign(key);
}

function forged(header: object, claims: object, key: string | Uint8Array): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

async function codeOf(keys: IssuerKeys, token: string): Promise<string> {
  try {
    await keys.verify(token);
    return "accepted";
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return error.code;
  }
}

describe("[S-AUTH11] foreign issuers", () => {
  test("by JWKS: ES256 and RS256, its keys fetched once", async () => {
    const { keys, asked } = stage();
    const more = { user_metadata: { name: "Ada" }, session_id: "s-1", role: "admin" };
    expect(await keys.verify(await signed({ typ: "JWT" }, { ...good, ...more }))).toEqual({
      issuer,
      subject: "u-1",
      name: "Ada",
      session: "s-1",
      issuedAtS: NOW_S,
    });
    const byRsa = await signed({ alg: "RS256", kid: "rsa-1" }, good, rsa.privateKey);
    expect(await codeOf(keys, byRsa)).toBe("accepted");
    expect(asked).toEqual([jwksUrl]);
  });

  test("by secret: HS256, and nothing asked", async () => {
    const { keys, asked } = stage({ secret });
    expect(await codeOf(keys, forged({ alg: "HS256", typ: "JWT" }, good, secret))).toBe("accepted");
    expect(await codeOf(keys, await signed({ jku: "https://evil.example" }))).toBe("TOKEN_INVALID");
    expect(asked).toEqual([]);
  });

  const publicPem = String(rsa.publicKey.export({ type: "spki", format: "pem" }));
  const evilKey = generateKeyPairSync("ec", { namedCurve: "P-256" });
  test.each<[string, () => Promise<string>]>([
    ["unsigned", async () => `${forged({ alg: "none" }, good, "").split(".", 2).join(".")}.`],
    [
      "HS256 by the public key",
      async () => forged({ alg: "HS256", kid: "rsa-1" }, good, publicPem),
    ],
    ["HS256 by an empty key", async () => forged({ alg: "HS256", kid: "ec-1" }, good, "")],
    ["an algorithm not pinned", () => signed({ alg: "PS256", kid: "rsa-1" }, good, rsa.privateKey)],
    ["no algorithm", async () => forged({ kid: "ec-1" }, good, secret)],
    ["a critical header", async () => forged({ alg: "ES256", crit: ["x"], x: 1 }, good, secret)],
    ["a kid that is no text", async () => forged({ alg: "ES256", kid: { a: 1 } }, good, secret)],
    ["a kid of 100 KiB", async () => forged({ alg: "ES256", kid: "x".repeat(102_400) }, good, "")],
    ["garbage", async () => "a.b.c"],
  ])("%s is refused, and nothing asked", async (_, token) => {
    const { keys, asked } = stage();
    expect(await codeOf(keys, await token())).toBe("TOKEN_INVALID");
    expect(asked).toEqual([]);
  });

  test.each<[string, () => Promise<string>]>([
    ["another's key", () => signed({}, good, evilKey.privateKey)],
    [
      "jku and x5u",
      () =>
        signed(
          { jku: "https://evil.example/k", x5u: "https://evil.example/x" },
          good,
          evilKey.privateKey,
        ),
    ],
    [
      "its own key as jwk",
      async () => signed({ jwk: await exportJWK(evilKey.publicKey) }, good, evilKey.privateKey),
    ],
    ["an unknown kid", () => signed({ kid: "other" })],
    ["a kid that is a path", () => signed({ kid: "../../etc/passwd" })],
    ["a kid that is an address", () => signed({ kid: "https://evil.example/k" })],
    ["an empty kid", () => signed({ kid: "" })],
    ["a kid of the other algorithm", () => signed({ kid: "rsa-1" })],
    ["another issuer", () => signed({}, { ...good, iss: "https://evil.example" })],
    ["another audience", () => signed({}, { ...good, aud: "anon" })],
    ["no audience", () => signed({}, { ...good, aud: undefined })],
    ["no end", () => signed({}, { ...good, exp: undefined })],
    ["a start in the future", () => signed({}, { ...good, nbf: NOW_S + 61 })],
    ["our own type", () => signed({ typ: "realm+jwt" })],
    ["an id token's type", () => signed({ typ: "id_token+jwt" })],
    ["no subject", () => signed({}, { ...good, sub: undefined })],
    ["a subject of no text", () => signed({}, { ...good, sub: "\u0000" })],
    ["an endless subject", () => signed({}, { ...good, sub: "x".repeat(256) })],
  ])("%s is refused, and nothing asked but the keys", async (_, token) => {
    const { keys, asked } = stage();
    expect(await codeOf(keys, await token())).toBe("TOKEN_INVALID");
    expect(asked.filter((url) => url !== jwksUrl)).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  test("is good to the last second of its tolerance", async () => {
    const { keys } = stage();
    expect(await codeOf(keys, await signed({}, { ...good, exp: NOW_S - 59 }))).toBe("accepted");
    expect(await codeOf(keys, await signed({}, { ...good, exp: NOW_S - 60 }))).toBe(
      "TOKEN_EXPIRED",
    );
    expect(await codeOf(keys, await signed({}, { ...good, nbf: NOW_S + 60 }))).toBe("accepted");
  });

  test("a flood of unknown keys asks once", async () => {
    const { keys, asked } = stage();
    for (let i = 0; i < 50; i++) {
      expect(await codeOf(keys, await signed({ kid: `made up ${i}` }))).toBe("TOKEN_INVALID");
    }
    expect(asked).toEqual([jwksUrl]);
  });

  test.each<[string, () => Promise<Response>]>([
    ["refuses", () => Promise.reject(new TypeError("connection refused"))],
    ["fails", async () => new Response("no", { status: 500 })],
    ["sends elsewhere", async () => Response.redirect("https://evil.example/keys", 302)],
    ["talks nonsense", async () => new Response("<html>")],
    ["has no keys", async () => Response.json({})],
  ])("keys that can not be had (the issuer %s) are asked for every 30 s", async (_, answer) => {
    nowMs = 0;
    const { keys, asked } = stage({ jwksUrl }, answer);
    const token = await signed({});
    for (let i = 0; i < 20; i++) expect(await codeOf(keys, token)).toBe("ISSUER_GONE");
    expect(asked).toEqual([jwksUrl]);
    nowMs = 30_000;
    expect(await codeOf(keys, token)).toBe("ISSUER_GONE");
    expect(asked).toEqual([jwksUrl, jwksUrl]);
  });

  test("a weak configuration is refused", () => {
    expect(() => stage({ secret: new Uint8Array(31) })).toThrow(TypeError);
    for (const url of ["http://project.example/keys", "file:///etc/passwd", "nothing"]) {
      expect(() => stage({ jwksUrl: url })).toThrow(TypeError);
    }
  });
});
