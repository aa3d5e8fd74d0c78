import { limits } from "@realmwright/protocol";
import type { FastifyInstance } from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import { createApp } from "../../http/app.ts";
import { FileDesk } from "../../http/files.ts";
import { OperationDesk } from "../operation-desk.ts";
import { limitValues } from "../../session/limit-values.ts";
import { onEachDatabase } from "../../sql/testing/on-each-database.ts";
import { IdentityBench, password, type Answer } from "./testing/identity-bench.ts";

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

/** The accounts as clients reach them. */
function serve(bench: IdentityBench): FastifyInstance {
  const app = createApp({
    peers: { hosts: ["localhost"], origins: [], proxyHops: 0 },
    log: bench.log,
    limits: limitValues(),
    desk: new OperationDesk(bench.identity.operations, bench.clock),
    subjectOf: (token) => bench.identity.verifier.verify(token),
    files: new FileDesk({ assets: undefined, client: undefined, extension: undefined }),
    health: { isLive: () => true, isReady: () => true },
    metrics: () => Promise.resolve({ type: "text/plain", text: "" }),
    metricsToken: "watcher",
    extension: undefined,
    refused: () => undefined,
  });
  apps.push(app);
  return app;
}

interface Said {
  readonly status: number;
  readonly body: Answer & { readonly code?: string };
  readonly retryAfter: string | undefined;
}

async function post(
  app: FastifyInstance,
  url: string,
  payload: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const said = await app.inject({
    method: "POST",
    url,
    payload,
    headers: { host: "localhost", ...headers },
  });
  const { "retry-after": retryAfter } = said.headers;
  return {
    status: said.statusCode,
    body: said.json<Said["body"]>(),
    retryAfter,
  };
}

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

