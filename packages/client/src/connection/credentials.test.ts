import { RealmError } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { deskFor } from "../accounts/create-auth.ts";
import type { AccountDesk } from "../accounts/account-desk.ts";
import type { ConnectOptions } from "../client-options.ts";
import { platformPorts } from "../platform.ts";
import type { AskHttp, HttpRequest } from "../ports.ts";
import { problem, SharedStorage } from "../testing/fake-accounts.ts";
import { SessionKeeper } from "./session-record.ts";

const url = "wss://play.example.com:8443/ws?a=1";
const key = `realmwright.session:${url}`;

function answering(status: number, body: unknown): AskHttp & { asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const http: AskHttp = (request) => {
    asked.push(request);
    return Promise.resolve({ status, body });
  };
  return Object.assign(http, { asked });
}

function credentialsOf(
  options: ConnectOptions,
  http: AskHttp,
  storage?: SharedStorage,
): AccountDesk {
  const keeper = new SessionKeeper(storage, url);
  return deskFor(options, { url, ports: { ...platformPorts(), http }, keeper });
}

test("C-CON8 a guest logs in at the server's own address, once, and the token is kept", async () => {
  const storage = new SharedStorage();
  const http = answering(200, { token: "t1", account: "guest-1", name: "Ada" });
  const guest = credentialsOf({ guest: { name: "Ada" } }, http, storage);
  expect(await guest.token()).toBe("t1");
  expect(await guest.token()).toBe("t1");
  expect(http.asked).toEqual([
    {
      method: "POST",
      url: "https://play.example.com:8443/guest-login",
      headers: {},
      body: { name: "Ada" },
    },
  ]);
  // another page of the same tab
  const again = credentialsOf({ guest: {} }, http, storage);
  expect(await again.token()).toBe("t1");
  expect(http.asked.length).toBe(1);
  again.forget("t1");
  expect(await again.token()).toBe("t1");
  expect(http.asked.length).toBe(2);
  expect(http.asked[1]).toMatchObject({ body: {} });
});

test("C-CON12 a guest by another name is another guest, and so is one that a new login has made", async () => {
  const storage = new SharedStorage();
  const login = { token: "t1", account: "guest-1", name: "Ada" };
  await credentialsOf({ guest: { name: "Ada" } }, answering(200, login), storage).token();
  new SessionKeeper(storage, url).set({ resume: "r" });
  const other = { token: "t2", account: "guest-2", name: "Bob" };
  const bob = credentialsOf({ guest: { name: "Bob" } }, answering(200, other), storage);
  expect(await bob.token()).toBe("t2");
  expect(new SessionKeeper(storage, url).record).toMatchObject({ name: "Bob" });
  expect(new SessionKeeper(storage, url).record.resume).toBeUndefined();
  new SessionKeeper(storage, url).set({ resume: "r" });
  const third = credentialsOf({ guest: {} }, answering(200, login), storage);
  third.forget("t2");
  expect(await third.token()).toBe("t1");
  expect(new SessionKeeper(storage, url).record.resume).toBeUndefined();
});

test("C-CON8 a refused guest login is the server's error", async () => {
  const { status, body } = problem("NAME_INVALID");
  const refused = credentialsOf({ guest: {} }, answering(status, body));
  await expect(refused.token()).rejects.toMatchObject({ code: "NAME_INVALID" });
});

test.each([
  [200, undefined, "INTERNAL"],
  [200, { token: 5 }, "INTERNAL"],
  [502, "<html>", "INTERNAL"],
  [404, null, "REQUEST_INVALID"],
])("C-CON8 an answer %s %j to the guest login is %s", async (status, body, code) => {
  const guest = credentialsOf({ guest: {} }, answering(status, body));
  await expect(guest.token()).rejects.toMatchObject({ code });
});

test("C-CON8 a token is used as given, a provider asked each time", async () => {
  const http = answering(500, undefined);
  const given = credentialsOf({ token: "mine" }, http);
  expect([await given.token(), given.canRenew]).toEqual(["mine", false]);
  let asked = 0;
  const provided = credentialsOf({ tokenProvider: () => `t${++asked}` }, http);
  expect([await provided.token(), await provided.token(), provided.canRenew]).toEqual([
    "t1",
    "t2",
    true,
  ]);
  provided.end(new RealmError("SESSION_ENDED"));
  expect(await provided.token()).toBe("t3");
  expect(http.asked).toEqual([]);
});

test("C-CON7 whatever stands in the storage, the session starts", () => {
  const storage = new SharedStorage();
  const texts = ["", "{", "null", "5", "[]", '{"resume":5,"login":{}}', '{"x":1,"token":"t"}'];
  for (const text of texts) {
    storage.items.set(key, text);
    expect(new SessionKeeper(storage, url).record, text).toEqual({});
  }
  storage.items.set(key, '{"resume":"r","name":"Ada","x":1}');
  const keeper = new SessionKeeper(storage, url);
  expect(keeper.record).toEqual({ resume: "r", name: "Ada" });
  keeper.forget("resume");
  expect(new SessionKeeper(storage, url).record).toEqual({ name: "Ada" });
  keeper.clear();
  expect(storage.items.size).toBe(0);
});
