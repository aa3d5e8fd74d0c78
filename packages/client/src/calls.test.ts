import { type ErrorCode, limits, RealmError, type RealmErrorOptions } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import type { ConnectOptions } from "./client-options.ts";
import { createAuth } from "./accounts/create-auth.ts";
import type { Client } from "./index.ts";
import { FakeAccounts } from "./testing/fake-accounts.ts";
import type { FakePeer } from "./testing/fake-server.ts";
import type { Glade } from "./testing/glade.ts";
import { Stage } from "./testing/stage.ts";

const told = {
  openCalls: limits.openCalls.value,
  callsPerTenSeconds: limits.callsPerTenSeconds.value,
  callInputBytes: limits.callInputBytes.value,
  bytesInPerSecond: limits.bytesInPerSecond.value,
};
const place = { owner: "me", collection: "saves", key: "one" } as const;
const encodings = ["binary", "msgpack", "json"] as const;

/** A server that takes calls, and a client of it. */
class Home {
  readonly stage = new Stage();
  readonly accounts = new FakeAccounts();
  readonly calls: Parameters<Stage["server"]["onCall"]>[1][] = [];
  peer: FakePeer | undefined;

  constructor() {
    const { server } = this.stage;
    server.limits = told;
    server.accountOf = (token) => token.split(".")[0]!.replace(/^session\d+of/u, "");
    server.onCall = (peer, call) => {
      this.peer = peer;
      this.calls.push(call);
    };
  }

  async connect(
    more: Partial<ConnectOptions> = { guest: {} },
    encoding?: (typeof encodings)[number],
  ): Promise<Client<Glade>> {
    const ports = { ...this.stage.ports, http: this.accounts.http };
    return await this.stage.connect(encoding, { ...more, ports });
  }

  /** Answers the oldest call. */
  answer(output: unknown): void {
    this.peer!.send({ type: "result", id: this.calls.shift()!.id!, payload: { output } });
  }

  refuse(code: ErrorCode, options: RealmErrorOptions = {}): void {
    const payload = new RealmError(code, options).toPayload("rpc");
    this.peer!.send({ type: "error", id: this.calls.shift()!.id!, payload });
  }

  /** Paths asked over HTTP, but those of logins. */
  get asked(): string[] {
    return this.accounts.paths().filter((path) => !/login|refresh/u.test(path));
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    return (error as RealmError).code;
  }
}

describe.each(encodings)("C-RPC1 while the connection is open, in %s", (encoding) => {
  test("operations go over it, and answers find their callers in any order", async () => {
    const home = new Home();
    const client = await home.connect({ guest: {} }, encoding);
    const first = client.call("objects.read", { ...place });
    const second = client.rpc("buy", { item: "sword", note: undefined }, { key: "k-1" });
    const room = home.stage.wait(client.join("glade"));
    await home.stage.pass(100);
    expect((await room).name).toBe("glade");
    const [read, buy] = home.calls.splice(0);
    expect([read!.payload, buy!.payload]).toEqual([
      { operation: "objects.read", input: place },
      {
        operation: "scripts.call",
        input: { script: "buy", args: { item: "sword" } },
        key: "k-1",
      },
    ]);
    home.calls.push(buy!, read!);
    home.answer([null, { gold: -7 }]);
    home.answer({ value: {} });
    await home.stage.pass(100);
    expect([await first, await second]).toEqual([{ value: {} }, [null, { gold: -7 }]]);
    expect(home.asked).toEqual([]);
  });

  test("a refusal is the server's error, with all that it says", async () => {
    const home = new Home();
    const client = await home.connect({ guest: {} }, encoding);
    const refused = client.rpc("buy").catch((error: unknown) => error);
    await home.stage.pass(100);
    const refusal = { code: "TOO_POOR", text: "You have no gold." };
    const problems = [{ path: "/a", expected: "b", got: "c" }];
    home.refuse("SCRIPT_REFUSED", { refusal, problems, retryAfterMs: 7 });
    await home.stage.pass(100);
    expect(await refused).toMatchObject({
      code: "SCRIPT_REFUSED",
      refusal,
      problems,
      retryAfterMs: 7,
    });
    expect(home.asked).toEqual([]);
  });
});

