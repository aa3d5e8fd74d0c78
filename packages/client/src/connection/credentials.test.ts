import { RealmError } from "@realmwright/protocol";
import { expect, test } from "vitest";
import type { PostJson } from "../ports.ts";
import { credentialsOf, httpUrl } from "./credentials.ts";
import { SessionKeeper } from "./session-record.ts";

const url = "wss://play.example.com:8443/ws?a=1";

class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

function answering(status: number, body: unknown): PostJson & { asked: unknown[] } {
  const asked: unknown[] = [];
  const post: PostJson = (at, what) => {
    asked.push([at, what]);
    return Promise.resolve({ status, body });
  };
  return Object.assign(post, { asked });
}

test("C-CON8 a guest logs in at the server's own address, once, and the token is kept", async () => {
  const storage = new MemoryStorage();
  const post = answering(200, { token: "t1", account: "guest-1", name: "Ada" });
  const guest = credentialsOf(
    { guest: { name: "Ada" } },
    url,
    post,
    new SessionKeeper(storage, url),
  );
  expect(await guest.token()).toBe("t1");
  expect(await guest.token()).toBe("t1");
  expect(post.asked).toEqual([["https://play.example.com:8443/guest-login", { name: "Ada" }]]);
  // another page of the same tab
  const again = credentialsOf({ guest: {} }, url, post, new SessionKeeper(storage, url));
  expect(await again.token()).toBe("t1");
  expect(post.asked.length).toBe(1);
  again.forget();
  expect(await again.token()).toBe("t1");
  expect(post.asked.length).toBe(2);
  expect(post.asked[1]).toEqual(["https://play.example.com:8443/guest-login", {}]);
});

test("C-CON8 a refused guest login is the server's error", async () => {
  const payload = new RealmError("NAME_INVALID").toPayload();
  const refused = credentialsOf(
    { guest: {} },
    url,
    answering(400, payload),
    new SessionKeeper(undefined, url),
  );
  await expect(refused.token()).rejects.toMatchObject({ code: "NAME_INVALID" });
});

test.each([
  [200, undefined, "INTERNAL"],
  [200, { token: 5 }, "INTERNAL"],
  [502, "<html>", "INTERNAL"],
  [404, null, "REQUEST_INVALID"],
  [404, { code: 5, text: "", action: "" }, "REQUEST_INVALID"],
])("C-CON8 an answer %s %j to the guest login is %s", async (status, body, code) => {
  const guest = credentialsOf(
    { guest: {} },
    url,
    answering(status, body),
    new SessionKeeper(undefined, url),
  );
  await expect(guest.token()).rejects.toMatchObject({ code });
});

test("C-CON8 a token is used as given, a provider asked each time", async () => {
  const keeper = new SessionKeeper(undefined, url);
  const post = answering(500, undefined);
  const given = credentialsOf({ token: "mine" }, url, post, keeper);
  expect([await given.token(), given.canRenew]).toEqual(["mine", false]);
  let asked = 0;
  const provided = credentialsOf({ tokenProvider: () => `t${++asked}` }, url, post, keeper);
  expect([await provided.token(), await provided.token(), provided.canRenew]).toEqual([
    "t1",
    "t2",
    true,
  ]);
  expect(post.asked).toEqual([]);
});

test("C-CON7 whatever stands in the storage, the session starts", () => {
  const storage = new MemoryStorage();
  for (const text of ["", "{", "null", "5", "[]", '{"resume":5,"token":{}}', '{"x":1}']) {
    storage.items.set(`realmwright.session:${url}`, text);
    expect(new SessionKeeper(storage, url).record, text).toEqual({});
  }
  storage.items.set(`realmwright.session:${url}`, '{"resume":"r","token":"t","x":1}');
  const keeper = new SessionKeeper(storage, url);
  expect(keeper.record).toEqual({ resume: "r", token: "t" });
  keeper.forget("resume");
  expect(new SessionKeeper(storage, url).record).toEqual({ token: "t" });
  keeper.clear();
  expect(storage.items.size).toBe(0);
});

test("HTTP addresses belong to the socket's server", () => {
  expect(httpUrl("ws://localhost:8080/ws", "/guest-login")).toBe(
    "http://localhost:8080/guest-login",
  );
  expect(httpUrl("wss://a.b/deep/ws", "/guest-login")).toBe("https://a.b/guest-login");
});
