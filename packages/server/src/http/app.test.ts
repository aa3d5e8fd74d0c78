import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, InjectOptions } from "fastify";
import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileTree } from "../assets/file-tree.ts";
import { GameFiles } from "../assets/game-files.ts";
import { GuestLogin } from "../auth/guest-login.ts";
import { SecretTokenVerifier } from "../auth/token-verifier.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { OperationDesk } from "../services/operation-desk.ts";
import { limitValues } from "../session/limit-values.ts";
import { RawSocket } from "../testing/raw-socket.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { until } from "../testing/until.ts";
import { loopbackHosts } from "../transports/peers.ts";
import { createApp } from "./app.ts";
import type { HttpExtension } from "./extension.ts";
import { FileDesk } from "./files.ts";
import { operationsOf } from "./services.ts";

const rules = { secret: new Uint8Array(32).fill(1), issuer: "realmwright", audience: "arena" };
const PAGE = "<!doctype html><head><title>arena</title></head><body></body>";

let base: string;
let app: FastifyInstance;
let clock: VirtualClock;
let log: RecordedLog;
let desk: FileDesk;
let health: { live: boolean; ready: boolean };
let metricsFail: boolean;
let refused: string[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "realm-http-"));
  await mkdir(join(base, "assets", "maps"), { recursive: true });
  await mkdir(join(base, "client"));
  await writeFile(join(base, "secret.txt"), "secret");
  await writeFile(join(base, "assets", "hero.png"), "picture");
  await writeFile(join(base, "assets", "maps", "town.tmj"), JSON.stringify(map("calm")));
  await writeFile(join(base, "assets", "maps", "bad.tmj"), "{");
  await writeFile(join(base, "client", "index.html"), PAGE);
  await writeFile(join(base, "client", "main.js"), "go()");
  clock = new VirtualClock();
  log = new RecordedLog();
  health = { live: true, ready: true };
  metricsFail = false;
  refused = [];
  app = makeApp();
});
afterEach(async () => {
  await app.close();
  await rm(base, { recursive: true, force: true });
});

function makeApp(inject?: (page: string) => string): FastifyInstance {
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(9);
  const extension: HttpExtension = {
    handle(request, response) {
      if (request.url !== "/dev/events") return false;
      response.end("mine");
      return true;
    },
    ...(inject === undefined ? {} : { inject }),
  };
  desk = new FileDesk({
    assets: new GameFiles(join(base, "assets")),
    client: new FileTree(join(base, "client")),
    extension,
  });
  return createApp({
    peers: { hosts: loopbackHosts, origins: ["https://play.example"], proxyHops: 0 },
    log,
    limits: limitValues(),
    desk: new OperationDesk(
      operationsOf({}, new GuestLogin(rules, { clock, random }), limitValues()),
      clock,
    ),
    subjectOf: (token) => new SecretTokenVerifier(rules, () => clock.wallMs()).verify(token),
    metricsToken: undefined,
    files: desk,
    health: { isLive: () => health.live, isReady: () => health.ready },
    metrics: () =>
      metricsFail
        ? Promise.reject(new Error("secret inside"))
        : Promise.resolve({ type: "text/plain", text: "up 1\n" }),
    extension,
    refused: (code) => refused.push(code),
  });
}

const ask = (url: string, more: InjectOptions = {}) =>
  app.inject({ method: "GET", url, ...more, headers: { host: "localhost:8080", ...more.headers } });

