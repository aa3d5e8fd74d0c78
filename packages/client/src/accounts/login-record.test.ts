import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SharedStorage } from "../testing/fake-accounts.ts";
import { loginOf, readLogin, StoredLogin } from "./login-record.ts";

const url = "ws://server/ws";
const answer = {
  token: "t",
  expiresInS: 600,
  refreshToken: "r",
  account: "a1",
  name: "Ada",
  username: "ada",
  role: "moderator",
  isGuest: false,
};
const login = loginOf(answer, { key: "k", nowMs: 1000 });

test("C-ACC4 a token is replaced 30 s before its end, of a short one half is used", () => {
  const renewMs = (expiresInS: unknown): number =>
    loginOf({ token: "t", expiresInS }, { key: "k", nowMs: 1000 }).renewMs;
  expect(renewMs(600)).toBe(1000 + 570_000);
  expect(renewMs(60)).toBe(1000 + 30_000);
  expect(renewMs(20)).toBe(1000 + 10_000);
  expect(renewMs(undefined)).toBe(Number.MAX_SAFE_INTEGER);
});

test("C-CON8 servers without accounts answer less", () => {
  const plain = loginOf(
    { token: "t", account: "g1", name: "Ada", expiresInS: 86_400 },
    {
      key: "k",
      nowMs: 0,
    },
  );
  expect(plain.profile).toEqual({
    account: "g1",
    name: "Ada",
    username: null,
    role: "player",
    isGuest: true,
  });
  expect(plain.refreshToken).toBeUndefined();
});

test.each([undefined, null, 5, "t", [], {}, { token: 5 }, { token: "" }, { token: null }])(
  "C-ACC2 an answer %j is no login",
  (value) => {
    const read = (): unknown => loginOf(value, { key: "k", nowMs: 0 });
    expect(read).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  },
);

describe("C-ACC3 what is kept", () => {
  test("is read as it was written, by every tab", () => {
    const storage = new SharedStorage();
    new StoredLogin(storage, url).write(login);
    expect(new StoredLogin(storage, url).read()).toEqual(login);
    expect(new StoredLogin(storage, "ws://elsewhere/ws").read()).toBeUndefined();
    new StoredLogin(storage, url).write(undefined);
    expect(storage.items.size).toBe(0);
  });

  test("is never trusted", () => {
    const storage = new SharedStorage();
    const store = new StoredLogin(storage, url);
    for (const text of ["", "{", "null", "5", "[]", '"x"', '{"token":{}}', '{"profile":null}']) {
      storage.items.set(`realmwright.login:${url}`, text);
      expect(store.read(), text).toBeUndefined();
    }
    fc.assert(
      fc.property(
        fc.constantFrom("profile", "token", "renewMs", "refreshToken", "requestKey"),
        fc.jsonValue(),
        (member, value) => {
          const read = readLogin({ ...login, [member]: value });
          if (read !== undefined) expect(read).toEqual({ ...login, [member]: value });
        },
      ),
    );
    for (const wrong of [{ role: "god" }, { isGuest: 1 }, { username: 5 }, { account: null }]) {
      expect(readLogin({ ...login, profile: { ...login.profile, ...wrong } })).toBeUndefined();
    }
  });

  test("is in memory where the storage refuses, and nothing stays there", () => {
    const storage = new SharedStorage();
    const store = new StoredLogin(storage, url);
    store.write(login);
    storage.setItem = () => {
      throw new Error("full");
    };
    const next = { ...login, token: "t2", refreshToken: "r2" };
    store.write(next);
    expect(storage.items.size).toBe(0);
    expect(store.read()).toEqual(next);
    const forbidden = new SharedStorage();
    forbidden.getItem =
      forbidden.setItem =
      forbidden.removeItem =
        () => {
          throw new Error("the user forbids it");
        };
    const alone = new StoredLogin(forbidden, url);
    expect(alone.read()).toBeUndefined();
    alone.write(login);
    expect(alone.read()).toEqual(login);
    alone.write(undefined);
    expect(alone.read()).toBeUndefined();
  });
});
