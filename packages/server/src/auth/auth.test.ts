import { createHmac, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { limits, RealmError } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import type { Clock } from "../ports/clock.ts";
import { tokenType, type TokenRules } from "./access-token.ts";
import { GuestLogin } from "./guest-login.ts";
import { playerName } from "./player-name.ts";
import { SecretTokenVerifier } from "./token-verifier.ts";

const rules: TokenRules = {
  secret: new Uint8Array(32).fill(7),
  issuer: "realmwright",
  audience: "arena",
};
const NOW_S = 1_800_000_000;
let wallMs = NOW_S * 1000;
const clock: Clock = { nowMs: () => 0, wallMs: () => wallMs, at: () => () => undefined };
let counter = 0;
const random = (length: number): Uint8Array => new Uint8Array(length).fill(counter++);
const login = new GuestLogin(rules, { clock, random });
const verifier = new SecretTokenVerifier(rules, () => wallMs);

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const good = {
  sub: "guest-1",
  name: "Ada",
  role: "player",
  iss: "realmwright",
  aud: "arena",
  guest: true,
  sid: "s1",
  sv: 0,
  jti: "t1",
  iat: NOW_S,
  nbf: NOW_S,
  exp: NOW_S + 600,
};
const header = { alg: "HS256", typ: tokenType };

/** A token by hand, signed with the right key unless told. */
function forge(
  head: object,
  claims: unknown,
  sign: (text: string) => string = (text) =>
    createHmac("sha256", rules.secret).update(text).digest("base64url"),
): string {
  const text = `${part(head)}.${part(claims)}`;
  return `${text}.${sign(text)}`;
}

async function codeOf(token: string): Promise<string> {
  try {
    await verifier.verify(token);
    return "accepted";
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return error.code;
  }
}

describe("[S-AUTH2] guest login", () => {
  test("gives a token that says who the guest is", async () => {
    const ticket = await login.login("  Ada   Lovelace ");
    expect(ticket).toMatchObject({ name: "Ada Lovelace", expiresInS: 86_400 });
    expect(await verifier.verify(ticket.token)).toMatchObject({
      account: ticket.account,
      name: "Ada Lovelace",
      role: "player",
      isGuest: true,
      version: 0,
      issuedAtS: NOW_S,
      expiresAtS: NOW_S + 86_400,
    });
    const other = await login.login();
    expect(other.account).not.toBe(ticket.account);
    expect(other.name).toMatch(/^Guest \d{4}$/);
  });

  test("a token is good until it expires and a minute for clocks", async () => {
    const { token, expiresInS } = await login.login();
    try {
      wallMs = (NOW_S + expiresInS + 59) * 1000;
      expect(await codeOf(token)).toBe("accepted");
      wallMs = (NOW_S + expiresInS + 60) * 1000;
      expect(await codeOf(token)).toBe("TOKEN_EXPIRED");
    } finally {
      wallMs = NOW_S * 1000;
    }
  });

  test("a short secret is refused", () => {
    const weak = { ...rules, secret: new Uint8Array(31) };
    expect(() => new GuestLogin(weak, { clock, random })).toThrow(TypeError);
    expect(() => new SecretTokenVerifier(weak, () => 0)).toThrow(TypeError);
  });
});

describe("[S-AUTH1] tokens", () => {
  test("the forger of these tests can make a good one", async () => {
    expect(await codeOf(forge(header, good))).toBe("accepted");
  });

  test("a token is written in one way: no other last character gives the same bytes", async () => {
    const token = forge(header, good);
    const bytes = (text: string): string =>
      Buffer.from(text.slice(text.lastIndexOf(".") + 1), "base64url").toString("hex");
    const others = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
      .map((last) => `${token.slice(0, -1)}${last}`)
      .filter((text) => text !== token && bytes(text) === bytes(token));
    expect(others).toHaveLength(3);
    for (const text of others) expect(await codeOf(text)).toBe("TOKEN_INVALID");
  });

  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: "spki", format: "pem" });
  test.each<[string, string]>([
    ["nothing", ""],
    ["no token", "hello"],
    ["two parts", `${part(header)}.${part(good)}`],
    ["five parts", "a.b.c.d.e"],
    ["unsigned", forge({ alg: "none", typ: tokenType }, good, () => "")],
    ["unsigned as nOnE", forge({ alg: "nOnE", typ: tokenType }, good, () => "")],
    ["signed but alg none", forge({ alg: "none", typ: tokenType }, good)],
    ["HS512", forge({ alg: "HS512", typ: tokenType }, good)],
    ...[384, 512].map((bits): [string, string] => [
      `HS${bits} by the right key`,
      forge({ alg: `HS${bits}`, typ: tokenType }, good, (text) =>
        createHmac(`sha${bits}`, rules.secret).update(text).digest("base64url"),
      ),
    ]),
    [
      "RS256 by a foreign key",
      forge({ alg: "RS256", typ: tokenType }, good, (text) =>
        createHmac("sha256", privateKey.export({ type: "pkcs8", format: "pem" }))
          .update(text)
          .digest("base64url"),
      ),
    ],
    [
      "HS256 keyed with a public key",
      forge(header, good, (text) =>
        createHmac("sha256", publicPem).update(text).digest("base64url"),
      ),
    ],
    [
      "another key",
      forge(header, good, (text) =>
        createHmac("sha256", "x".repeat(32)).update(text).digest("base64url"),
      ),
    ],
    ["no signature", forge(header, good, () => "")],
    ["a signature cut short", forge(header, good).slice(0, -2)],
    [
      "its own key in jwk",
      forge({ ...header, jwk: { kty: "oct", k: "AAAA" } }, good, () => "AAAA"),
    ],
    ["a critical header", forge({ ...header, crit: ["exp"], exp: 1 }, good)],
    ["another type", forge({ alg: "HS256", typ: "at+jwt" }, good)],
    ["no type", forge({ alg: "HS256" }, good)],
    ["another issuer", forge(header, { ...good, iss: "evil" })],
    ["another audience", forge(header, { ...good, aud: "other-game" })],
    ["no audience", forge(header, { ...good, aud: undefined })],
    ["no end", forge(header, { ...good, exp: undefined })],
    ["an end that is no number", forge(header, { ...good, exp: "tomorrow" })],
    ["a start in the future", forge(header, { ...good, nbf: NOW_S + 120 })],
    ["no account", forge(header, { ...good, sub: undefined })],
    ["an account that is too long", forge(header, { ...good, sub: "x".repeat(65) })],
    ["an account that is no text", forge(header, { ...good, sub: { $ne: "" } })],
    ["no name", forge(header, { ...good, name: undefined })],
    ["an unknown role", forge(header, { ...good, role: "root" })],
    ["a role of old", forge(header, { ...good, role: "operator" })],
    ["a list of roles", forge(header, { ...good, role: ["admin"] })],
    ["no session", forge(header, { ...good, sid: undefined })],
    ["no session version", forge(header, { ...good, sv: undefined })],
    ["half a session version", forge(header, { ...good, sv: 0.5 })],
    ["a session version as text", forge(header, { ...good, sv: "0" })],
    ["no id", forge(header, { ...good, jti: undefined })],
    ["no word on being a guest", forge(header, { ...good, guest: undefined })],
    ["no beginning", forge(header, { ...good, nbf: undefined })],
    ["claims that are a list", forge(header, [good])],
    ["64 KiB", forge(header, { ...good, pad: "x".repeat(65_536) })],
  ])("%s is refused", async (_, token) => {
    expect(await codeOf(token)).toBe("TOKEN_INVALID");
  });

  test("an old one says so", async () => {
    expect(await codeOf(forge(header, { ...good, exp: NOW_S - 61 }))).toBe("TOKEN_EXPIRED");
  });

  test("P-SES4 tokenCharacters: the longest is accepted, one more is not", async () => {
    const { value: max } = limits.tokenCharacters;
    const bare = forge(header, good).length;
    const sized = (pad: number): string => forge(header, { ...good, pad: "x".repeat(pad) });
    let pad = Math.floor(((max - bare) * 3) / 4) - 12;
    while (sized(pad + 1).length <= max) pad++;
    expect(await codeOf(sized(pad))).toBe("accepted");
    expect(await codeOf(sized(pad + 1))).toBe("TOKEN_INVALID");
  });

  test("a good token with one character changed is never accepted", async () => {
    const token = forge(header, good);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: token.length - 2 }),
        fc.constantFrom(..."ABYZabyz0189-_."),
        async (at, character) => {
          fc.pre(token[at] !== character);
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          expect(await codeOf(changed)).toBe("TOKEN_INVALID");
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("[S-AUTH3] player names", () => {
  test.each([
    ["Ada", "Ada"],
    ["  Ada  ", "Ada"],
    ["Ada   B", "Ada B"],
    ["Zoe\u0308", "Zo\u00eb"],
    ["勇者", "勇者"],
    ["<b>Bob</b>", "<b>Bob</b>"],
    ["x 🐉", "x 🐉"],
    ["Ada ❤\ufe0f", "Ada ❤"],
    ["__proto__1", "__proto__1"],
  ])("%j is kept as %j", (text, name) => {
    expect(playerName(text)).toBe(name);
  });

  test.each([
    "",
    "   ",
    "!!!",
    "a\nb",
    "a\tb",
    "a\u0000b",
    "a\u200bb",
    "\u202egnorw",
    "a\u2028b",
    "a\ud800",
    "\ue000x",
    `a${"\u0301".repeat(5)}`,
    "\u3164",
    "\u3164\u3164",
    "Ada\u3164",
    "\u115fAda",
    "A\u1160da",
    "\uffa0",
    "Ada\u2800",
    "Ada\ufe0f",
    "A\u034fda",
    "Ada\u{e0061}",
    "Ada\u{1d159}",
  ])("%j is refused", (text) => {
    expect(() => playerName(text)).toThrow(expect.objectContaining({ code: "NAME_INVALID" }));
  });

  test("P-LIM2 nameCharacters: the longest is kept, one more is not", () => {
    const { value: max } = limits.nameCharacters;
    expect(playerName("x".repeat(max))).toHaveLength(max);
    expect(() => playerName("x".repeat(max + 1))).toThrow(RealmError);
    expect(() => playerName("x".repeat(1_000_000))).toThrow(RealmError);
  });

  test("a kept name stays as it is when it is checked again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
        let name: string;
        try {
          name = playerName(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RealmError);
          return;
        }
        expect(playerName(name)).toBe(name);
      }),
    );
  });
});
