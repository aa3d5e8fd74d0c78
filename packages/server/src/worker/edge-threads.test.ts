import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { limits, RealmError } from "@realmwright/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GameFiles } from "../assets/game-files.ts";
import { GuestLogin } from "../auth/guest-login.ts";
import { SecretTokenVerifier } from "../auth/token-verifier.ts";
import { ThreadBus } from "../bus/threads/thread-bus.ts";
import type { CallOutcome, SocketCall } from "../services/socket-calls.ts";
import { addCounters, newCounters } from "../edge/counters.ts";
import { Host } from "../host/host.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { arena } from "../testing/arena.ts";
import { RawSocket } from "../testing/raw-socket.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { RecordedMetrics } from "../testing/recorded-metrics.ts";
import { until } from "../testing/until.ts";
import { WsClient } from "../testing/ws-client.ts";
import { loopbackHosts } from "../transports/peers.ts";
import { EdgeThreads } from "./edge-threads.ts";
import { hostAddress } from "./worker-messages.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const rules = { secret: new Uint8Array(32).fill(5), issuer: "realmwright", audience: "arena" };
const random = (length: number): Uint8Array => randomBytes(length);
const clock = systemClock();

let host: Host;
let bus: ThreadBus;
let log: RecordedLog;
let workers: Worker[];
let asked: { call: SocketCall; resolve: (of: CallOutcome) => void; ended: number }[];
let threads: EdgeThreads;
let url: string;
let clients: WsClient[];

function threadsOn(port: number, count: number): EdgeThreads {
  return new EdgeThreads({
    count,
    bus,
    clock,
    log,
    verifier: new SecretTokenVerifier(rules, () => clock.wallMs()),
    tickets: { take: () => Promise.reject(new RealmError("TICKET_INVALID")) },
    caller: {
      call: (call, resolve) => {
        const one = { call, resolve, ended: 0 };
        asked.push(one);
        return () => void one.ended++;
      },
    },
    queryToken: true,
    peers: { hosts: loopbackHosts, origins: [], proxyHops: 0 },
    limits: {},
    listen: { host: "127.0.0.1", port },
    httpSocket: "/nonexistent/http.sock",
    spawn: (file, options) => {
      const worker = new Worker(file, options);
      workers.push(worker);
      return worker;
    },
  });
}

async function open(name: string, resume?: WsClient): Promise<WsClient> {
  const { token } = await new GuestLogin(rules, { clock, random }).login(name);
  const more = resume === undefined ? { token } : { resume };
  const client = await WsClient.open(url, { encoding: "binary", ...more });
  clients.push(client);
  return client;
}

beforeEach(async () => {
  log = new RecordedLog();
  workers = [];
  asked = [];
  clients = [];
  const ports = { clock, log, randomBytes: random, metrics: new RecordedMetrics() };
  host = await Host.start({ ...ports, game: arena(), files: new GameFiles(undefined) });
  bus = new ThreadBus(hostAddress);
  host.listen(bus);
  threads = threadsOn(0, 1);
  url = `http://127.0.0.1:${await threads.start()}`;
});
afterEach(async () => {
  for (const client of clients) client.socket.terminate();
  await threads.stop();
  host.close();
  bus.close();
});

test("[S-LIFE1] a thread that dies is replaced on the same port, and its players come back into their seats", async () => {
  const ada = await open("Ada");
  await ada.join("arena");
  await workers[0]!.terminate();
  expect(await ada.closed()).toMatch(/^1006/);
  await until(() => host.sessionCount === 0 || "the host knows");
  expect(host.rooms()).toMatchObject([{ players: 1 }]);
  await until(() => threads.size === 1 || "another thread");
  await until(() => workers.length === 2 && host.rooms().length === 1);
  await reachable(url);
  const back = await open("Ada", ada);
  expect(back.welcome!.resumed).toBe(true);
  expect((await back.next("joined")).payload).toMatchObject({ resumed: true });
  expect(log.lines.map(({ message }) => message)).toContain(
    "An edge thread is gone; another takes its place.",
  );
});