onEachDatabase((database) => {
  describe("accounts over HTTP", () => {
    test.each([
      ["/v1/accounts", "/v1/login"],
      ["/register", "/login"],
      ["/auth/register", "/auth/login"],
    ])("[S-AUTH12] %s and %s take name and password and give a token", async (register, login) => {
      const bench = new IdentityBench(await database.open());
      const app = serve(bench);
      const typed = { username: "ada", password };
      const made = await post(app, register, typed);
      expect(made.status).toBe(201);
      const entered = await post(app, login, typed);
      expect(entered.status).toBe(200);
      for (const { token } of [made.body, entered.body]) {
        const me = await app.inject({
          url: "/v1/accounts/me",
          headers: { host: "localhost", ...bearer(token) },
        });
        expect(me.json()).toMatchObject({ account: made.body.account, username: "ada" });
        expect(me.body).not.toMatch(/hash|argon2/);
      }
      expect(await post(app, register, typed)).toMatchObject({
        status: 409,
        body: { code: "NAME_TAKEN" },
      });
      expect(await post(app, login, { ...typed, password: "wrong" })).toMatchObject({
        status: 401,
        body: { code: "LOGIN_REFUSED" },
      });
      expect((await post(app, register, { ...typed, role: "admin" })).status).toBe(400);
    });

    test("[S-AUTH14] /guest-login takes a name or nothing", async () => {
      const app = serve(new IdentityBench(await database.open()));
      for (const path of ["/guest-login", "/v1/guests"]) {
        expect((await post(app, path, {})).body).toMatchObject({ isGuest: true, expiresInS: 600 });
        expect((await post(app, path, { name: "Ada" })).body.name).toBe("Ada");
        expect((await post(app, path, { name: "\u202e" })).status).toBe(400);
      }
    });

    test("[S-AUTH15] the idempotency key names the request of a refresh", async () => {
      const bench = new IdentityBench(await database.open());
      const app = serve(bench);
      const { refreshToken } = await bench.register("ada");
      const key = { "idempotency-key": "request-0001" };
      const path = "/v1/sessions/refresh";
      const first = await post(app, path, { refreshToken }, key);
      expect(first.status).toBe(200);
      expect(await post(app, path, { refreshToken }, key)).toEqual(first);
      // an access token that has ended stands in nobody's way here
      const stale = { ...bearer("a.b.c"), "idempotency-key": "request-0002" };
      const next = await post(app, path, { refreshToken: first.body.refreshToken }, stale);
      expect(next.status).toBe(200);
      expect((await post(app, path, { refreshToken })).status).toBe(401);
    });

    test("[S-AUTH16] a token that has logged out is refused, also after a restart", async () => {
      const bench = new IdentityBench(await database.open());
      const app = serve(bench);
      const { token } = await bench.register("ada");
      expect((await post(app, "/v1/ws-ticket", {}, bearer(token))).status).toBe(200);
      expect((await post(app, "/v1/sessions/logout", {}, bearer(token))).status).toBe(200);
      for (const at of [app, serve(bench.restarted())]) {
        const said = await post(at, "/v1/ws-ticket", {}, bearer(token));
        expect(said).toMatchObject({ status: 401, body: { code: "SESSION_ENDED" } });
      }
    });

    test.each([
      ["registrationsPerMinute", "/register", { username: "ab", password }],
      ["loginsPerMinute", "/guest-login", { name: "" }],
      ["resetsPerMinute", "/v1/password-resets/complete", { token: "x", password }],
      ["accountChangesPerMinute", "/v1/accounts/me/upgrade", { username: "bob", password }],
      ["ticketsPerMinute", "/v1/ws-ticket", {}],
    ] as const)(
      "[S-AUTH13] %s: as often %s answers, once more it does not",
      async (limit, path, body) => {
        const bench = new IdentityBench(await database.open());
        const app = serve(bench);
        const headers = bearer((await bench.register("ada")).token);
        for (let i = 0; i < limits[limit].value; i++) {
          expect((await post(app, path, body, headers)).status).not.toBe(429);
        }
        expect(await post(app, path, body, headers)).toMatchObject({
          status: 429,
          body: { code: limits[limit].error },
        });
      },
    );

    test("[S-AUTH9] who guesses is told how long to wait", async () => {
      const bench = new IdentityBench(await database.open());
      const app = serve(bench);
      const guess = { username: "ada", password: "wrong" };
      for (let i = 0; i < 5; i++) expect((await post(app, "/login", guess)).status).toBe(401);
      expect(await post(app, "/login", guess)).toMatchObject({ status: 429, retryAfter: "1" });
    });

    test("[S-AUTH6] a storm of logins is partly refused with 503", async () => {
      const hashing = { atOnce: 1, waiting: 1, cost: { memoryKib: 1024, passes: 1, lanes: 1 } };
      const bench = new IdentityBench(await database.open(), { hashing });
      const app = serve(bench);
      const all = Array.from({ length: 12 }, (_, i) =>
        post(app, "/login", { username: `user-${i}`, password }),
      );
      const said = await Promise.all(all);
      expect(new Set(said.map(({ status }) => status))).toEqual(new Set([401, 503]));
      for (const { status, retryAfter } of said) if (status === 503) expect(retryAfter).toBe("1");
    });

    test("[S-AUTH17] no player and no guest gets at others' accounts", async () => {
      const bench = new IdentityBench(await database.open());
      const app = serve(bench);
      const ada = await bench.register("ada");
      const callers = [
        await bench.register("bob"),
        await bench.ask("guest"),
        await bench.staff("service"),
      ];
      const at = `/v1/accounts/${ada.account}`;
      for (const { token } of callers) {
        for (const path of [`${at}/ban`, `${at}/unban`]) {
          expect((await post(app, path, { reason: "x" }, bearer(token))).status).toBe(403);
        }
        const read = await app.inject({
          url: at,
          headers: { host: "localhost", ...bearer(token) },
        });
        expect(read.statusCode).toBe(403);
      }
      expect((await post(app, `${at}/ban`, { reason: "x" })).status).toBe(401);
      const { token } = await bench.staff("moderator");
      for (const id of ["me", "x", "../me", "%00", "1".repeat(36)]) {
        const said = await post(app, `/v1/accounts/${id}/ban`, { reason: "x" }, bearer(token));
        expect([400, 404, 405]).toContain(said.status);
      }
      expect((await post(app, `${at}/ban`, { reason: "x" }, bearer(token))).status).toBe(200);
    });
  });
});
