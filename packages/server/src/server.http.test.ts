import { limits, type LimitName } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server } from "./server.ts";
import { arena } from "./testing/arena.ts";
import { RawSocket } from "./testing/raw-socket.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { until } from "./testing/until.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const secret = new Uint8Array(32).fill(5);
const HOST = "Host: localhost\r\n";
const LOGIN = `POST /guest-login HTTP/1.1\r\n${HOST}`;
const JSON_TYPE = "Content-Type: application/json\r\n";
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const TOO_MUCH = "x".repeat(limits.httpBodyBytes.value + 1);
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** What is asked, the status and code of the answer, and whether the connection goes on. */
const cases: readonly (readonly [string, string, number, string, "open" | "closed"])[] = [
  ["nothing there", `GET /none HTTP/1.1\r\n${HOST}\r\n`, 404, "NOT_FOUND", "open"],
  ["a path that is none", `GET /%zz HTTP/1.1\r\n${HOST}\r\n`, 400, "REQUEST_INVALID", "open"],
  ["a climbing path", `GET /../x HTTP/1.1\r\n${HOST}\r\n`, 404, "NOT_FOUND", "open"],
  ["another method", `DELETE /livez HTTP/1.1\r\n${HOST}\r\n`, 405, "METHOD_REFUSED", "open"],
  ["an unknown method", `FOO /livez HTTP/1.1\r\n${HOST}\r\n`, 400, "REQUEST_INVALID", "closed"],
  ["a tunnel", `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`, 405, "METHOD_REFUSED", "closed"],
  ["a plain GET of /ws", `GET /ws HTTP/1.1\r\n${HOST}\r\n`, 426, "REQUEST_INVALID", "open"],
  ["a strange host", "GET / HTTP/1.1\r\nHost: evil\r\n\r\n", 421, "HOST_REFUSED", "open"],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400, "REQUEST_INVALID", "open"],
  ["a strange page", `${LOGIN}Origin: http://evil\r\n\r\n`, 403, "ORIGIN_REFUSED", "open"],
  [
    "a form",
    `${LOGIN}Content-Type: a/b\r\nContent-Length: 1\r\n\r\nx`,
    415,
    "REQUEST_INVALID",
    "open",
  ],
  ["no JSON", `${LOGIN}${JSON_TYPE}Content-Length: 1\r\n\r\n{`, 400, "REQUEST_INVALID", "open"],
  [
    "an odd wish",
    `GET /livez HTTP/1.1\r\n${HOST}Expect: cake\r\n\r\n`,
    417,
    "REQUEST_INVALID",
    "open",
  ],
  ["garbage", "hello\r\n\r\n", 400, "REQUEST_INVALID", "closed"],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "REQUEST_INVALID", "closed"],
  [
    "two lengths",
    `${LOGIN}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    400,
    "REQUEST_INVALID",
    "closed",
  ],
  [
    "a length and chunks",
    `${LOGIN}Content-Length: 1\r\n${CHUNKED}\r\n`,
    400,
    "REQUEST_INVALID",
    "closed",
  ],
  [
    "a chunk that is none",
    `${LOGIN}${JSON_TYPE}${CHUNKED}\r\nzz\r\n`,
    400,
    "REQUEST_INVALID",
    "closed",
  ],
  [
    "a body too long by its length",
    `${LOGIN}${JSON_TYPE}Content-Length: ${TOO_MUCH.length}\r\n\r\n${TOO_MUCH}`,
    413,
    "MESSAGE_TOO_LARGE",
    "open",
  ],
  [
    "a body too long in chunks",
    `${LOGIN}${JSON_TYPE}${CHUNKED}\r\n${chunk(TOO_MUCH)}0\r\n\r\n`,
    413,
    "MESSAGE_TOO_LARGE",
    "open",
  ],
  [
    "an endless body",
    `${LOGIN}${JSON_TYPE}${CHUNKED}\r\n${chunk(TOO_MUCH)}`,
    413,
    "MESSAGE_TOO_LARGE",
    "open",
  ],
  [
    "a body too long under a strange host",
    `POST / HTTP/1.1\r\nHost: evil\r\nContent-Length: ${TOO_MUCH.length}\r\n\r\n${TOO_MUCH}`,
    421,
    "HOST_REFUSED",
    "open",
  ],
  ["an upgrade elsewhere", `GET /x HTTP/1.1\r\n${HOST}${UPGRADE}\r\n`, 404, "NOT_FOUND", "closed"],
  [
    "an upgrade without a key",
    `GET /ws HTTP/1.1\r\n${HOST}${UPGRADE}\r\n`,
    400,
    "REQUEST_INVALID",
    "closed",
  ],
  [
    "an upgrade without a host",
    `GET /ws HTTP/1.1\r\n${UPGRADE}\r\n`,
    400,
    "REQUEST_INVALID",
    "closed",
  ],
];

describe.each([0, 2])("plain HTTP with %i edge threads", (edges) => {
  let server: Server;
  let sockets: RawSocket[];

  async function start(overrides: Partial<Record<LimitName, number>> = {}): Promise<void> {
    const log = new RecordedLog();
    const options = { game: arena(), secret, edges, log, limits: overrides };
    server = createServer({ ...options, http: { port: 0 } });
    await server.start();
  }
  beforeEach(() => {
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });
  function say(bytes: string): RawSocket {
    const socket = new RawSocket(server.port);
    sockets.push(socket);
    socket.write(bytes);
    return socket;
  }
  const refusals = (): number => {
    const { httpRefused, upgradesRefused } = server.stats().counters;
    return [httpRefused, upgradesRefused]
      .flatMap((counts) => Object.values(counts))
      .reduce((sum, count) => sum + count, 0);
  };

  test("[S-HTTP6] whatever is refused hears the catalogue's error, and is counted", async () => {
    await start();
    for (const [what, bytes, status, code, end] of cases) {
      const socket = say(bytes);
      await until(() => socket.text.includes("}") || `${what}: ${socket.text}`);
      const [head = "", body = ""] = socket.text.split("\r\n\r\n");
      expect([what, head.slice(0, 12)]).toEqual([what, `HTTP/1.1 ${status}`]);
      expect(head.toLowerCase()).toContain("content-type: application/problem+json; charset=utf-8");
      expect(head.toLowerCase()).toContain("cache-control: no-store");
      expect(head.toLowerCase()).toContain("x-content-type-options: nosniff");
      expect(JSON.parse(body)).toMatchObject({ type: "about:blank", status, code });
      if (end === "closed") await until(() => socket.isEnded || `${what}: the end`);
      else expect([what, socket.isEnded]).toEqual([what, false]);
    }
    await until(() => refusals() === cases.length || `${refusals()} of ${cases.length}`);
  });

  test("after a refused body the connection serves the next request", async () => {
    await start();
    const socket = say(
      `${LOGIN}${JSON_TYPE}Content-Length: ${TOO_MUCH.length}\r\n\r\n${TOO_MUCH}` +
        `${LOGIN}${JSON_TYPE}${CHUNKED}\r\n${chunk(TOO_MUCH)}0\r\n\r\n` +
        `GET /livez HTTP/1.1\r\n${HOST}\r\n`,
    );
    await until(() => socket.text.endsWith("ok\n") || socket.text);
    expect(socket.text.match(/HTTP\/1\.1 \d+/gu)).toEqual([
      "HTTP/1.1 413",
      "HTTP/1.1 413",
      "HTTP/1.1 200",
    ]);
  });

  test("[S-LIFE2] a body of a GET is no request of its own, in nobody's name", async () => {
    await start({ loginsPerMinute: 1 });
    const hidden = `${LOGIN}X-Realmwright-Peer: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`;
    const socket = say(
      `GET /livez HTTP/1.1\r\n${HOST}${CHUNKED}\r\n${chunk(hidden)}0\r\n\r\n` +
        `GET /livez HTTP/1.1\r\n${HOST}Content-Length: ${hidden.length}\r\n\r\n${hidden}` +
        `GET /readyz HTTP/1.1\r\n${HOST}\r\n`,
    );
    await until(() => socket.text.split("ok\n").length === 4 || socket.text);
    expect(socket.text.match(/HTTP\/1\.1 \d+/gu)).toEqual(Array(3).fill("HTTP/1.1 200"));
    const login = (): Promise<Response> => fetch(`${server.url}/guest-login`, { method: "POST" });
    expect([(await login()).status, (await login()).status]).toEqual([200, 429]);
  });

  test("many bodies that are too large at once are all told so", async () => {
    await start();
    const post = async (body: string | ReadableStream): Promise<number> => {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body, duplex: "half" };
      return (await fetch(`${server.url}/guest-login`, init)).status;
    };
    const all = Array.from({ length: 40 }, (_, i) =>
      post(i % 2 === 0 ? TOO_MUCH : new Blob([TOO_MUCH]).stream()),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([413]));
  });

  test("httpBodyBytes: so many bytes are read, whole and in chunks", async () => {
    await start();
    const body = `{"name":"Ada"}`.padEnd(limits.httpBodyBytes.value, " ");
    const socket = say(
      `${LOGIN}${JSON_TYPE}Content-Length: ${body.length}\r\n\r\n${body}` +
        `${LOGIN}${JSON_TYPE}${CHUNKED}\r\n${chunk(body)}0\r\n\r\n`,
    );
    await until(() => socket.text.split('"token"').length === 3 || socket.text);
  });

  test("httpHeaderBytes: so many bytes of target, names and values are read, not one more", async () => {
    await start();
    const fixed = "/livez".length + "Host".length + "localhost".length + "X".length;
    const head = (bytes: number): string =>
      `GET /livez HTTP/1.1\r\n${HOST}X: ${"x".repeat(bytes - fixed)}\r\n\r\n`;
    const longest = say(head(limits.httpHeaderBytes.value));
    await until(() => longest.text.startsWith("HTTP/1.1 200") || longest.text);
    const longer = say(head(limits.httpHeaderBytes.value + 1));
    await until(() => longer.text.startsWith("HTTP/1.1 431") || longer.text);
    expect(longer.text).toContain('"code":"REQUEST_INVALID"');
  });

  test.each([
    ["httpHeadersMs: a connection that says nothing", ""],
    ["httpHeadersMs: a head that does not end", `GET /livez HTTP/1.1\r\n${HOST}X: `],
    ["httpRequestMs: a body that does not end", `${LOGIN}${JSON_TYPE}Content-Length: 9\r\n\r\n{`],
  ])("[S-HTTP7] %s hears 408 when its time is over", async (_, bytes) => {
    await start({ httpHeadersMs: 1000, httpRequestMs: 2000 });
    const socket = say(bytes);
    await until(() => socket.isEnded || "the end");
    expect(socket.text).toMatch(/^HTTP\/1\.1 408 .*"code":"REQUEST_INVALID"/su);
  });
});