describe("[S-HTTP1] guest login", () => {
  const login = (payload?: unknown, headers: Record<string, string> = {}) =>
    ask("/guest-login", {
      method: "POST",
      headers: {
        ...(payload === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
    });

  test("gives a token that opens the game", async () => {
    const response = await login({ name: " Ada " });
    expect(response.statusCode).toBe(200);
    expect(response.headers["cache-control"]).toBe("no-store");
    const ticket = response.json<{ token: string; account: string; name: string }>();
    expect(ticket).toMatchObject({ name: "Ada", expiresInS: 86_400 });
    const verifier = new SecretTokenVerifier(rules, () => clock.wallMs());
    expect(await verifier.verify(ticket.token)).toMatchObject({ account: ticket.account });
  });

  test("needs no body and no name", async () => {
    expect((await login()).json()).toMatchObject({ name: "Guest 3313" });
    expect((await login({})).statusCode).toBe(200);
  });

  test.each([
    [{ name: "" }, 400, "NAME_INVALID"],
    [{ name: 7 }, 400, "REQUEST_INVALID"],
    [{ name: "Ada", role: "operator" }, 400, "REQUEST_INVALID"],
    [[], 400, "REQUEST_INVALID"],
    ["Ada", 400, "REQUEST_INVALID"],
    [null, 200, undefined],
  ])("%j is answered with %i", async (payload, status, code) => {
    const response = await login(payload);
    expect(response.statusCode).toBe(status);
    if (code === undefined) return;
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(response.json()).toMatchObject({ code, status, type: "about:blank" });
  });

  test.each([
    ["no JSON", "{", "application/json", 400],
    ["an empty JSON body", "", "application/json", 400],
    ["a prototype", '{"__proto__":{"name":"x"}}', "application/json", 400],
    ["a form", "name=Ada", "application/x-www-form-urlencoded", 415],
    ["text from a simple cross-site post", '{"name":"Ada"}', "text/plain", 415],
  ])("%s is refused", async (_, payload, type, status) => {
    const headers = { host: "localhost", "content-type": type };
    const response = await app.inject({ method: "POST", url: "/guest-login", payload, headers });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ code: "REQUEST_INVALID" });
  });

  test("a body of 256 KiB is read, one byte more is not", async () => {
    const { value: max } = limits.httpBodyBytes;
    const sized = (bytes: number) => `{"name":"Ada"}${" ".repeat(bytes - 14)}`;
    const headers = { host: "localhost", "content-type": "application/json" };
    const post = (payload: string) =>
      app.inject({ method: "POST", url: "/guest-login", payload, headers });
    expect((await post(sized(max))).statusCode).toBe(200);
    const refused = await post(sized(max + 1));
    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  });

  test("httpBodyBytes: in pieces too, so many bytes are read, not one more", async () => {
    const { value: max } = limits.httpBodyBytes;
    const headers = { host: "localhost", "content-type": "application/json" };
    const post = (bytes: number) => {
      const payload = Readable.from([Buffer.from(`{"name":"Ada"}`.padEnd(bytes))]);
      return app.inject({ method: "POST", url: "/guest-login", payload, headers });
    };
    expect((await post(max)).statusCode).toBe(200);
    const refused = await post(max + 1);
    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  });

  test("httpBodyBytes: a request that nobody reads may announce so many bytes, not one more", async () => {
    const { value: max } = limits.httpBodyBytes;
    const get = (bytes: number) => {
      const headers = { host: "localhost", "content-length": String(bytes) };
      return app.inject({ method: "GET", url: "/livez", headers });
    };
    expect((await get(max)).statusCode).toBe(200);
    const refused = await get(max + 1);
    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  });

  test("one address may log in so often, not once more, and others notice nothing", async () => {
    const from = (remoteAddress: string) => ask("/guest-login", { method: "POST", remoteAddress });
    for (let i = 0; i < limits.loginsPerMinute.value; i++) {
      const response = await from(`2001:db8::${i.toString(16)}`);
      if (response.statusCode !== 200) throw new Error(`login ${i}: ${response.body}`);
    }
    const refused = await from("2001:db8::ffff");
    expect(refused.statusCode).toBe(429);
    expect(refused.headers["retry-after"]).toBe("1");
    expect(refused.json()).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 100 });
    expect((await from("203.0.113.9")).statusCode).toBe(200);
    clock.advance(100);
    expect((await from("2001:db8::1")).statusCode).toBe(200);
  });
});

