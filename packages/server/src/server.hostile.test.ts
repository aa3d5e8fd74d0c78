import { spawn } from "node:child_process";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server, type ServerOptions } from "./server.ts";
import { arena } from "./testing/arena.ts";
import { clientFrame, RawSocket } from "./testing/raw-socket.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { until } from "./testing/until.ts";
import { guestToken, WsClient } from "./testing/ws-client.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const secret = new Uint8Array(32).fill(5);
let server: Server;
let log: RecordedLog;
let clients: { destroy(): void }[];

async function start(more: Partial<ServerOptions> = {}): Promise<void> {
  log = new RecordedLog();
  server = createServer({ game: arena(), secret, log, http: { port: 0 }, ...more });
  await server.start();
}

async function open(options: Parameters<typeof WsClient.open>[1] = {}): Promise<WsClient> {
  const client = await WsClient.open(server.url, options);
  clients.push({ destroy: () => client.socket.terminate() });
  return client;
}

/** A JSON client in the arena by hand, whose receive window closes for good when it stops reading. */
async function raw(name: string): Promise<RawSocket> {
  const socket = new RawSocket(server.port);
  clients.push(socket);
  await socket.upgrade();
  const say = (message: object): void =>
    socket.write(clientFrame(0x81, Buffer.from(JSON.stringify(message))));
  say({ type: "auth", payload: { token: await guestToken(server.url, name), protocol: 1 } });
  await until(() => socket.text.includes('"welcome"') || "a welcome");
  say({ type: "join", payload: { room: "arena" } });
  await until(() => socket.text.includes('"joined"') || "a seat");
  return socket;
}

beforeEach(() => {
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await server.stop();
});

describe.each([0, 1])("with %i edge threads", (edges) => {
  test("P-SES14 clients that stop reading are closed with bounded memory, and others go on", async () => {
    await start({
      edges,
      limits: {
        outQueueStuckMs: 1000,
        messagesPerSecond: 2000,
        messageBurst: 2000,
        inputsPerSecond: 2000,
      },
    });
    const ada = await open({ encoding: "binary" });
    const { m } = await ada.join("arena");
    const sleepers = await Promise.all(Array.from({ length: 10 }, (_, i) => raw(`Sleeper ${i}`)));
    for (const sleeper of sleepers) sleeper.stopReading();
    let seq = 0;
    const shout = (): void => {
      for (let i = 0; i < 30; i++) {
        const data = { text: "x".repeat(100) };
        ada.send({ type: "input", payload: { m, seq: ++seq, name: "shout", data } });
      }
    };
    const shouting = setInterval(shout, 50);
    try {
      await until(() => server.stats().counters.closed["TOO_SLOW"] === 10 || "ten closed", {
        timeoutMs: 20_000,
      });
    } finally {
      clearInterval(shouting);
    }
    await until(() => server.stats().rooms[0]?.players === 11 || "seats are kept");
    ada.messages.length = 0;
    ada.send({ type: "input", payload: { m, seq: ++seq, name: "shout", data: { text: "last" } } });
    await ada.next("event", ({ payload }) => (payload.data as { text: string }).text === "last");
    expect(ada.closedWith).toBeUndefined();
  });
});

test("P-SES13 a half-open connection is dropped, and its seat is kept", async () => {
  await start({ limits: { pingIntervalMs: 300, outQueueStuckMs: 60_000 } });
  const sleeper = await raw("Sleeper");
  sleeper.stopReading();
  await until(() => server.stats().counters.closed["IDLE_TIMEOUT"] === 1 || "dropped");
  expect(server.stats()).toMatchObject({ sessions: 0, rooms: [{ players: 1 }] });
});

test("P-SES2 P-SES3 strangers are dealt with over real sockets", async () => {
  await start({ limits: { authTimeoutMs: 300 } });
  const [silent, loud] = [new WsClient(server.url), new WsClient(server.url)];
  clients.push(...[silent, loud].map(({ socket }) => ({ destroy: () => socket.terminate() })));
  await loud.opened();
  loud.socket.send(" ".repeat(4097));
  expect(await loud.closed()).toBe("1009 MESSAGE_TOO_LARGE");
  expect((await silent.next("error")).payload.code).toBe("AUTH_TIMEOUT");
  expect(await silent.closed()).toBe("4002 AUTH_TIMEOUT");
});

