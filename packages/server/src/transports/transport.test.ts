import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { RealmError } from "@realmwright/protocol";
import { loopbackHosts } from "./peers.ts";
import type { Connection, Encoding, Transport } from "../ports/transport.ts";
import { until } from "../testing/until.ts";
import { Gate } from "./gate.ts";
import { limitValues } from "../session/limit-values.ts";
import { MemoryTransport } from "./memory/memory-transport.ts";
import { WebSocketTransport } from "./websocket/websocket-transport.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** A client as the contract needs it. */
interface Client {
  send(message: Uint8Array | string): void;
  ping(payload: Uint8Array): void;
  readonly pongs: number;
  close(code: number, reason: string): void;
  cut(): void;
  /** Stops reading, or goes on. */
  stall(on: boolean): void;
  readonly received: readonly Uint8Array[];
  readonly closedWith: { code: number; reason: string } | undefined;
}

interface Harness {
  readonly transport: Transport;
  connect(encoding: Encoding): Promise<Client>;
  refusesToConnect(): Promise<boolean>;
  /** Lets bytes move until the condition holds. */
  settle(state: () => true | string | false): Promise<void>;
  end(): Promise<void>;
}

/** What the listener heard, as text. */
class Recorder {
  readonly heard: string[] = [];
  readonly texts: boolean[] = [];
  message(data: Uint8Array, isText: boolean): void {
    this.heard.push(`message ${Buffer.from(data).toString("latin1")}`);
    this.texts.push(isText);
  }
  pinged(bytes: number): boolean {
    this.heard.push(`pinged ${bytes}`);
    return bytes > 0;
  }
  failed({ code }: RealmError): void {
    this.heard.push(`failed ${code}`);
  }
  pong(payload: Uint8Array): void {
    this.heard.push(`pong ${Buffer.from(payload).toString("latin1")}`);
  }
  closed(code: number, reason: string): void {
    this.heard.push(`closed ${code} ${reason}`);
  }
}

