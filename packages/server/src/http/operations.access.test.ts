import { limits } from "@realmwright/protocol";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { GuestLogin } from "../auth/guest-login.ts";
import { limitValues } from "../session/limit-values.ts";
import { operation } from "../services/operation.ts";
import { Counters } from "../testing/counters.ts";
import { operationsBench } from "../testing/operations-bench.ts";
import { hasDoubledHeader } from "./headers.ts";
import { operationsOf, type ServerServices } from "./services.ts";

let counters: Counters;
let bench: ReturnType<typeof operationsBench>;
let app: FastifyInstance;

beforeEach(() => serve());
afterEach(() => app.close());

function serve(services: ServerServices = {}): void {
  counters = new Counters();
  const rules = { secret: new Uint8Array(32).fill(1), issuer: "realmwright", audience: "arena" };
  const clock = { nowMs: () => 0, wallMs: () => 0, at: () => () => undefined };
  const login = new GuestLogin(rules, { clock, random: (length) => new Uint8Array(length) });
  const operations = [...counters.operations(), ...(services.operations ?? [])];
  bench = operationsBench(operationsOf({ ...services, operations }, login, limitValues()));
  ({ app } = bench);
}

function ask(method: "GET" | "POST" | "PUT", url: string, more: InjectOptions = {}) {
  const headers = { host: "localhost", ...more.headers };
  return app.inject({ method, url, ...more, headers });
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("[S-OP4] who may", () => {
  test.each([
    ["nobody", {}, 401, "AUTH_REQUIRED"],
    ["a stranger", bearer("stranger"), 401, "TOKEN_INVALID"],
    ["another scheme", { authorization: "Basic cGxheWVyOnBsYXllcg==" }, 401, "TOKEN_INVALID"],
    ["no token", { authorization: "Bearer " }, 401, "TOKEN_INVALID"],
    ["two tokens", { authorization: "Bearer player admin" }, 401, "TOKEN_INVALID"],
    ["a list", { authorization: "Bearer player, Bearer admin" }, 401, "TOKEN_INVALID"],
    ["64 KiB", bearer("x".repeat(65_536)), 401, "TOKEN_INVALID"],
    ["a player", bearer("player"), 403, "FORBIDDEN"],
    ["a moderator", { authorization: "bearer  moderator" }, 403, "FORBIDDEN"],
    ["an admin", bearer("admin"), 404, "NOT_FOUND"],
    ["a service", bearer("service"), 404, "NOT_FOUND"],
  ])("%s is told so", async (_, headers, status, code) => {
    const payload = { value: 1 };
    const response = await ask("PUT", "/counters/c0", { headers, payload });
    expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
    expect(response.headers["www-authenticate"]).toBe(status === 401 ? "Bearer" : undefined);
    expect(bench.refused).toEqual([code]);
  });

  test("is decided before a body is looked at", async () => {
    const json = { "content-type": "application/json" };
    const payload = "{".repeat(limits.httpBodyBytes.value);
    const put = (headers: Record<string, string>) =>
      ask("PUT", "/counters/c0", { headers: { ...json, ...headers }, payload });
    expect((await put({})).statusCode).toBe(401);
    expect((await put(bearer("player"))).statusCode).toBe(403);
    expect((await put(bearer("admin"))).statusCode).toBe(400);
  });

  test("is not decided by a header, parameter or member that a client names", async () => {
    const { id } = counters.add("a-rival", "wins");
    const headers = { ...bearer("player"), "x-role": "admin", cookie: "token=admin" };
    for (const url of [`/counters/${id}`, `/counters/${id}?owner=a-player`]) {
      expect((await ask("GET", url, { headers })).statusCode).toBeGreaterThanOrEqual(400);
    }
  });

  test("an owner may, another one of the same role may not", async () => {
    const { id } = counters.add("a-player", "wins");
    const read = async (token: string) =>
      (await ask("GET", `/counters/${id}`, { headers: bearer(token) })).statusCode;
    expect([await read("player"), await read("rival"), await read("admin")]).toEqual([
      200, 403, 200,
    ]);
  });

  test.each(["stranger", "x y", "x".repeat(3000)])(
    "where no token is needed a bad one counts as none: %s",
    async (token) => {
      const response = await ask("GET", "/counters/count", { headers: bearer(token) });
      expect([response.statusCode, response.json()]).toMatchObject([200, { asker: null }]);
      const known = await ask("GET", "/counters/count", { headers: bearer("player") });
      expect(known.json()).toMatchObject({ asker: "a-player" });
    },
  );
});

describe("[S-OP5] a throttled operation", () => {
  const throttled = (by: "address" | "account") =>
    operation({
      name: "slow.one",
      action: "accounts.enter",
      route: { method: "POST", path: "/slow" },
      summary: "Is throttled.",
      input: z.strictObject({}),
      output: z.object({}),
      errors: [],
      throttle: { perMinute: 3, by },
      run: async () => ({}),
    });
  const from = async (remoteAddress: string, headers: Record<string, string> = {}) =>
    (await ask("POST", "/slow", { remoteAddress, headers })).statusCode;

  test("lets an address wait, and nobody else", async () => {
    serve({ operations: [throttled("address")] });
    for (const part of ["1", "2", "3"]) expect(await from(`2001:db8::${part}`)).toBe(200);
    const refused = await ask("POST", "/slow", { remoteAddress: "2001:db8::4" });
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "20"]);
    expect(refused.json()).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 20_000 });
    // whoever it says it is
    expect(await from("2001:db8::5", bearer("player"))).toBe(429);
    expect(await from("2001:db8::6", { "x-forwarded-for": "192.0.2.7" })).toBe(429);
    expect(await from("192.0.2.7")).toBe(200);
    bench.clock.advance(20_000);
    expect(await from("2001:db8::7")).toBe(200);
  });

  test("lets an account wait wherever it comes from, and nobody else", async () => {
    serve({ operations: [throttled("account")] });
    for (const part of ["1", "2", "3"]) {
      expect(await from(`192.0.2.${part}`, bearer("player"))).toBe(200);
    }
    expect(await from("192.0.2.4", bearer("player"))).toBe(429);
    expect(await from("192.0.2.4", bearer("rival"))).toBe(200);
    expect(await from("192.0.2.4")).toBe(200);
  });
});

