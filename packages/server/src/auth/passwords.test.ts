import { limits, RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonPasswords } from "./common-passwords.ts";
import { PasswordDesk } from "./password-desk.ts";
import { hashPassword, isOutdated, isPasswordOf, type HashCost } from "./password-hash.ts";
import { checkPassword } from "./password-rules.ts";

const cheap: HashCost = { memoryKib: 8, passes: 1, lanes: 1 };
const salt = new Uint8Array(16).fill(7);
const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);

function codeOf(act: () => unknown): string {
  try {
    act();
    return "kept";
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return error.code;
  }
}

describe("[S-AUTH5] password hashes", () => {
  test("are argon2id with 19 MiB, two passes and one lane, as PHC text", async () => {
    const stored = await hashPassword("correct horse", salt);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(stored).toHaveLength(97);
    expect(await isPasswordOf("correct horse", stored)).toBe(true);
    expect(await isPasswordOf("correct horse ", stored)).toBe(false);
    expect(isOutdated(stored)).toBe(false);
  });

  test("of another cost are read, and outdated", async () => {
    const stored = await hashPassword("correct horse", salt, cheap);
    expect(await isPasswordOf("correct horse", stored)).toBe(true);
    expect(isOutdated(stored)).toBe(true);
    expect(isOutdated(stored, cheap)).toBe(false);
  });

  test("a password composed or not is the same", async () => {
    const stored = await hashPassword("Zoe\u0308 lives", salt, cheap);
    expect(await isPasswordOf("Zo\u00eb lives", stored)).toBe(true);
  });

  test.each([
    "",
    "plain",
    "$argon2i$v=19$m=8,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    "$argon2id$v=19$m=9999999,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    "$argon2id$v=19$m=8,t=99,p=1$BwcHBwcHBwcHBwcHBwcHBw$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    "$argon2id$v=19$m=8,t=0,p=1$BwcHBwcHBwcHBwcHBwcHBw$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    "$argon2id$v=19$m=8,t=1,p=0$BwcHBwcHBwcHBwcHBwcHBw$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    "$argon2id$v=19$m=8,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$",
  ])("%j is no hash of ours", async (stored) => {
    await expect(isPasswordOf("x", stored)).rejects.toMatchObject({ code: "INTERNAL" });
  });
});

describe("[S-AUTH6] the password desk", () => {
  test("hashes few at a time, lets some wait and refuses the rest", async () => {
    const desk = new PasswordDesk({ random, cost: cheap, atOnce: 2, waiting: 3 });
    const asked = Array.from({ length: 6 }, () => desk.hash("correct horse"));
    const done = await Promise.allSettled(asked);
    expect(done.map((of) => of.status)).toEqual(
      [..."fffff"].map(() => "fulfilled").concat("rejected"),
    );
    expect(done[5]).toMatchObject({
      reason: { code: "LOGINS_BUSY", status: 503, retryAfterMs: 1000 },
    });
    await expect(desk.hash("correct horse")).resolves.toMatch(/^\$argon2id/);
  });

  test("goes on after hashes that can not be read", async () => {
    const desk = new PasswordDesk({ random, cost: cheap, atOnce: 1, waiting: 8 });
    const bad = Array.from({ length: 4 }, () => desk.check("x", "nonsense"));
    for (const one of await Promise.allSettled(bad)) expect(one.status).toBe("rejected");
    expect(await desk.check("x", await desk.hash("x"))).toEqual({ isRight: true });
  });

  test("an unknown name is told no after as much work", async () => {
    let salts = 0;
    const counting = (length: number): Uint8Array => {
      salts++;
      return random(length);
    };
    const desk = new PasswordDesk({ random: counting, cost: cheap });
    expect(await desk.check("correct horse", undefined)).toEqual({ isRight: false });
    expect(salts).toBe(1);
  });

  test("a hash of another cost is renewed with the right password only", async () => {
    const old = await hashPassword("correct horse", salt, { ...cheap, passes: 2 });
    const desk = new PasswordDesk({ random, cost: cheap });
    expect(await desk.check("wrong horse", old)).toEqual({ isRight: false });
    const { isRight, renewed } = await desk.check("correct horse", old);
    expect(isRight).toBe(true);
    expect(await desk.check("correct horse", renewed)).toEqual({ isRight: true });
  });
});

describe("[S-AUTH7] password rules", () => {
  test("passwordCharactersMin, passwordCharacters: at the limits kept, one beyond refused", () => {
    const { passwordCharactersMin: min, passwordCharacters: max } = limits;
    expect([min.value, max.value]).toEqual([8, 128]);
    for (const letters of ["xq1", "🐉é水"]) {
      const text = Array.from(letters.repeat(50));
      expect(codeOf(() => checkPassword(text.slice(0, min.value).join(""), "ada"))).toBe("kept");
      expect(codeOf(() => checkPassword(text.slice(1, min.value).join(""), "ada"))).toBe(min.error);
      expect(codeOf(() => checkPassword(text.slice(0, max.value).join(""), "ada"))).toBe("kept");
      const long = text.slice(0, max.value + 1).join("");
      expect(codeOf(() => checkPassword(long, "ada"))).toBe(max.error);
    }
    expect(codeOf(() => checkPassword("x".repeat(1_000_000), "ada"))).toBe("PASSWORD_WEAK");
  });

  test.each([
    "password1",
    "PassWord123",
    "trustno1!!",
    "ｐａｓｓｗｏｒｄ１",
    "aaaaaaaaaa",
    "abababababa",
    "12345678",
    "89012345",
    "zyxwvutsr",
    "qwertyuiopqw",
    "Ada.Lovelace",
    "bad\ud800surrogate",
    "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
  ])("%j is refused", (password) => {
    expect(codeOf(() => checkPassword(password, "ada.lovelace"))).toBe("PASSWORD_WEAK");
  });

  test.each(["correct horse", "tr0ub4dor&3x", "пароль-мой", "        x y z", "__proto__"])(
    "%j is kept",
    (password) => {
      expect(codeOf(() => checkPassword(password, "ada.lovelace"))).toBe("kept");
    },
  );

  test("each of some hundred common ones is refused, in any case", () => {
    expect(commonPasswords.size).toBeGreaterThan(400);
    for (const word of commonPasswords) {
      expect(word).toMatch(/^[^A-Z]{8,}$/);
      expect(codeOf(() => checkPassword(word.toUpperCase(), "ada"))).toBe("PASSWORD_WEAK");
    }
  });

  test("no text does worse than be refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.string(), (text, name) => {
        expect(["kept", "PASSWORD_WEAK"]).toContain(codeOf(() => checkPassword(text, name)));
      }),
    );
  });
});
