import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server, type ServerOptions } from "./server.ts";
import { arena } from "./testing/arena.ts";
import { RecordedLog } from "./testing/recorded-log.ts";
import { until } from "./testing/until.ts";
import { WsClient } from "./testing/ws-client.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const secret = new Uint8Array(32).fill(5);

describe.each([0, 2])("a server with %i edge threads", (edges) => {
  let server: Server;
  let log: RecordedLog;
  let clients: WsClient[];

  async function start(more: Partial<ServerOptions> = {}): Promise<void> {
    log = new RecordedLog();
    server = createServer({ game: arena(), secret, edges, log, http: { port: 0 }, ...more });
    await server.start();
  }
  async function open(options: Parameters<typeof WsClient.open>[1] = {}): Promise<WsClient> {
    const client = await WsClient.open(server.url, options);
    clients.push(client);
    return client;
  }
  beforeEach(() => {
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.socket.terminate();
    await server.stop();
  });

  test("P-SNAP7 two clients of different encodings see each other move, shout and chat", async () => {
    await start();
    const [ada, bob] = [
      await open({ encoding: "binary", name: "Ada" }),
      await open({ name: "Bob" }),
    ];
    const [a, b] = [await ada.join("arena"), await bob.join("arena")];
    for (let seq = 1; seq <= 20; seq++) {
      ada.send({ type: "input", payload: { m: a.m, seq, name: "move", data: { dx: 1, dy: 0 } } });
    }
    await until(() => {
      const seen = [...bob.replicas.get(b.m)!.entities.values()].find(
        (e) => e.get("name") === "Ada",
      );
      return Number(seen?.get("x")) > 100.2 || `Ada at ${String(seen?.get("x"))}`;
    });
    bob.send({ type: "input", payload: { m: b.m, seq: 1, name: "shout", data: { text: "hey" } } });
    expect((await bob.next("confirm")).payload).toMatchObject({ seq: 1, ok: true });
    const heard = (await ada.next("event")).payload.data as { text: string; from: number };
    expect(heard.text).toBe("hey");
    expect(ada.replicas.get(a.m)!.entities.get(heard.from)?.get("name")).toBe("Bob");
    expect((await ada.next("document")).payload).toMatchObject({ doc: "shared", version: 2 });
    ada.send({ type: "chat", payload: { m: a.m, text: "hello Bob" } });
    expect((await bob.next("chat")).payload).toMatchObject({ name: "Ada", text: "hello Bob" });
    expect(log.of("error")).toEqual([]);
  });

  test("P-ROOM9 a door leads to another room on the same connection", async () => {
    await start();
    const ada = await open({ encoding: "binary" });
    const { m } = await ada.join("arena");
    ada.send({ type: "input", payload: { m, seq: 1, name: "door", data: { to: "cave" } } });
    const joined = (await ada.next("joined")).payload;
    expect(joined).toMatchObject({ name: "cave", from: m });
    const left = await ada.next("left");
    expect(left.payload).toEqual({ m, code: "MOVED", to: joined.m });
    const order = ada.messages.map((message) => message.type);
    expect(order.includes("snapshot")).toBe(true);
    expect(ada.replicas.get(joined.m)!.self?.get("name")).toBe("Ada");
  });

  test("P-ROOM11 a handler that throws ends its room alone", async () => {
    await start();
    const [ada, bob] = [await open(), await open({ name: "Bob" })];
    const [a, b] = [await ada.join("arena"), await bob.join("cave")];
    ada.send({ type: "input", payload: { m: a.m, seq: 1, name: "fault", data: {} } });
    expect((await ada.next("left")).payload).toMatchObject({ m: a.m, code: "ROOM_FAILED" });
    bob.send({ type: "input", payload: { m: b.m, seq: 1, name: "shout", data: { text: "x" } } });
    expect((await bob.next("confirm")).payload.ok).toBe(true);
    expect((await ada.join("arena")).room).not.toBe(a.room);
  });

  test("P-SES9 a cut connection comes back into its seat; its old one is told", async () => {
    await start();
    const ada = await open({ encoding: "binary" });
    const { room } = await ada.join("arena");
    ada.socket.terminate();
    const back = await open({ encoding: "binary", resume: ada });
    expect(back.welcome).toMatchObject({ resumed: true, account: ada.welcome!.account });
    const joined = (await back.next("joined")).payload;
    expect(joined).toMatchObject({ room, resumed: true });
    await back.next("snapshot");
    expect(back.replicas.get(joined.m)!.entities.size).toBe(1);
    const newest = await open({ encoding: "json", resume: back });
    expect(newest.welcome!.resumed).toBe(true);
    expect((await back.next("error")).payload.code).toBe("SESSION_SUPERSEDED");
    expect(await back.closed()).toBe("4005 SESSION_SUPERSEDED");
    expect(server.stats().rooms).toMatchObject([{ players: 1 }]);
  });

  test("P-SES8 a resume secret works once, and for its account only", async () => {
    await start();
    const ada = await open();
    await ada.join("arena");
    const eve = await open({ name: "Eve" });
    eve.socket.terminate();
    const thief = new WsClient(server.url);
    clients.push(thief);
    await thief.opened();
    const resume = ada.welcome!.resume;
    thief.send({ type: "auth", payload: { token: eve.token, protocol: 1, resume } });
    expect((await thief.next("welcome")).payload.resumed).toBe(false);
    ada.send({ type: "ping", payload: { time: 5 } });
    expect((await ada.next("pong")).payload.time).toBe(5);
    ada.socket.terminate();
    const back = await open({ resume: ada });
    expect(back.welcome!.resumed).toBe(true);
    back.socket.terminate();
    const late = await open({ resume: ada });
    expect(late.welcome!.resumed).toBe(false);
  });

  test("HTTP works beside the sockets, with the client's own address", async () => {
    // of the bodies that are too large only the announced one is known before it counts as a login
    await start({ limits: { loginsPerMinute: 3 } });
    for (const body of ["x".repeat(300_000), new Blob(["x".repeat(300_000)]).stream()]) {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body, duplex: "half" };
      const big = await fetch(`${server.url}/guest-login`, init);
      expect(big.status).toBe(413);
      expect(await big.json()).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    }
    expect(await (await fetch(`${server.url}/livez`)).text()).toBe("ok\n");
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const spoofed = { "x-realmwright-peer": "203.0.113.9", "x-forwarded-for": "203.0.113.9" };
    const login = () => fetch(`${server.url}/guest-login`, { method: "POST", headers: spoofed });
    expect([(await login()).status, (await login()).status, (await login()).status]).toEqual([
      200, 200, 429,
    ]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain("realmwright_loop_lag_seconds_count");
    expect((await fetch(`${server.url}/ws`)).status).toBe(426);
  });

  test("P-SES11 a flooder and a talker of nonsense are closed, and nobody else notices", async () => {
    await start();
    const [ada, flooder, babbler] = [
      await open(),
      await open({ encoding: "binary" }),
      await open(),
    ];
    const { m } = await ada.join("arena");
    const other = await flooder.join("arena");
    for (let i = 0; i < 2000; i++) {
      flooder.send({
        type: "input",
        payload: { m: other.m, seq: i + 1, name: "move", data: { dx: 1, dy: 0 } },
      });
    }
    for (let i = 0; i < 5; i++) babbler.socket.send("{]");
    expect(await flooder.closed()).toBe("1008 FLOODING");
    expect(await babbler.closed()).toBe("1008 FLOODING");
    ada.send({ type: "input", payload: { m, seq: 1, name: "shout", data: { text: "calm" } } });
    expect((await ada.next("confirm")).payload.ok).toBe(true);
    expect(ada.closedWith).toBeUndefined();
  });

  test("a reload keeps sockets, seats and positions", async () => {
    await start();
    const ada = await open({ encoding: "binary" });
    const { m } = await ada.join("arena");
    ada.send({ type: "input", payload: { m, seq: 1, name: "shout", data: { text: "before" } } });
    await ada.next("confirm");
    await server.reload(arena({ speed: 60 }));
    expect((await ada.next("joined")).payload).toMatchObject({ m, name: "arena" });
    await ada.next("snapshot");
    expect(ada.replicas.get(m)!.self?.get("x")).toBe(100);
    for (let seq = 2; seq <= 10; seq++) {
      ada.send({ type: "input", payload: { m, seq, name: "move", data: { dx: 1, dy: 0 } } });
    }
    await until(() => Number(ada.replicas.get(m)!.self?.get("x")) > 110 || "a fast step");
    expect(ada.closedWith).toBeUndefined();
  });

  test("P-SES15 stop: not ready, a notice, 1012, and nothing left", async () => {
    await start();
    const ada = await open();
    await ada.join("arena");
    const stopping = server.stop({ graceMs: 300 });
    expect((await ada.next("notice")).payload.code).toBe("DRAINING");
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    ada.send({ type: "join", id: 9, payload: { room: "cave" } });
    expect((await ada.next("error")).payload.code).toBe("SERVER_DRAINING");
    expect(await ada.closed()).toBe("1012 SERVER_DRAINING");
    await stopping;
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
    await server.stop();
    expect(log.of("error")).toEqual([]);
  });

  test("[S-LIFE4] a port that is taken is an error, and nothing is left running", async () => {
    await start();
    const second = createServer({ game: arena(), secret, edges, log, http: { port: server.port } });
    await expect(second.start()).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });
});

test("a weak secret is refused", () => {
  const weak = new Uint8Array(31);
  expect(() => createServer({ game: arena(), secret: weak })).toThrow(TypeError);
});