describe("C-RPC2 HTTP is asked", () => {
  test("while there is no connection, and by servers that know no calls", async () => {
    const home = new Home();
    const client = await home.connect();
    home.stage.network.cut();
    expect(await codeOf(client.call("accounts.me", {}))).toBe("done");
    await home.stage.pass(3000);
    home.stage.server.limits = {};
    const other = await home.connect();
    expect(await codeOf(other.call("accounts.me", {}))).toBe("done");
    expect([home.calls, home.asked.length]).toEqual([[], 2]);
  });

  test("for what gives, takes or ends a login", async () => {
    const home = new Home();
    const client = await home.connect();
    await client.call("accounts.ticket", {});
    await client.auth.logout();
    expect([home.calls, home.asked]).toEqual([[], ["/v1/ws-ticket", "/v1/sessions/logout"]]);
  });

  test("when the player is another one than the connection's, or nobody", async () => {
    const home = new Home();
    const ports = { ...home.stage.ports, http: home.accounts.http };
    const auth = createAuth({ url: "ws://server/ws", storage: null, ports });
    await auth.login("ada", "right");
    const client = await home.connect({ auth });
    void client.call("accounts.me", {});
    await home.stage.pass(100);
    expect(home.calls).toHaveLength(1);
    home.answer({});
    await auth.login("bob", "right");
    expect(await client.call("accounts.me", {})).toMatchObject({ account: "bob" });
    await auth.logout();
    expect(await codeOf(client.call("accounts.me", {}))).toBe("AUTH_REQUIRED");
    expect(home.calls).toHaveLength(0);
  });

  test("for what is too large, too deep or too much for the connection", async () => {
    const home = new Home();
    const client = await home.connect();
    const deep = (levels: number): unknown =>
      Array.from({ length: levels }).reduce((inner) => [inner], 1);
    const write = (value: object) =>
      client.call("objects.write", { ...place, value: { ...value } });
    const { value: max } = limits.callInputBytes;
    const rest = JSON.stringify({ ...place, value: { a: "" } }).length;
    void write({ a: "x".repeat(max - rest) });
    void write({ a: deep(limits.jsonDepth.value - 4) });
    await home.stage.pass(100);
    expect([home.calls.length, home.asked.length]).toEqual([2, 0]);
    await write({ a: "x".repeat(max - rest + 1) });
    await write({ a: deep(limits.jsonDepth.value - 3) });
    await write({ a: "\ud800" });
    await write(JSON.parse('{"__proto__":1}') as object);
    expect([home.calls.length, home.asked.length]).toEqual([2, 4]);
    for (let i = 2; i < limits.openCalls.value; i++) void client.call("accounts.me", {});
    await client.call("accounts.me", {});
    await home.stage.pass(100);
    expect([home.calls.length, home.asked.length]).toEqual([limits.openCalls.value, 5]);
  });

  test("before the server would call it a flood", async () => {
    const home = new Home();
    const client = await home.connect();
    const { value: max } = limits.callsPerTenSeconds;
    home.stage.server.onCall = (peer, { id }) => {
      peer.queue({ type: "result", id: id!, payload: { output: {} } });
    };
    for (let i = 0; i < max; i++) {
      await home.stage.wait(client.call("accounts.me", {}));
    }
    expect(home.asked.length).toBeGreaterThan(0);
    expect(home.asked.length).toBeLessThan(max / 2);
    await home.stage.pass(10_000);
    const before = home.asked.length;
    await home.stage.wait(client.call("accounts.me", {}));
    expect(home.asked.length).toBe(before);
  });

  test.each([
    "OPERATION_UNKNOWN",
    "HTTP_ONLY",
    "CALL_TOO_LARGE",
    "CALLS_FULL",
    "CALLS_BUSY",
    "SESSION_ENDED",
    "ACCOUNT_BANNED",
  ] as const)("after %s, by which nothing was done", async (code) => {
    const home = new Home();
    const client = await home.connect();
    const call = codeOf(client.call("objects.write", { ...place, value: {} }));
    await home.stage.pass(100);
    home.refuse(code);
    await home.stage.pass(100);
    expect(await call).toBe("done");
    expect(home.asked).toHaveLength(1);
  });
});

test.each(["INTERNAL", "FORBIDDEN", "RATE_LIMITED", "STORE_UNAVAILABLE"] as const)(
  "C-RPC3 after %s, by which it may have been done, HTTP is not asked, key or none",
  async (code) => {
    for (const options of [{}, { key: "k" }]) {
      const home = new Home();
      const client = await home.connect();
      const call = codeOf(client.call("objects.write", { ...place, value: {} }, options));
      await home.stage.pass(100);
      home.refuse(code);
      await home.stage.pass(100);
      expect(await call).toBe(code);
      expect(home.asked).toEqual([]);
    }
  },
);

test("C-RPC3 a connection that is closed for good says why, and HTTP is not asked", async () => {
  const home = new Home();
  const client = await home.connect();
  const call = codeOf(client.call("objects.read", place));
  await home.stage.pass(100);
  home.peer!.fail("ACCOUNT_BANNED");
  await home.stage.pass(100);
  expect(client.state).toBe("closed");
  expect(await call).toBe("ACCOUNT_BANNED");
  expect(home.asked).toEqual([]);
});

