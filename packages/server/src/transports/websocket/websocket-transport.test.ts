import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { duplexPair, type Duplex } from "node:stream";
import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { limitValues } from "../../session/limit-values.ts";
import { Gate } from "../gate.ts";
import { loopbackHosts } from "../peers.ts";
import type { Connection } from "../../ports/transport.ts";
import { clientFrame, RawSocket } from "../../testing/raw-socket.ts";
import { until } from "../../testing/until.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const PENDING_MAX = 3;
const SESSIONS_MAX = 6;
const MESSAGE_MAX = 1000;
const PARTS_MAX = limits.messageParts.value;

let transport: WebSocketTransport;
let gate: Gate;
let server: Server;
let port: number;
let connections: Connection[];
let heard: string[];
let refused: string[];
const sockets: RawSocket[] = [];

beforeEach(async () => {
  connections = [];
  heard = [];
  refused = [];
  const peers = { hosts: loopbackHosts, origins: ["https://play.example"], proxyHops: 1 };
  gate = new Gate({
    peers,
    limits: limitValues({
      pendingHandshakesPerAddress: PENDING_MAX,
      sessionsPerNode: SESSIONS_MAX,
      strangersPerNode: 100,
    }),
  });
  transport = new WebSocketTransport({
    peers,
    messageBytesMax: MESSAGE_MAX,
    messagePartsMax: PARTS_MAX,
    gate,
    onRefused: (code) => refused.push(code),
  });
  transport.start((connection) => {
    connections.push(connection);
    return {
      message: (data, isText) => heard.push(`${isText ? "text" : "bytes"} ${data.length}`),
      pinged(bytes) {
        heard.push(`pinged ${bytes}`);
        return true;
      },
      failed({ code, close }) {
        heard.push(code);
        connection.close(close, code);
      },
      pong: () => heard.push("pong"),
      closed: (code) => heard.push(`closed ${code}`),
    };
  });
  server = createServer();
  transport.serve(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await transport.stop();
  await new Promise((resolve) => server.close(resolve));
});

function open(): RawSocket {
  const socket = new RawSocket(port);
  sockets.push(socket);
  return socket;
}

/** A client without TCP in between, which would join what is written in pieces. */
function openInMemory(): Duplex {
  const [client, end] = duplexPair();
  client.on("error", () => undefined);
  const headers = {
    host: "localhost",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const request = { method: "GET", url: "/ws", headers, socket: end };
  gate.admits(end);
  transport.upgrade(request as unknown as IncomingMessage, end, Buffer.alloc(0));
  return client;
}

describe("[S-NET5] the upgrade", () => {
  test.each([
    ["P-SES17 a foreign origin", { Origin: "https://evil.example" }, {}, 403, "ORIGIN_REFUSED"],
    ["a sandboxed page", { Origin: "null" }, {}, 403, "ORIGIN_REFUSED"],
    ["a rebound host name", { Host: "evil.example" }, {}, 421, "HOST_REFUSED"],
    [
      "a rebound host name with its own origin",
      { Host: "evil.example", Origin: "http://evil.example" },
      {},
      421,
      "HOST_REFUSED",
    ],
    ["another path", {}, { path: "/wsx" }, 404, "NOT_FOUND"],
  ])("refuses %s", async (_, headers, where, status, code) => {
    const socket = open();
    expect(await socket.upgrade(headers, where)).toBe(status);
    await until(() => socket.isEnded || "an end");
    expect(socket.text).toContain(`"code":"${code}"`);
    expect(refused).toEqual([code]);
    expect(connections).toHaveLength(0);
  });

  test.each([
    ["no origin", {}],
    ["its own origin", { Origin: "http://localhost" }],
    ["a listed origin", { Origin: "https://play.example" }],
  ])("accepts %s, with a query that is not looked at", async (_, headers) => {
    expect(await open().upgrade(headers, { path: "/ws?token=secret" })).toBe(101);
  });

  test.each([
    [{ "Sec-WebSocket-Key": null }, 400],
    [{ "Sec-WebSocket-Key": "short" }, 400],
    [{ "Sec-WebSocket-Version": "12" }, 400],
    [{ Upgrade: "h2c" }, 400],
  ])("answers a broken handshake %o with %i and forgets it", async (headers, status) => {
    for (let i = 0; i <= PENDING_MAX; i++) {
      const socket = open();
      expect(await socket.upgrade(headers)).toBe(status);
      await until(() => socket.isEnded || "an end");
    }
  });

  test.each([
    [null, undefined, "json"],
    ["realm.json", "realm.json", "json"],
    ["realm.msgpack", "realm.msgpack", "msgpack"],
    ["realm.binary", "realm.binary", "binary"],
    ["other, realm.binary, realm.json", "realm.binary", "binary"],
    ["other", undefined, "json"],
  ])("answers the subprotocols %s with %s", async (offered, answered, encoding) => {
    const socket = open();
    expect(await socket.upgrade({ "Sec-WebSocket-Protocol": offered })).toBe(101);
    expect(/Sec-WebSocket-Protocol: (\S+)/.exec(socket.head)?.[1]).toBe(answered);
    expect(connections[0]!.encoding).toBe(encoding);
  });

  test("never agrees to compression", async () => {
    const socket = open();
    await socket.upgrade({ "Sec-WebSocket-Extensions": "permessage-deflate" });
    expect(socket.head.toLowerCase()).not.toContain("extensions");
  });
});

describe("P-SES16", () => {
  test("so many strangers of one address may wait, not one more", async () => {
    for (let i = 0; i < PENDING_MAX; i++) expect(await open().upgrade()).toBe(101);
    const socket = open();
    expect(await socket.upgrade()).toBe(429);
    expect(refused).toEqual(["TOO_MANY_CONNECTIONS"]);
    expect(await open().upgrade({ "X-Forwarded-For": "203.0.113.9" })).toBe(101);
  });

  test("who authenticates or leaves makes room", async () => {
    for (let i = 0; i < PENDING_MAX; i++) await open().upgrade();
    connections[0]!.admit();
    connections[0]!.admit();
    expect(await open().upgrade()).toBe(101);
    expect(await open().upgrade()).toBe(429);
    sockets[1]!.destroy();
    await until(() => heard.length === 1 || "one closed");
    expect(await open().upgrade()).toBe(101);
    expect(await open().upgrade()).toBe(429);
  });

  test("[S-NET6] the address is the one that the trusted proxy saw", async () => {
    await open().upgrade({ "X-Forwarded-For": "198.51.100.1, 2001:db8::7" });
    expect(connections[0]!.address).toBe("2001:db8::7");
  });
});

test("so many sessions may be open, not one more", async () => {
  for (let i = 0; i < SESSIONS_MAX; i++) {
    expect(await open().upgrade()).toBe(101);
    connections[i]!.admit();
  }
  expect(await open().upgrade()).toBe(503);
  expect(refused).toEqual(["SERVER_FULL"]);
});

describe("[S-NET4] frames that no library would send", () => {
  const text = (value: string): Buffer => Buffer.from(value);

  test.each<[string, Buffer, string]>([
    ["unmasked", clientFrame(0x81, text("hi"), { masked: false }), "1002 FRAME_INVALID"],
    ["reserved bit 1", clientFrame(0xc1, text("hi")), "1002 FRAME_INVALID"],
    ["reserved bit 2", clientFrame(0xa1, text("hi")), "1002 FRAME_INVALID"],
    ["reserved opcode 3", clientFrame(0x83, text("hi")), "1002 FRAME_INVALID"],
    ["reserved opcode 11", clientFrame(0x8b, text("hi")), "1002 FRAME_INVALID"],
    ["continuation of nothing", clientFrame(0x80, text("hi")), "1002 FRAME_INVALID"],
    ["fragmented ping", clientFrame(0x09, text("hi")), "1002 FRAME_INVALID"],
    ["ping of 126 bytes", clientFrame(0x89, Buffer.alloc(126)), "1002 FRAME_INVALID"],
    ["close of one byte", clientFrame(0x88, Buffer.alloc(1)), "1002 FRAME_INVALID"],
    ["close with code 1005", clientFrame(0x88, Buffer.from([0x03, 0xed])), "1002 FRAME_INVALID"],
    [
      "text that is not UTF-8",
      clientFrame(0x81, Buffer.from([0xc3, 0x28])),
      "1007 MESSAGE_MALFORMED",
    ],
    [
      "close reason not UTF-8",
      clientFrame(0x88, Buffer.from([3, 0xe8, 0xff])),
      "1007 MESSAGE_MALFORMED",
    ],
    [
      "one byte too many",
      clientFrame(0x82, Buffer.alloc(MESSAGE_MAX + 1)),
      "1009 MESSAGE_TOO_LARGE",
    ],
    [
      "a length of 2^32",
      Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
      "1009 MESSAGE_TOO_LARGE",
    ],
    [
      "a length of 2^63",
      Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      "1009 MESSAGE_TOO_LARGE",
    ],
    [
      "a second message inside a first",
      Buffer.concat([clientFrame(0x01, text("a")), clientFrame(0x81, text("b"))]),
      "1002 FRAME_INVALID",
    ],
    ["endless empty fragments", fragments(PARTS_MAX + 1), "1009 MESSAGE_TOO_LARGE"],
  ])("%s closes the connection by its code", async (_, bytes, verdict) => {
    const socket = open();
    await socket.upgrade();
    socket.write(bytes);
    await until(() => socket.closedWith !== undefined || "a close frame");
    expect(socket.closedWith).toBe(verdict);
    await until(() => heard.length === 2 || heard.join());
    expect(heard[0]).toBe(verdict.split(" ")[1]);
    expect(heard[1]).toMatch(/^closed/);
  });

  test("P-SES18 messageParts: a frame may arrive in so many pieces, not in one more", async () => {
    for (const [pieces, outcome] of [
      [PARTS_MAX, `bytes ${PARTS_MAX}`],
      [PARTS_MAX + 1, "MESSAGE_TOO_LARGE"],
    ] as const) {
      heard = [];
      const client = openInMemory();
      const frame = clientFrame(0x82, Buffer.alloc(pieces));
      client.write(frame.subarray(0, 6));
      for (let i = 6; i < frame.length; i++) client.write(frame.subarray(i, i + 1));
      await until(() => heard.length > 0 || "an outcome");
      expect(heard[0]).toBe(outcome);
      client.destroy();
    }
  });

  test("P-SES18 messageParts: so many fragments are one message", async () => {
    const socket = open();
    await socket.upgrade();
    socket.write(fragments(PARTS_MAX));
    await until(() => heard.length === 1 || heard.join());
    expect(heard).toEqual(["text 0"]);
    expect(connections[0]!.isOpen).toBe(true);
  });

  test("P-ENC4 the largest message arrives, whole or byte by byte", async () => {
    const socket = open();
    await socket.upgrade();
    socket.write(clientFrame(0x82, Buffer.alloc(MESSAGE_MAX)));
    for (const byte of clientFrame(0x81, text("slow"))) socket.write(Buffer.from([byte]));
    await until(() => heard.length === 2 || heard.join());
    expect(heard).toEqual([`bytes ${MESSAGE_MAX}`, "text 4"]);
  });

  test("fragments are joined, and pings between them answered", async () => {
    const socket = open();
    await socket.upgrade();
    socket.write(clientFrame(0x01, text("one ")));
    socket.write(clientFrame(0x89, text("?")));
    socket.write(clientFrame(0x80, text("message")));
    await until(() => heard.length === 2 || heard.join());
    expect(heard).toEqual(["pinged 1", "text 11"]);
    connections[0]!.flush();
    await until(() => socket.text.includes("\x8a\x01?") || "a pong");
  });

  test("a ping that comes with a close frame is not answered behind it", async () => {
    const socket = open();
    await socket.upgrade();
    const close = clientFrame(0x88, Buffer.from([3, 0xe8]));
    socket.write(Buffer.concat([clientFrame(0x89, text("?")), close]));
    await until(() => socket.isEnded || "the server's end");
    connections[0]!.flush();
    expect(connections[0]!.writes).toBe(0);
    expect(socket.text).toBe("\x88\x02\x03\xe8");
  });
});

/** One message in so many empty fragments. */
function fragments(count: number): Buffer {
  const empty = Buffer.alloc(0);
  return Buffer.concat([
    clientFrame(0x01, empty),
    ...Array.from({ length: count - 2 }, () => clientFrame(0x00, empty)),
    clientFrame(0x80, empty),
  ]);
}
