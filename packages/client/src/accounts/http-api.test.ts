import type { RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../ports.ts";
import { problem } from "../testing/fake-accounts.ts";
import { HttpApi } from "./http-api.ts";
import { httpUrl, requestOf } from "./routes.ts";

const url = "wss://play.example.com:8443/ws?a=1";
const home = "https://play.example.com:8443";
const place = { owner: "me", collection: "saves", key: "slot-1" };

describe("C-ACC1 an operation is one request", () => {
  test.each([
    ["accounts.me", {}, "GET /v1/accounts/me", undefined],
    ["accounts.ban", { account: "a1", reason: "x" }, "POST /v1/accounts/a1/ban", { reason: "x" }],
    ["accounts.logout", {}, "POST /v1/sessions/logout", {}],
    ["objects.read", place, "GET /v1/objects/me/saves/slot-1", undefined],
    [
      "objects.list",
      { owner: "me", collection: "saves", count: 5, cursor: undefined },
      "GET /v1/objects/me/saves?count=5",
      undefined,
    ],
    [
      "objects.write",
      { ...place, value: { a: 1 }, version: null },
      "PUT /v1/objects/me/saves/slot-1",
      { value: { a: 1 }, version: null },
    ],
    [
      "objects.delete",
      { ...place, version: "v 1" },
      "DELETE /v1/objects/me/saves/slot-1?version=v+1",
      undefined,
    ],
    ["media.token", { room: "hall&x" }, "GET /auth/token?room=hall%26x", undefined],
  ] as const)("%s %j is %s", (name, input, line, body) => {
    const request = requestOf(url, name, input);
    expect(`${request.method} ${request.url.slice(home.length)}`).toBe(line);
    expect(request.url.slice(0, home.length)).toBe(home);
    expect(request.body).toEqual(body);
  });

  test.each(["", ".", "..", undefined])("what no path can say is refused: %j", (key) => {
    const read = (): unknown => requestOf(url, "objects.read", { ...place, key });
    expect(read).toThrow(expect.objectContaining({ code: "REQUEST_INVALID" }));
  });

  test("whatever is in a path stays in its part", () => {
    const texts = fc.string({ unit: "binary", minLength: 1 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(texts, texts, (collection, key) => {
        fc.pre(![".", ".."].includes(collection) && ![".", ".."].includes(key));
        const { pathname, search, origin } = new URL(
          requestOf(url, "objects.read", { owner: "me", collection, key }).url,
        );
        const parts = pathname.split("/").map(decodeURIComponent);
        expect([origin, ...parts, search]).toEqual([
          home,
          ...["", "v1", "objects", "me", collection, key],
          "",
        ]);
      }),
    );
  });

  test("HTTP addresses belong to the socket's server", () => {
    expect(httpUrl("ws://localhost:8080/ws", "/x")).toBe("http://localhost:8080/x");
    expect(httpUrl("wss://a.b/deep/ws", "/x")).toBe("https://a.b/x");
  });

  test("token and key are headers", async () => {
    const asked: HttpRequest[] = [];
    const api = new HttpApi(url, (request) => {
      asked.push(request);
      return Promise.resolve({ status: 200, body: null });
    });
    expect(await api.ask("scripts.call", { script: "x" }, { token: "t", key: "k" })).toBeNull();
    await api.ask("accounts.guest", {});
    expect(asked.map(({ headers }) => headers)).toEqual([
      { authorization: "Bearer t", "idempotency-key": "k" },
      {},
    ]);
  });
});

describe("C-ACC2 refusals", () => {
  const failing = async (status: number, body: unknown): Promise<RealmError> => {
    const api = new HttpApi(url, () => Promise.resolve({ status, body }));
    return await api.ask("accounts.me", {}).then(
      () => {
        throw new Error("it was answered");
      },
      (error: unknown) => error as RealmError,
    );
  };

  test("are the server's errors with all that they say", async () => {
    const said = problem("RATE_LIMITED", { retryAfterMs: 2500 });
    expect(await failing(said.status, said.body)).toMatchObject({
      code: "RATE_LIMITED",
      retryAfterMs: 2500,
      action: "retry",
    });
    const wrong = { path: "/name", expected: "a text", got: "a number" };
    const invalid = problem("REQUEST_INVALID", { problems: [wrong, 5, { path: 1 }] });
    expect((await failing(400, invalid.body)).problems).toEqual([wrong]);
    const refusal = { code: "TOO_POOR", text: "You have 3 gold." };
    const refused = problem("SCRIPT_REFUSED", { refusal });
    expect(await failing(409, refused.body)).toMatchObject({ code: "SCRIPT_REFUSED", refusal });
    for (const wrong of [null, "x", { code: 5, text: "" }, { code: "A" }]) {
      const odd = problem("SCRIPT_REFUSED", { refusal: wrong });
      expect(await failing(409, odd.body)).toMatchObject({
        code: "SCRIPT_REFUSED",
        refusal: undefined,
      });
    }
    const own = { code: "TOO_POOR", title: "You have 3 gold.", action: "fix", status: 422 };
    expect(await failing(422, own)).toMatchObject({
      code: "REQUEST_INVALID",
      cause: { code: "TOO_POOR", text: "You have 3 gold." },
    });
  });

  test.each([
    [200, undefined, "INTERNAL"],
    [502, "<html>", "INTERNAL"],
    [503, undefined, "INTERNAL"],
    [302, undefined, "REQUEST_INVALID"],
    [404, null, "REQUEST_INVALID"],
    [404, [], "REQUEST_INVALID"],
    [404, { code: 5, title: "", action: "" }, "REQUEST_INVALID"],
    [429, "slow down", "RATE_LIMITED"],
    [401, { code: "TOKEN_EXPIRED", title: "x", action: "no such" }, "TOKEN_EXPIRED"],
    [400, { code: "OWN", title: "x", action: "no such" }, "INTERNAL"],
  ])("an answer %s %j is %s", async (status, body, code) => {
    expect((await failing(status, body)).code).toBe(code);
  });

  test("no answer is CONNECTION_LOST", async () => {
    const api = new HttpApi(url, () => Promise.reject(new TypeError("no network")));
    await expect(api.ask("accounts.me", {})).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });
});