const harnesses: Record<string, () => Promise<Harness>> = {
  memory: () => {
    const transport = new MemoryTransport();
    return Promise.resolve({
      transport,
      connect: (encoding) => Promise.resolve(transport.connect({ encoding })),
      refusesToConnect: () => {
        try {
          transport.connect();
          return Promise.resolve(false);
        } catch {
          return Promise.resolve(true);
        }
      },
      settle: (state) => {
        transport.deliver();
        expect(state()).toBe(true);
        return Promise.resolve();
      },
      end: () => transport.stop(),
    } satisfies Harness);
  },

  websocket: async () => {
    const peers = { hosts: loopbackHosts, origins: [], proxyHops: 0 };
    const transport = new WebSocketTransport({
      peers,
      messageBytesMax: 16_384,
      messagePartsMax: 64,
      gate: new Gate({ peers, limits: limitValues() }),
    });
    const server: Server = createServer();
    transport.serve(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
    const clients: WebSocket[] = [];
    return {
      transport,
      async connect(encoding) {
        const webSocket = new WebSocket(url, `realm.${encoding}`);
        clients.push(webSocket);
        const received: Uint8Array[] = [];
        let closedWith: Client["closedWith"];
        let pongs = 0;
        webSocket.on("pong", () => pongs++);
        webSocket.on("message", (data) => received.push(data as Buffer));
        webSocket.on("close", (code, reason) => (closedWith = { code, reason: reason.toString() }));
        webSocket.on("error", () => undefined);
        await until(() => webSocket.readyState === webSocket.OPEN || "open");
        return {
          send: (message) => webSocket.send(message),
          ping: (payload) => webSocket.ping(payload),
          close: (code, reason) => webSocket.close(code, reason),
          cut: () => webSocket.terminate(),
          stall: (on) => (on ? webSocket.pause() : webSocket.resume()),
          received,
          get pongs() {
            return pongs;
          },
          get closedWith() {
            return closedWith;
          },
        };
      },
      async refusesToConnect() {
        const webSocket = new WebSocket(url);
        const { promise, resolve } = Promise.withResolvers<boolean>();
        webSocket.on("open", () => resolve(false));
        webSocket.on("error", () => resolve(true));
        return await promise;
      },
      settle: until,
      async end() {
        for (const client of clients) client.terminate();
        await transport.stop();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const texts = (client: Client): string[] =>
  client.received.map((data) => Buffer.from(data).toString("latin1"));

describe.each(Object.keys(harnesses))("transport %s", (name) => {
  let harness: Harness;
  let connections: Connection[];
  let recorders: Recorder[];

  beforeEach(async () => {
    harness = await harnesses[name]!();
    connections = [];
    recorders = [];
    harness.transport.start((connection) => {
      connections.push(connection);
      const recorder = new Recorder();
      recorders.push(recorder);
      return recorder;
    });
  });
  afterEach(() => harness.end());

  async function pair(encoding: Encoding = "binary"): Promise<[Client, Connection, Recorder]> {
    const client = await harness.connect(encoding);
    await harness.settle(() => connections.length > 0 || "accepted");
    return [client, connections.at(-1)!, recorders.at(-1)!];
  }

  test.each(["json", "msgpack", "binary"] as const)("tells the encoding %s", async (encoding) => {
    const [, connection] = await pair(encoding);
    expect(connection.encoding).toBe(encoding);
    expect(connection.isOpen).toBe(true);
  });

  test("carries messages both ways, in order, and says which are text", async () => {
    const [client, connection, recorder] = await pair("json");
    client.send("one");
    client.send(bytes("two"));
    await harness.settle(() => recorder.heard.length === 2);
    expect(recorder.heard).toEqual(["message one", "message two"]);
    expect(recorder.texts).toEqual([true, false]);
    connection.send(bytes("three"));
    connection.send(bytes("four"));
    connection.flush();
    await harness.settle(() => client.received.length === 2);
    expect(texts(client)).toEqual(["three", "four"]);
  });

  test("[S-NET1] sends nothing before the flush, and then everything as one write", async () => {
    const [client, connection] = await pair();
    connection.send(bytes("a"));
    connection.ping(bytes("p"));
    connection.send(bytes("b"));
    expect(connection.writes).toBe(0);
    expect(connection.bufferedBytes).toBeGreaterThanOrEqual(3);
    connection.flush();
    connection.flush();
    expect(connection.writes).toBe(1);
    await harness.settle(() => client.received.length === 2);
    expect(texts(client)).toEqual(["a", "b"]);
  });

  test("[S-NET1] copies what it is given to send", async () => {
    const [client, connection] = await pair();
    const reused = bytes("first");
    connection.send(reused);
    reused.fill(0x78);
    connection.flush();
    await harness.settle(() => client.received.length === 1);
    expect(texts(client)).toEqual(["first"]);
  });

  test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])("frames %i bytes", async (size) => {
    const [client, connection] = await pair();
    const sent = Uint8Array.from({ length: size }, (_, i) => i % 251);
    connection.send(sent);
    connection.send(bytes("end"));
    connection.flush();
    await harness.settle(() => client.received.length === 2);
    expect(Buffer.compare(client.received[0]!, sent)).toBe(0);
    expect(texts(client)[1]).toBe("end");
  });

  test("keeps the writes of two connections apart when they interleave", async () => {
    const [first, a] = await pair();
    const [second, b] = await pair();
    a.send(bytes("a1"));
    b.send(bytes("b1"));
    a.send(bytes("a2"));
    b.flush();
    a.flush();
    await harness.settle(() => first.received.length === 2 && second.received.length === 1);
    expect(texts(first)).toEqual(["a1", "a2"]);
    expect(texts(second)).toEqual(["b1"]);
  });

  test("reports pongs with their payload, and pings with their size", async () => {
    const [client, connection, recorder] = await pair();
    connection.ping(bytes("tick 7"));
    connection.flush();
    await harness.settle(() => recorder.heard.includes("pong tick 7"));
    client.ping(bytes("four"));
    await harness.settle(() => recorder.heard.includes("pinged 4"));
  });

  test("[S-NET7] answers the pings that the listener grants, with the next flush and as one write", async () => {
    const [client, connection, recorder] = await pair();
    for (let i = 0; i < 100; i++) client.ping(bytes(i % 2 === 0 ? "yes" : ""));
    await harness.settle(() => recorder.heard.length === 100 || `${recorder.heard.length}`);
    expect([connection.writes, client.pongs]).toEqual([0, 0]);
    connection.flush();
    await harness.settle(() => client.pongs === 50 || `${client.pongs}`);
    expect(connection.writes).toBe(1);
    expect(connection.isOpen).toBe(true);
  });

  test("closes with code and reason after what was gathered", async () => {
    const [client, connection, recorder] = await pair();
    connection.send(bytes("last words"));
    connection.close(4008, "TOO_SLOW");
    expect(connection.isOpen).toBe(false);
    connection.send(bytes("too late"));
    connection.ping(bytes("x"));
    connection.flush();
    connection.close(1000, "again");
    await harness.settle(() => client.closedWith !== undefined && recorder.heard.length > 0);
    expect(texts(client)).toEqual(["last words"]);
    expect(client.closedWith).toEqual({ code: 4008, reason: "TOO_SLOW" });
    expect(recorder.heard).toEqual(["closed 4008 TOO_SLOW"]);
  });

  test("[S-NET2] reports the client's close once, and nothing after it", async () => {
    const [client, connection, recorder] = await pair();
    client.send(bytes("bye"));
    client.close(1000, "done");
    await harness.settle(() => recorder.heard.length === 2);
    expect(recorder.heard).toEqual(["message bye", "closed 1000 done"]);
    connection.terminate();
    connection.flush();
    await harness.settle(() => true);
    expect(recorder.heard).toHaveLength(2);
  });

  test.each(["client", "server"])("reports 1006 when the %s cuts the connection", async (who) => {
    const [client, connection, recorder] = await pair();
    if (who === "client") client.cut();
    else connection.terminate();
    await harness.settle(() => recorder.heard.length === 1);
    expect(recorder.heard).toEqual(["closed 1006 "]);
    expect(connection.isOpen).toBe(false);
  });

  test("[S-NET3] counts what a client that does not read leaves behind, and loses nothing of it", async () => {
    const [client, connection] = await pair();
    client.stall(true);
    const chunk = new Uint8Array(65_536);
    let sent = 0;
    while (connection.bufferedBytes < 300_000 && sent < 1000) {
      chunk.fill(sent % 251);
      connection.send(chunk);
      connection.flush();
      sent++;
    }
    expect(connection.bufferedBytes).toBeGreaterThanOrEqual(300_000);
    client.stall(false);
    await harness.settle(() => client.received.length === sent || `${client.received.length}`);
    client.received.forEach((data, i) => {
      expect(data.every((byte) => byte === i % 251)).toBe(true);
    });
    await harness.settle(() => connection.bufferedBytes === 0);
  });

  test("[S-NET3] a client that never reads is cut after a close", async () => {
    const [client, connection, recorder] = await pair();
    client.stall(true);
    connection.close(4008, "TOO_SLOW");
    await harness.settle(() => recorder.heard.length === 1 || "cut");
    expect(recorder.heard).toEqual(["closed 1006 "]);
  });

  test("refuses new clients and keeps the old ones", async () => {
    const [client, connection] = await pair();
    harness.transport.refuse();
    expect(await harness.refusesToConnect()).toBe(true);
    connection.send(bytes("still here"));
    connection.flush();
    await harness.settle(() => client.received.length === 1);
  });

  test("stop cuts everyone and ends when all are gone", async () => {
    const [first] = await pair();
    const [second] = await pair();
    await harness.transport.stop();
    expect(recorders.map((recorder) => recorder.heard)).toEqual([
      ["closed 1006 "],
      ["closed 1006 "],
    ]);
    await harness.settle(() => first.closedWith !== undefined && second.closedWith !== undefined);
    expect(await harness.refusesToConnect()).toBe(true);
    await harness.transport.stop();
  });
});