test("[S-RPC9] the main thread is asked for operations, by who the session is", async () => {
  const ada = await open("Ada");
  const call = (id: number) => {
    const payload = { operation: "objects.read", input: { of: [id] }, key: "k" };
    ada.send({ type: "rpc", id, payload });
  };
  for (const id of [1, 2]) call(id);
  await until(() => asked.length === 2 || "two calls");
  const { account } = ada.welcome!;
  expect(asked.map((one) => one.call)).toMatchObject([
    { identity: { account, isGuest: true }, address: "127.0.0.1", input: { of: [1] }, key: "k" },
    { identity: { account }, operation: "objects.read", input: { of: [2] } },
  ]);
  asked[1]!.resolve({ output: '{"a":[null]}' });
  expect(await ada.next("result")).toMatchObject({ id: 2, payload: { output: { a: [null] } } });
  asked[0]!.resolve({ error: new RealmError("NOT_FOUND").toPayload("rpc") });
  expect(await ada.next("error")).toMatchObject({ id: 1, payload: { code: "NOT_FOUND" } });
  // the answers have been taken
  await until(() => asked.every(({ ended }) => ended === 1) || "their ends");
  call(3);
  await until(() => asked.length === 3 || "a third call");
  ada.socket.terminate();
  await until(() => asked[2]!.ended === 1 || "the end of who asked");
});

test("[S-RPC9] what a thread that died has asked for is answered to nobody", async () => {
  const ada = await open("Ada");
  ada.send({ type: "rpc", id: 1, payload: { operation: "objects.read" } });
  await until(() => asked.length === 1 || "a call");
  await workers[0]!.terminate();
  await until(() => workers.length === 2 || "another thread");
  expect(asked[0]!.ended).toBe(1);
  asked[0]!.resolve({ output: '"late"' });
  await reachable(url);
  const back = await open("Ada", ada);
  back.send({ type: "rpc", id: 1, payload: { operation: "objects.list" } });
  await until(() => asked.length === 2 || "another call");
  asked[1]!.resolve({ output: '"new"' });
  expect(await back.next("result")).toMatchObject({ payload: { output: "new" } });
});

test("[S-NET8] what a thread that died has counted is forgotten", async () => {
  const port = Number(new URL(url).port);
  const strangers: RawSocket[] = [];
  const upgrade = (): Promise<number> => {
    const socket = new RawSocket(port);
    strangers.push(socket);
    return socket.upgrade();
  };
  for (let i = 0; i < limits.pendingHandshakesPerAddress.value; i++) {
    expect(await upgrade()).toBe(101);
  }
  expect(await upgrade()).toBe(429);
  await workers[0]!.terminate();
  await until(() => workers.length === 2 || "another thread");
  await reachable(url);
  expect(await upgrade()).toBe(101);
  for (const socket of strangers) socket.destroy();
});

test("[S-LOG2] what a thread has counted is known a second later, and not lost with it", async () => {
  const ada = await open("Ada");
  await ada.join("arena");
  const snapshots = (): number => {
    const sum = newCounters();
    for (const counters of threads.counters()) addCounters(sum, counters);
    return sum.snapshots;
  };
  await until(() => snapshots() > 0 || "counters");
  const before = snapshots();
  await threads.stop();
  expect(snapshots()).toBeGreaterThanOrEqual(before);
  expect(threads.size).toBe(0);
});

test("[S-LIFE2] a main thread that does not answer HTTP is a 503 with a hint", async () => {
  const response = await fetch(`${url}/livez`);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await response.json()).toMatchObject({ code: "SERVER_DRAINING" });
});

test("a stranger on the port is an error, and no thread is left", async () => {
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const others = threadsOn((stranger.address() as AddressInfo).port, 2);
  await expect(others.start()).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(others.size).toBe(0);
  stranger.close();
});

async function reachable(base: string): Promise<void> {
  let answered = false;
  await until(
    () => {
      fetch(base).then(
        () => (answered = true),
        () => undefined,
      );
      return answered || "a listener";
    },
    { timeoutMs: 10_000 },
  );
}