describe("[S-HTTP2] health", () => {
  test("livez and readyz say yes or no", async () => {
    expect((await ask("/livez")).statusCode).toBe(200);
    expect((await ask("/readyz")).body).toBe("ok\n");
    health = { live: false, ready: false };
    expect((await ask("/livez")).statusCode).toBe(503);
    expect((await ask("/readyz")).statusCode).toBe(503);
  });

  test("metrics are given as they are; an error is ours and says nothing", async () => {
    expect((await ask("/metrics")).body).toBe("up 1\n");
    metricsFail = true;
    const failed = await ask("/metrics?token=abc");
    expect(failed.statusCode).toBe(500);
    expect(failed.body).not.toContain("secret");
    expect(log.of("error")).toMatchObject([
      { message: "request failed", data: { path: "/metrics" } },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain("abc");
  });
});

describe("[S-HTTP3] files", () => {
  test("the page, its parts, and nothing beside them", async () => {
    const page = await ask("/");
    expect([page.statusCode, page.headers["content-type"]]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(page.body).toBe(PAGE);
    expect((await ask("/main.js")).headers["content-type"]).toBe("text/javascript; charset=utf-8");
    for (const path of [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/%2e%2e%2fsecret.txt",
      "/..%5csecret.txt",
      "/assets/../../secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/assets/%00",
      "/maps/..%2f..%2fsecret.txt.json",
      "/none.html",
    ]) {
      const response = await ask(path);
      expect([path, response.statusCode]).toEqual([path, 404]);
      expect(response.json()).toMatchObject({ code: "NOT_FOUND" });
    }
    expect((await ask("/%zz")).statusCode).toBe(400);
  });

  test("assets are known by their hash and then kept for ever", async () => {
    const index = (await ask("/assets/index.json")).json<{
      files: Record<string, { hash: string; bytes: number; type: string; url: string }>;
    }>();
    expect(Object.keys(index.files)).toEqual(["hero.png", "maps/bad.tmj", "maps/town.tmj"]);
    const hero = index.files["hero.png"]!;
    expect(hero).toMatchObject({
      bytes: 7,
      type: "image/png",
      url: `/assets/hero.png?h=${hero.hash}`,
    });
    const response = await ask(hero.url);
    expect(response.body).toBe("picture");
    expect(response.headers).toMatchObject({
      etag: `"${hero.hash}"`,
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": "7",
      "x-content-type-options": "nosniff",
    });
    expect((await ask("/assets/hero.png")).headers["cache-control"]).toBe("no-cache");
    expect((await ask("/assets/hero.png?h=old")).headers["cache-control"]).toBe("no-cache");
    const fresh = await ask("/assets/hero.png", {
      headers: { "if-none-match": `"x", W/"${hero.hash}"` },
    });
    expect([fresh.statusCode, fresh.body]).toEqual([304, ""]);
    const head = await ask("/assets/hero.png", { method: "HEAD" });
    expect([head.statusCode, head.headers["content-length"], head.body]).toEqual([200, "7", ""]);
  });

  test("[S-HTTP4] maps are plain JSON, read once and anew after a reload", async () => {
    const path = "/maps/maps/town.tmj.json";
    const first = await ask(path);
    expect(first.statusCode).toBe(200);
    const calm = { width: 1, layers: [{ gids: [1] }], properties: { mood: "calm" } };
    expect(first.json()).toMatchObject(calm);
    const { etag } = first.headers;
    expect((await ask(path, { headers: { "if-none-match": `${etag}` } })).statusCode).toBe(304);
    await writeFile(join(base, "assets", "maps", "town.tmj"), JSON.stringify(map("wild")));
    expect((await ask(path)).json()).toMatchObject(calm);
    desk.forget();
    expect((await ask(path)).json()).toMatchObject({ properties: { mood: "wild" } });
    expect((await ask("/maps/maps/bad.tmj.json")).json()).toMatchObject({ code: "MAP_INVALID" });
    expect((await ask("/maps/maps/none.tmj.json")).statusCode).toBe(404);
    expect((await ask("/maps/maps/town.tmj")).statusCode).toBe(404);
  });

  test("[S-HTTP5] an extension answers first and changes pages", async () => {
    expect((await ask("/dev/events")).body).toBe("mine");
    await app.close();
    app = makeApp((page) => page.replace("</head>", "<script></script></head>"));
    const page = await ask("/");
    expect(page.body).toContain("<script></script>");
    const fresh = await ask("/", { headers: { "if-none-match": `${page.headers.etag}` } });
    expect(fresh.statusCode).toBe(304);
    expect((await ask("/main.js")).body).toBe("go()");
  });
});

describe("[S-HTTP6] peers", () => {
  test.each(["/", "/livez", "/assets/hero.png", "/dev/events"])(
    "%s is not served under a foreign host name",
    async (url) => {
      const response = await ask(url, { headers: { host: "evil.example" } });
      expect(response.statusCode).toBe(421);
      expect(response.json()).toMatchObject({ code: "HOST_REFUSED" });
    },
  );

  test("pages of listed origins may log in and read, those of others may not", async () => {
    const origin = "https://play.example";
    const preflight = await ask("/guest-login", { method: "OPTIONS", headers: { origin } });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe(origin);
    const post = await ask("/guest-login", { method: "POST", headers: { origin } });
    expect(post.headers["access-control-allow-origin"]).toBe(origin);
    const evil = { origin: "https://evil.example" };
    const refused = await ask("/guest-login", { method: "POST", headers: evil });
    expect(refused.statusCode).toBe(403);
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
    expect(
      (await ask("/livez", { headers: evil })).headers["access-control-allow-origin"],
    ).toBeUndefined();
  });

  test.each([
    ["POST", "/livez", 405, "METHOD_REFUSED"],
    ["DELETE", "/guest-login", 405, "METHOD_REFUSED"],
    ["GET", "/guest-login", 405, "METHOD_REFUSED"],
    ["POST", "/nowhere", 405, "METHOD_REFUSED"],
    ["GET", "/ws", 426, "REQUEST_INVALID"],
  ] as const)("%s %s is %i", async (method, url, status, code) => {
    const response = await ask(url, { method });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ code, status });
  });
});

describe("[S-HTTP7] a real listener", () => {
  let port: number;
  const sockets: RawSocket[] = [];
  beforeEach(async () => {
    await app.listen({ host: "127.0.0.1", port: 0 });
    port = (app.server.address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  const open = (): RawSocket => {
    const socket = new RawSocket(port);
    sockets.push(socket);
    return socket;
  };

  test.each([
    ["no HTTP", "hello\r\n\r\n"],
    ["a header without a name", "GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
    [
      "length and chunks",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ["20 KB of headers", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
  ])("%s is answered with 4xx and the connection closed or free", async (_, bytes) => {
    const socket = open();
    socket.write(bytes);
    await until(() => /^HTTP\/1\.1 4\d\d /.test(socket.text) || socket.text);
    expect(socket.text).not.toContain("stack");
    expect(refused).toEqual(["REQUEST_INVALID"]);
  });

  test("garbage that goes on, from a peer that never closes its side, leaves no connection behind", async () => {
    const connections = (): Promise<number> =>
      new Promise((resolve, reject) => {
        app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      });
    const garbage = open();
    garbage.write("hello\r\n\r\n");
    await until(() => garbage.text.includes("REQUEST_INVALID") || "an answer");
    garbage.write("x".repeat(100_000));
    const polite = open();
    polite.write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let left = 2;
    await until(() => {
      void connections().then((count) => (left = count));
      return left === 1 || `${left} connections`;
    });
    expect(garbage.isEnded).toBe(true);
    expect(refused).toEqual(["REQUEST_INVALID"]);
  });

  test("a raw path that climbs is refused", async () => {
    const socket = open();
    socket.write("GET /../secret.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await until(() => socket.text.includes("NOT_FOUND") || socket.text);
    expect(socket.text).toMatch(/^HTTP\/1\.1 404 /);
  });

  test("timeouts bound slow clients", () => {
    expect(app.server.headersTimeout).toBe(10_000);
    expect(app.server.requestTimeout).toBe(30_000);
    expect(app.server.keepAliveTimeout).toBe(65_000);
  });
});

function map(mood: string): Record<string, unknown> {
  return {
    type: "map",
    orientation: "orthogonal",
    width: 1,
    height: 1,
    tilewidth: 16,
    tileheight: 16,
    properties: [{ name: "mood", type: "string", value: mood }],
    tilesets: [
      {
        firstgid: 1,
        name: "ground",
        tilewidth: 16,
        tileheight: 16,
        tilecount: 1,
        columns: 1,
        image: "ground.png",
        imagewidth: 16,
        imageheight: 16,
      },
    ],
    layers: [{ id: 1, type: "tilelayer", name: "a", width: 1, height: 1, data: [1] }],
  };
}