describe("[S-OP6] an idempotency key", () => {
  const create = (key: string) =>
    ask("POST", "/counters", {
      headers: { ...bearer("player"), "idempotency-key": key },
      payload: { name: "x" },
    });

  test("is handed on", async () => {
    const [first, again, other] = [await create("k-1"), await create("k-1"), await create("k-2")];
    expect(again.json()).toEqual(first.json());
    expect(other.json()).not.toEqual(first.json());
  });

  test("idempotencyKeyCharacters: has 64 plain characters, not one more and no others", async () => {
    const { value: max } = limits.idempotencyKeyCharacters;
    expect((await create("k".repeat(max))).statusCode).toBe(201);
    for (const bad of ["k".repeat(max + 1), "", "a b", "é", "a\tb"]) {
      expect([bad, (await create(bad)).statusCode]).toEqual([bad, 400]);
    }
  });
});

describe("[S-OP8] answers", () => {
  test("are kept by nobody and are no page", async () => {
    const good = await ask("GET", "/counters", { headers: bearer("player") });
    const bad = await ask("GET", "/counters");
    for (const { headers } of [good, bad]) {
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      });
      expect(headers["set-cookie"]).toBeUndefined();
    }
    expect(good.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test("are for pages of listed origins, which may ask with a token", async () => {
    const origin = "https://play.example";
    const preflight = await app.inject({
      method: "OPTIONS",
      url: "/counters/c0",
      headers: { host: "localhost", origin, "access-control-request-method": "PUT" },
    });
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "authorization, content-type, idempotency-key",
      vary: "Origin",
    });
    expect(preflight.headers["access-control-allow-credentials"]).toBeUndefined();
    const evil = { ...bearer("player"), origin: "https://evil.example" };
    const read = await ask("GET", "/counters", { headers: evil });
    expect(read.headers["access-control-allow-origin"]).toBeUndefined();
    const write = await ask("POST", "/counters", { headers: evil, payload: { name: "x" } });
    expect(write.json()).toMatchObject({ status: 403, code: "ORIGIN_REFUSED" });
    expect(counters.ids).toEqual([]);
  });
});