test("C-RPC2 calls take half of the bytes that a connection has in a second, spread over ten", async () => {
  const home = new Home();
  home.stage.server.limits = { ...told, openCalls: 99, bytesInPerSecond: 8000 };
  const client = await home.connect();
  const value = { a: "x".repeat(900) };
  const { length } = JSON.stringify({ ...place, value });
  const most = Math.floor(4000 / length);
  for (let i = 0; i < most; i++) void client.call("objects.write", { ...place, value });
  await home.stage.pass(100);
  expect([home.calls.length, home.asked.length]).toEqual([most, 0]);
  await client.call("objects.write", { ...place, value });
  expect([home.calls.length, home.asked.length]).toEqual([most, 1]);
  await home.stage.pass(10_001);
  void client.call("objects.write", { ...place, value });
  await home.stage.pass(100);
  expect([home.calls.length, home.asked.length]).toEqual([most + 1, 1]);
});

describe("C-RPC3 when the connection is lost before the answer", () => {
  const write = { ...place, value: {} };
  const cases: [string, (client: Client<Glade>) => Promise<unknown>, string][] = [
    ["what reads is asked for again", (client) => client.call("objects.read", place), "done"],
    ["what has a key too", (client) => client.call("objects.write", write, { key: "k" }), "done"],
    ["a script with a key too", (client) => client.rpc("buy", {}, { key: "k" }), "done"],
    ["what writes is not", (client) => client.call("objects.write", write), "CONNECTION_LOST"],
    ["a script is not", (client) => client.rpc("buy"), "CONNECTION_LOST"],
    [
      "what heeds no key is not",
      (client) => client.call("accounts.unban", { account: "a" }, { key: "k" }),
      "CONNECTION_LOST",
    ],
  ];

  test.each(cases)("%s", async (_, ask, code) => {
    const home = new Home();
    const client = await home.connect();
    const call = codeOf(ask(client));
    await home.stage.pass(100);
    expect(home.calls).toHaveLength(1);
    home.stage.network.cut();
    await home.stage.pass(100);
    expect(await call).toBe(code);
    expect(home.asked).toHaveLength(code === "done" ? 1 : 0);
    const { key } = home.calls[0]!.payload;
    if (code === "done" && key !== undefined) {
      expect(home.accounts.asked.at(-1)?.headers["idempotency-key"]).toBe(key);
    }
  });

  test.each(cases)("and when the answer does not fit: %s", async (_, ask, code) => {
    const home = new Home();
    const client = await home.connect();
    const call = codeOf(ask(client));
    await home.stage.pass(100);
    home.refuse("ANSWER_UNFIT");
    await home.stage.pass(100);
    expect(await call).toBe(code === "done" ? "done" : "ANSWER_UNFIT");
    expect(home.asked).toHaveLength(code === "done" ? 1 : 0);
  });

  test("an answer of the connection before is nobody's", async () => {
    const home = new Home();
    const client = await home.connect();
    const call = codeOf(client.call("objects.write", write));
    await home.stage.pass(100);
    const { id } = home.calls[0]!;
    home.stage.network.cut();
    await home.stage.pass(3000);
    expect(await call).toBe("CONNECTION_LOST");
    const { peer } = home.stage.server;
    peer.send({ type: "result", id: id!, payload: { output: {} } });
    await home.stage.pass(100);
    expect(client.state).toBe("open");
  });

  test("a client that is closed asks nobody any more", async () => {
    const home = new Home();
    const client = await home.connect();
    const call = codeOf(client.call("objects.read", place));
    await home.stage.pass(100);
    client.close();
    expect(await call).toBe("CLIENT_CLOSED");
    expect(home.asked).toEqual([]);
  });
});

test("C-RPC4 a page that has tickets alone asks on its connection", async () => {
  const home = new Home();
  const client = await home.connect({ ticketProvider: () => "ticket" });
  const call = client.call("accounts.me", {});
  await home.stage.pass(100);
  home.answer({ account: "a" });
  await home.stage.pass(100);
  expect(await call).toEqual({ account: "a" });
  const refused = codeOf(client.call("accounts.me", {}));
  await home.stage.pass(100);
  home.refuse("SESSION_ENDED");
  await home.stage.pass(100);
  expect(await refused).toBe("SESSION_ENDED");
  home.stage.network.cut();
  expect(await codeOf(client.call("accounts.me", {}))).toBe("AUTH_REQUIRED");
  expect(home.accounts.asked).toEqual([]);
});