describe.each([0, 2])("with %i edge threads", (edges) => {
  test.each([
    [
      "P-ENC4 messageBytes: one byte more",
      frameOf(limits.messageBytes.value + 1),
      "1009 MESSAGE_TOO_LARGE",
    ],
    ["P-ENC4 a far too large message", frameOf(100_000), "1009 MESSAGE_TOO_LARGE"],
    [
      "P-SES18 an unmasked frame",
      clientFrame(0x81, Buffer.from("{}"), { masked: false }),
      "1002 FRAME_INVALID",
    ],
    [
      "P-SES18 text that is not UTF-8",
      clientFrame(0x81, Buffer.from([0xc3, 0x28])),
      "1007 MESSAGE_MALFORMED",
    ],
    [
      "P-SES11 a burst of pings",
      Buffer.concat(Array.from({ length: 2000 }, () => clientFrame(0x89, Buffer.from("?")))),
      "1008 FLOODING",
    ],
  ])("%s ends its session alone, with a word, and is counted", async (_, bytes, verdict) => {
    await start({ edges });
    const [ada, bob] = [await raw("Ada"), await open({ name: "Bob" })];
    ada.write(bytes);
    await until(() => ada.closedWith !== undefined || "a close frame");
    expect(ada.closedWith).toBe(verdict);
    const code = verdict.slice(5);
    expect(ada.text).toContain(`"type":"error","payload":{"code":"${code}"`);
    bob.send({ type: "ping", payload: { time: 1 } });
    await bob.next("pong");
    bob.socket.close(1000);
    const ends = (): Record<string, number> => server.stats().counters.closed;
    await until(() => Object.keys(ends()).length === 2 || JSON.stringify(ends()));
    expect(ends()).toEqual({ [code]: 1, CLIENT_CLOSED: 1 });
  });

  test.each(["json", "msgpack", "binary"] as const)(
    "P-MSG7 tokenCharacters: a token that is too long is TOKEN_INVALID in %s",
    async (encoding) => {
      await start({ edges });
      const client = new WsClient(server.url, encoding);
      clients.push({ destroy: () => client.socket.terminate() });
      await client.opened();
      const token = "x".repeat(limits.tokenCharacters.value + 1);
      client.send({ type: "auth", id: 3, payload: { token, protocol: 1 } });
      expect(await client.next("error")).toMatchObject({
        id: 3,
        payload: { code: "TOKEN_INVALID", action: "reauthenticate" },
      });
      expect(await client.closed()).toBe("4003 TOKEN_INVALID");
    },
  );

  test("P-SES11 as many pings as a burst may have are answered, and a cut connection is counted", async () => {
    await start({ edges });
    const ada = await open();
    const { value: burst } = limits.messageBurst;
    let pongs = 0;
    ada.socket.on("pong", () => pongs++);
    // one of the burst was auth
    for (let i = 1; i < burst; i++) ada.socket.ping();
    await until(() => pongs === burst - 1 || `${pongs}`);
    ada.socket.terminate();
    const ends = (): Record<string, number> => server.stats().counters.closed;
    await until(() => ends()["CONNECTION_LOST"] === 1 || JSON.stringify(ends()));
  });
});

/** A binary message of so many bytes. */
function frameOf(bytes: number): Buffer {
  return clientFrame(0x82, Buffer.alloc(bytes));
}

describe("edge threads", () => {
  test("[S-LIFE2] plain HTTP streams through them both ways, and ends when the client goes", async () => {
    let ended = false;
    await start({
      edges: 1,
      extension: {
        handle(request, response) {
          if (request.url === "/echo") {
            request.pipe(response);
            return true;
          }
          if (request.url !== "/events") return false;
          response.writeHead(200, {
            "content-type": "text/event-stream",
            connection: "x-private",
            "x-private": "1",
          });
          response.write("data: one\n\n");
          response.on("close", () => (ended = true));
          return true;
        },
      },
    });
    const controller = new AbortController();
    const events = await fetch(`${server.url}/events`, { signal: controller.signal });
    expect(events.headers.get("content-type")).toBe("text/event-stream");
    expect(events.headers.get("x-private")).toBeNull();
    const reader = events.body!.getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value!).toString()).toBe("data: one\n\n");
    controller.abort();
    await until(() => ended || "the stream's end");
    const echo = request(`${server.url}/echo`, { method: "POST" });
    let heard = "";
    echo.on("response", (response) =>
      response.on("data", (data: Buffer) => (heard += data.toString())),
    );
    echo.write("first");
    await until(() => heard === "first" || heard);
    echo.end(" last");
    await until(() => heard === "first last" || heard);
  });
});

test.each([0, 2])(
  "[S-LIFE3] a stopped server with %i edge threads lets the process end by itself",
  async (edges) => {
    await start();
    const module = fileURLToPath(new URL("./testing/start-and-stop.ts", import.meta.url));
    const child = spawn(
      process.execPath,
      ["--conditions=@realmwright/source", module, String(edges)],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    let code: number | null | undefined;
    child.on("exit", (exit) => (code = exit));
    try {
      await until(() => code !== undefined || output, { timeoutMs: 15_000 });
    } finally {
      child.kill("SIGKILL");
    }
    expect(output).toContain("stopped");
    expect(code).toBe(0);
  },
  20_000,
);