describe("[S-OP11] metrics", () => {
  const get = async (remoteAddress: string, headers: Record<string, string> = {}) => {
    const response = await ask("GET", "/metrics", { remoteAddress, headers });
    return response.statusCode === 200 ? response.body : response.json<{ code: string }>().code;
  };

  test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])(
    "%s reads them",
    async (from) => {
      expect(await get(from)).toBe("up 1\n");
    },
  );

  test.each(["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "2001:db8::1", "::"])(
    "%s needs the token",
    async (from) => {
      expect(await get(from)).toBe("AUTH_REQUIRED");
      expect(await get(from, bearer("watche"))).toBe("TOKEN_INVALID");
      expect(await get(from, bearer("admin"))).toBe("TOKEN_INVALID");
      expect(await get(from, bearer("watcher"))).toBe("up 1\n");
    },
  );

  test.each(["x-forwarded-for", "forwarded", "x-real-ip", "via"])(
    "what a proxy on this machine hands on (%s) needs it too",
    async (name) => {
      expect(await get("127.0.0.1", { [name]: "127.0.0.1" })).toBe("AUTH_REQUIRED");
    },
  );

  test("an address that a client names is none", async () => {
    expect(await get("192.0.2.1", { "x-realmwright-peer": "127.0.0.1" })).toBe("AUTH_REQUIRED");
  });
});

describe("[S-OP12] what a server has only where it is set up for it", () => {
  const headers = bearer("player");
  const rpc = (payload: object, more: Record<string, string> = headers) =>
    ask("POST", "/api/rpc", { payload, headers: more });

  test("scripts", async () => {
    expect((await rpc({ script: "x" })).json()).toMatchObject({ code: "SCRIPTING_OFF" });
    expect((await rpc({ script: "x" }, {})).json()).toMatchObject({ code: "AUTH_REQUIRED" });
    const asked: unknown[] = [];
    serve({ runScript: async (call) => (asked.push(call), { ok: [1, null] }) });
    const named = { ...headers, "idempotency-key": "k" };
    expect((await rpc({ script: "move", args: { dx: 1 } }, named)).json()).toEqual({
      ok: [1, null],
    });
    expect((await rpc({ script: "move", args: [1, "a"] })).statusCode).toBe(200);
    expect(asked).toMatchObject([
      { subject: { account: "a-player" }, script: "move", args: { dx: 1 }, idempotencyKey: "k" },
      { script: "move", args: [1, "a"] },
    ]);
    for (const bad of [{}, { script: "" }, { script: "x", args: 1 }, { script: "x", keys: [] }]) {
      expect((await rpc(bad)).statusCode).toBe(400);
    }
    expect(asked).toHaveLength(2);
  });

  test("scriptNameCharacters: a script's name has 64 characters, not one more", async () => {
    serve({ runScript: async () => null });
    const { value: max } = limits.scriptNameCharacters;
    expect((await rpc({ script: "x".repeat(max) })).body).toBe("null");
    expect((await rpc({ script: "x".repeat(max + 1) })).statusCode).toBe(400);
  });

  test("LiveKit", async () => {
    const get = (room = "?room=lobby") => ask("GET", `/auth/token${room}`, { headers });
    expect((await get()).json()).toMatchObject({ code: "LIVEKIT_OFF" });
    expect((await ask("GET", "/auth/token?room=lobby")).json()).toMatchObject({
      code: "AUTH_REQUIRED",
    });
    serve({ liveKitToken: async ({ room }) => ({ token: room, url: "wss://livekit.example" }) });
    expect((await get()).json()).toEqual({ token: "lobby", url: "wss://livekit.example" });
    expect((await get("")).statusCode).toBe(400);
  });
});

test("[S-OP7] a header that decides something comes once", () => {
  const twice = (name: string) =>
    hasDoubledHeader({
      rawHeaders: ["Host", "a", name, "1", "Accept", "x", name.toUpperCase(), "1"],
    });
  for (const name of ["authorization", "Content-Type", "idempotency-key", "origin"]) {
    expect([name, twice(name)]).toEqual([name, true]);
  }
  expect(twice("x-forwarded-for")).toBe(false);
});
