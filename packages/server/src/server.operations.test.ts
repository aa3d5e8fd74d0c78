import { afterEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server, type ServerOptions } from "./server.ts";
import { arena } from "./testing/arena.ts";
import { Counters } from "./testing/counters.ts";
import { subjectOf } from "./testing/operations-bench.ts";
import { RawSocket } from "./testing/raw-socket.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { until } from "./testing/until.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

describe.each([0, 2])("operations with %i edge threads", (edges) => {
  let server: Server;
  let log: RecordedLog;
  let counters: Counters;
  const sockets: RawSocket[] = [];

  async function start(more: Partial<ServerOptions> = {}): Promise<void> {
    log = new RecordedLog();
    counters = new Counters();
    server = createServer({
      game: arena(),
      secret: new Uint8Array(32).fill(5),
      edges,
      log,
      http: { port: 0, metricsToken: "watcher" },
      services: { operations: counters.operations(), subjectOf },
      ...more,
    });
    await server.start();
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.stop();
  });
  const ask = (path: string, init: RequestInit = {}, token = "player"): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });

  test("[S-OP1] are served beside those that are always there", async () => {
    await start();
    const body = JSON.stringify({ name: "wins" });
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const make = async (): Promise<{ id: string }> => {
      const response = await ask("/counters", { method: "POST", headers, body });
      return (await response.json()) as { id: string };
    };
    const made = await make();
    expect(await make()).toEqual(made);
    const add = { method: "POST", headers, body: '{"by":2}' };
    const added = await ask(`/counters/${made.id}/add?quiet=true`, add);
    expect(await added.json()).toMatchObject({ value: 2, owner: "a-player" });
    expect((await ask(`/counters/${made.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await fetch(`${server.url}/guest-login`, { method: "POST" })).status).toBe(200);
    const { paths } = (await (await ask("/openapi.json")).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(
      ["/api/rpc", "/auth/token", "/counter/new", "/counters"].concat([
        "/counters/count",
        "/counters/{id}",
        "/counters/{id}/add",
        "/guest-login",
      ]),
    );
  });

  test("[S-OP4] a token of a guest is one of this server, where nothing else is given", async () => {
    await start({ services: {} });
    const login = await fetch(`${server.url}/guest-login`, { method: "POST" });
    const { token } = (await login.json()) as { token: string };
    const rpc = (bearer: string) =>
      ask(
        "/api/rpc",
        { method: "POST", headers: { "content-type": "application/json" }, body: '{"script":"x"}' },
        bearer,
      );
    expect(await (await rpc(token)).json()).toMatchObject({ code: "SCRIPTING_OFF" });
    expect(await (await rpc(`${token}x`)).json()).toMatchObject({ code: "TOKEN_INVALID" });
  });

  test("[S-OP11] metrics are open to this machine, and closed to what a proxy hands on", async () => {
    await start();
    const get = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${server.url}/metrics`, { headers })).status;
    expect(await get({})).toBe(200);
    expect(await get({ "x-realmwright-peer": "192.0.2.1" })).toBe(200);
    const proxied = { "x-forwarded-for": "127.0.0.1" };
    expect(await get(proxied)).toBe(401);
    expect(await get({ ...proxied, authorization: "Bearer watcher" })).toBe(200);
    expect(await get({ ...proxied, authorization: "Bearer player" })).toBe(401);
  });

  test.each([
    ["Authorization: Bearer player\r\nAuthorization: Bearer admin", "GET /counters"],
    ["Host: localhost", "GET /counters/count"],
    ["Idempotency-Key: a\r\nIdempotency-Key: b", "GET /counters/count"],
    ["Origin: http://a.example\r\nOrigin: http://localhost", "GET /counters/count"],
    ["Connection: x-forwarded-for\r\nX-Forwarded-For: 192.0.2.1", "GET /metrics"],
    ["Connection: keep-alive, Host", "GET /counters/count"],
  ])(
    "[S-OP7] headers that decide something and may be read in two ways are refused: %s",
    async (lines, target) => {
      await start();
      const socket = new RawSocket(server.port);
      sockets.push(socket);
      socket.write(`${target} HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\n`);
      await until(() => socket.text.includes("}") || socket.text);
      expect(socket.text).toMatch(/^HTTP\/1\.1 400 .*"code":"REQUEST_INVALID"/su);
    },
  );

  test.each(["content-length", "Content-Length, keep-alive", "transfer-encoding"])(
    "[S-OP14] a body whose frame the connection is said to own brings no request of its own: %s",
    async (named) => {
      await start();
      const inner = `POST /guest-login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`;
      const isChunked = named.startsWith("transfer");
      const frame = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${inner.length}`;
      const body = isChunked ? `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n` : inner;
      const socket = new RawSocket(server.port);
      sockets.push(socket);
      const head = `POST /guest-login HTTP/1.1\r\nHost: localhost\r\nConnection: ${named}\r\n${frame}`;
      socket.write(`${head}\r\nContent-Type: application/json\r\n\r\n${body}`);
      await until(() => socket.text.includes("}") || socket.text);
      expect(socket.text).toMatch(/^HTTP\/1\.1 400 .*"code":"REQUEST_INVALID"/su);
      // a second answer on any connection would be the smuggled request's
      for (let i = 0; i < 5; i++) {
        const status = await fetch(`${server.url}/livez`).then((answer) => answer.text());
        expect(status).toBe("ok\n");
      }
      expect(socket.text).not.toContain("expiresInS");
    },
  );

  test("[S-LOG1] nothing of a query, a token or a body is logged, whatever goes wrong", async () => {
    const failing = new Counters().operations().map((of) => ({
      ...of,
      run: () => Promise.reject(new Error("oops")),
    }));
    await start({ services: { operations: failing, subjectOf } });
    const failed = await ask("/counters?named=secret-name");
    expect([failed.status, await failed.json()]).toMatchObject([500, { code: "INTERNAL" }]);
    await ask("/counters/c0?token=secret-name", {}, "secret-token");
    expect(log.of("error")).toMatchObject([{ data: { path: "/counters" } }]);
    expect(JSON.stringify(log.lines)).not.toMatch(/secret-|Bearer/u);
  });
});
