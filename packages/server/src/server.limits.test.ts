import { limits, type LimitName } from "@realmwright/protocol";
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

describe.each([0, 2])("limits of a node with %i edge threads", (edges) => {
  let server: Server;
  let clients: { destroy(): void }[];

  async function start(
    overrides: Partial<Record<LimitName, number>> = {},
    http: ServerOptions["http"] = {},
  ): Promise<void> {
    const log = new RecordedLog();
    const options = { game: arena(), secret, edges, log, limits: overrides };
    server = createServer({ ...options, http: { port: 0, ...http } });
    await server.start();
  }
  function raw(): RawSocket {
    const socket = new RawSocket(server.port);
    clients.push(socket);
    return socket;
  }
  /** A connection by hand, upgraded or refused. */
  async function upgraded(headers: Record<string, string> = {}): Promise<[RawSocket, number]> {
    const socket = raw();
    return [socket, await socket.upgrade(headers)];
  }
  /** The line stands among the metrics, a second later where threads report. */
  async function counted(line: string): Promise<void> {
    let page = "";
    let asking: Promise<void> | undefined;
    const ask = async (): Promise<void> => {
      page = await (await fetch(`${server.url}/metrics`)).text();
      asking = undefined;
    };
    await until(() => {
      asking ??= ask();
      const refused = page.split("\n").filter((each) => each.includes("refused"));
      return page.includes(line) || refused.join();
    });
    await asking;
  }

  beforeEach(() => {
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await server.stop();
  });

  test("P-SES16 pendingHandshakesPerAddress: so many of an address over all threads, not one more", async () => {
    await start();
    const { value: max } = limits.pendingHandshakesPerAddress;
    const token = await guestToken(server.url);
    const waiting: RawSocket[] = [];
    for (let i = 0; i < max; i++) {
      const [socket, status] = await upgraded();
      expect(status).toBe(101);
      waiting.push(socket);
    }
    const [refused, status] = await upgraded();
    expect(status).toBe(429);
    expect(refused.text).toContain(`"code":"TOO_MANY_CONNECTIONS"`);
    await until(() => refused.isEnded || "the end");
    await counted('realmwright_upgrades_refused_total{code="TOO_MANY_CONNECTIONS"} 1');
    const auth = JSON.stringify({ type: "auth", payload: { token, protocol: 1 } });
    waiting[0]!.write(clientFrame(0x81, Buffer.from(auth)));
    await until(() => waiting[0]!.text.includes('"welcome"') || "a welcome");
    expect((await upgraded())[1]).toBe(101);
    expect((await upgraded())[1]).toBe(429);
  });

  test("P-SES18 messageParts: a message has so many parts, not one more", async () => {
    await start();
    const { value: max } = limits.messageParts;
    const none = Buffer.alloc(0);
    for (const [parts, verdict] of [
      [max, "4001 AUTH_REQUIRED"],
      [max + 1, "1009 MESSAGE_TOO_LARGE"],
    ] as const) {
      const [socket] = await upgraded();
      socket.write(clientFrame(0x01, Buffer.from('{"type":"leave","payload":{"m":0}}')));
      for (let i = 0; i < parts - 2; i++) socket.write(clientFrame(0x00, none));
      socket.write(clientFrame(0x80, none));
      await until(() => socket.closedWith !== undefined || "a close frame");
      expect(socket.closedWith).toBe(verdict);
    }
  });

  test("P-SES16 pendingHandshakesPerAddress: holds under the name localhost too", async () => {
    await start({ pendingHandshakesPerAddress: 2 }, { host: "localhost" });
    expect((await upgraded())[1]).toBe(101);
    expect((await upgraded())[1]).toBe(101);
    expect((await upgraded())[1]).toBe(429);
  });

  test("[S-NET8] strangersPerAddress: so many connections of an address, not one more", async () => {
    const { value: max } = limits.strangersPerAddress;
    await start();
    const strangers: RawSocket[] = [];
    for (let i = 0; i < max; i++) strangers.push(raw());
    // whoever is answered is connected
    for (const stranger of strangers)
      stranger.write("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await until(() => strangers.every((of) => of.text.startsWith("HTTP/1.1 404")) || "answers");
    const refused = raw();
    await until(() => refused.isEnded || "a refusal");
    expect(refused.text).toMatch(/^HTTP\/1\.1 429 .*"code":"TOO_MANY_CONNECTIONS"/su);
    strangers[0]!.destroy();
    await admitted();
    strangers[1]!.destroy();
    await until(() => strangers[1]!.isClosed || "closed");
    await counted('realmwright_http_refused_total{code="TOO_MANY_CONNECTIONS"}');
  });

  test("[S-NET8] strangersPerNode: so many connections that are no session, not one more", async () => {
    const max = 12;
    await start({ strangersPerNode: max }, { proxyHops: 1 });
    const sessions = await Promise.all(
      Array.from({ length: 3 }, (_, i) => WsClient.open(server.url, { name: `Ada ${i}` })),
    );
    clients.push(...sessions.map(({ socket }) => ({ destroy: () => socket.terminate() })));
    const strangers: RawSocket[] = [];
    // other connections of this process, kept by fetch, count as well: fill up what is left
    for (let i = 0; i < max; i++) {
      const stranger = raw();
      stranger.write("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await until(() => stranger.text.length > 0 || "an answer");
      strangers.push(stranger);
    }
    const refused = raw();
    await until(() => refused.isEnded || "a refusal");
    expect(refused.text).toMatch(/^HTTP\/1\.1 503 .*"code":"SERVER_FULL"/su);
    expect(refused.text).toContain("retry-after: 5");
    strangers[0]!.destroy();
    await admitted();
    for (const session of sessions) {
      session.send({ type: "ping", payload: { time: 1 } });
      await session.next("pong");
    }
  });

  /** One more connection is let in, now or in a moment. */
  async function admitted(): Promise<void> {
    let last = raw();
    last.write("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await until(() => {
      if (last.text.startsWith("HTTP/1.1 404")) return true;
      if (last.isEnded) {
        last.destroy();
        last = raw();
        last.write("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      return last.text;
    });
  }

  test("[S-HOST12] sessionsPerNode: so many sessions over all threads, not one more, though all come at once", async () => {
    const max = 5;
    await start({ sessionsPerNode: max });
    const token = await guestToken(server.url);
    const all = Array.from({ length: 15 }, () => new WsClient(server.url));
    clients.push(...all.map(({ socket }) => ({ destroy: () => socket.terminate() })));
    const fates = await Promise.all(
      all.map(async (client) => {
        await until(() => client.socket.readyState !== client.socket.CONNECTING || "connected");
        if (client.socket.readyState !== client.socket.OPEN) return "503";
        client.send({ type: "auth", payload: { token, protocol: 1 } });
        await until(
          () => client.welcome !== undefined || client.closedWith !== undefined || "an answer",
        );
        return client.welcome === undefined ? await client.closed() : "welcome";
      }),
    );
    expect(fates.filter((fate) => fate === "welcome")).toHaveLength(max);
    const refusals = new Set(fates.filter((fate) => fate !== "welcome"));
    for (const fate of refusals) expect(["503", "1013 SERVER_FULL"]).toContain(fate);
    const [full, status] = await upgraded();
    expect(status).toBe(503);
    expect(full.text).toContain(`"code":"SERVER_FULL"`);
    all[fates.indexOf("welcome")]!.socket.terminate();
    let again = 0;
    await until(() => {
      if (again === 101) return true;
      if (again === 0 || again === 503) {
        again = -1;
        void upgraded().then(([, now]) => (again = now));
      }
      return `${again}`;
    });
  });
});

test("edgesPerNode: so many edge threads may be asked for, not one more", () => {
  const { value: max, error: code } = limits.edgesPerNode;
  const ask = (edges: number) => () => createServer({ game: arena(), secret, edges });
  expect(ask(0)).not.toThrow();
  expect(ask(max)).not.toThrow();
  expect(ask(max + 1)).toThrow(expect.objectContaining({ code }));
  for (const edges of [-1, 1.5, Number.NaN]) expect(ask(edges)).toThrow(TypeError);
});
