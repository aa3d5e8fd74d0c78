import { describe, expect, test } from "vitest";
import type { ConnectOptions } from "../client-options.ts";
import type { Client } from "../index.ts";
import { FakeAccounts, SharedStorage } from "../testing/fake-accounts.ts";
import type { Glade } from "../testing/glade.ts";
import { Stage } from "../testing/stage.ts";
import type { Auth } from "./auth.ts";
import { createAuth } from "./create-auth.ts";

const url = "ws://server/ws";

/** A server with accounts, and the device of one player. */
class Home {
  readonly stage = new Stage();
  readonly accounts = new FakeAccounts();
  readonly storage = new SharedStorage();
  readonly ended: string[] = [];

  constructor() {
    this.stage.server.onAuth = (token) =>
      this.accounts.isGood(token) ? undefined : "TOKEN_EXPIRED";
  }

  get ports(): ConnectOptions["ports"] {
    return { ...this.stage.ports, http: this.accounts.http };
  }

  async login(): Promise<Auth> {
    const auth = createAuth({ url, storage: this.storage, ports: { ...this.ports } });
    auth.onEnded(({ code }) => this.ended.push(code));
    await auth.login("ada", "right");
    return auth;
  }

  async connect(more: Partial<ConnectOptions>): Promise<Client<Glade>> {
    return await this.stage.connect("binary", { ...more, ports: { ...this.ports } });
  }
}

describe("C-ACC4 a connection with a login", () => {
  test("comes back into its seat with a token of then", async () => {
    const home = new Home();
    const client = await home.connect({ auth: await home.login() });
    const room = await home.stage.join(client);
    await home.stage.pass(600_000);
    home.stage.network.cut();
    await home.stage.pass(3000);
    expect([client.state, client.isResumed, room.isLive]).toEqual(["open", true, true]);
    expect(home.accounts.paths()).toEqual(["/v1/login", "/v1/sessions/refresh"]);
    expect(client.auth.profile).toMatchObject({ account: "ada" });
    client.close();
    // the session is over, the login is not
    expect(home.storage.items.size).toBe(1);
  });

  test.each(["TOKEN_EXPIRED", "SESSION_ENDED"] as const)(
    "goes on in its seat after %s, where the login lasts",
    async (code) => {
      const home = new Home();
      const client = await home.connect({ auth: await home.login() });
      const room = await home.stage.join(client);
      home.stage.server.peer.fail(code);
      await home.stage.pass(3000);
      expect([client.state, room.isLive]).toEqual(["open", true]);
      const tokens = home.stage.server.peers.map((peer) => peer.of("auth")[0]?.payload.token);
      expect(new Set(tokens).size).toBe(2);
      expect(home.ended).toEqual([]);
    },
  );
});

describe("C-ACC6 a login that ends", () => {
  test.each(["SESSION_ENDED", "ACCOUNT_BANNED"] as const)(
    "by %s ends its connection for good",
    async (code) => {
      const home = new Home();
      const auth = await home.login();
      const client = await home.connect({ auth });
      let reason: unknown;
      client.onClosed((error) => (reason = error));
      home.accounts.endAll();
      home.stage.server.peer.fail(code);
      await home.stage.pass(3000);
      expect(client.state).toBe("closed");
      expect(reason).toMatchObject({ code });
      expect([home.ended, auth.profile, home.storage.items.size]).toEqual([[code], undefined, 0]);
      const { accepted } = home.stage.network;
      await expect(home.connect({ auth })).rejects.toMatchObject({ code });
      expect(home.stage.network.accepted).toBe(accepted);
    },
  );

  test("is none while nobody answers", async () => {
    const home = new Home();
    const client = await home.connect({ auth: await home.login() });
    await home.stage.pass(600_000);
    home.accounts.faults.push("silence", "INTERNAL", "RATE_LIMITED", "lost answer");
    home.stage.network.cut();
    await home.stage.pass(30_000);
    expect([client.state, client.isResumed, home.ended]).toEqual(["open", true, []]);
  });
});

describe("C-ACC8 a guest", () => {
  const session = (): SharedStorage => new SharedStorage();

  test("stays who it is when its token has ended", async () => {
    const home = new Home();
    const storage = session();
    const client = await home.connect({ guest: { name: "Ada" }, storage });
    await home.stage.pass(600_000);
    home.stage.network.cut();
    await home.stage.pass(3000);
    expect([client.state, client.isResumed]).toEqual(["open", true]);
    expect(client.auth.profile).toMatchObject({ account: "guest-1", isGuest: true });
    // and so it does on a page that is loaded anew
    await home.stage.pass(600_000);
    const again = await home.connect({ guest: { name: "Ada" }, storage });
    expect(again.auth.profile).toMatchObject({ account: "guest-1" });
    expect(home.accounts.paths()).toEqual([
      "/guest-login",
      "/v1/sessions/refresh",
      "/v1/sessions/refresh",
    ]);
  });

  test("of another day, whose login is over, is followed by a new one", async () => {
    const home = new Home();
    const storage = session();
    await home.connect({ guest: {}, storage });
    home.accounts.endAll();
    const again = await home.connect({ guest: {}, storage });
    expect(again.auth.profile).toMatchObject({ account: "guest-2" });
  });

  test("whose login ends while it plays is not", async () => {
    const home = new Home();
    const storage = session();
    const client = await home.connect({ guest: {}, storage });
    let reason: unknown;
    client.onClosed((error) => (reason = error));
    home.accounts.endAll();
    home.stage.server.peer.fail("SESSION_ENDED");
    await home.stage.pass(5000);
    expect(reason).toMatchObject({ code: "SESSION_ENDED" });
    expect([client.stats.reconnects, storage.items.size]).toEqual([1, 0]);
    expect(home.accounts.paths()).toEqual(["/guest-login", "/v1/sessions/refresh"]);
  });

  test("from before the page was loaded neither, once the server has let it in", async () => {
    const home = new Home();
    const storage = session();
    await home.connect({ guest: {}, storage });
    const again = await home.connect({ guest: {}, storage });
    home.accounts.endAll();
    home.stage.server.peer.fail("SESSION_ENDED");
    await home.stage.pass(5000);
    expect([again.state, again.auth.profile]).toEqual(["closed", undefined]);
    expect(home.accounts.paths()).toEqual(["/guest-login", "/v1/sessions/refresh"]);
  });

  test("who has logged out does not come back as another", async () => {
    const home = new Home();
    const client = await home.connect({ guest: {} });
    await client.auth.logout();
    home.stage.server.peer.fail("SESSION_ENDED");
    await home.stage.pass(5000);
    expect(client.state).toBe("closed");
    expect(home.accounts.paths()).toEqual(["/guest-login", "/v1/sessions/logout"]);
  });
});

describe("C-ACC10 without a login", () => {
  test("nothing is connected", async () => {
    const home = new Home();
    const auth = createAuth({ url, storage: null, ports: { ...home.ports } });
    await expect(home.connect({ auth })).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
    expect([home.stage.network.accepted, home.accounts.asked]).toEqual([0, []]);
  });

  test("an auth that createAuth has not made is none", async () => {
    const home = new Home();
    const auth = { token: () => Promise.resolve("t") } as unknown as Auth;
    await expect(home.connect({ auth })).rejects.toBeInstanceOf(TypeError);
  });
});

describe("C-ACC11 tickets", () => {
  test("open one connection each, in the place of auth", async () => {
    const home = new Home();
    const used: string[] = [];
    home.stage.server.onAuth = (ticket) => {
      const isNew = !used.includes(ticket);
      used.push(ticket);
      return isNew ? undefined : "TICKET_INVALID";
    };
    let given = 0;
    const ticketProvider = (): string => `ticket-${++given}`;
    const client = await home.connect({ ticketProvider });
    const room = await home.stage.join(client);
    let left = "";
    room.onLeft(({ code }) => (left = code));
    home.stage.network.cut();
    await home.stage.pass(3000);
    expect([client.state, client.isResumed, left]).toEqual(["open", false, "RESUME_INVALID"]);
    expect(used).toEqual(["ticket-1", "ticket-2"]);
    expect(home.stage.server.peers.flatMap((peer) => peer.of("auth"))).toEqual([]);
    await expect(client.rpc("buy")).rejects.toMatchObject({ code: "AUTH_REQUIRED" });
    expect(home.accounts.asked).toEqual([]);
    expect(given).toBe(2);
  });

  test("that are refused are replaced, at most three in a row", async () => {
    const home = new Home();
    home.stage.server.onAuth = () => "TICKET_INVALID";
    let given = 0;
    const ticketProvider = (): string => `ticket-${++given}`;
    await expect(home.connect({ ticketProvider })).rejects.toMatchObject({
      code: "TICKET_INVALID",
    });
    expect(given).toBe(4);
  });
});

test("C-ACC1 a client asks in its player's name, until it is closed", async () => {
  const home = new Home();
  home.stage.server.onAuth = () => undefined;
  const client = await home.connect({ token: "mine" });
  expect(client.auth.profile).toBeUndefined();
  await expect(client.rpc("buy", { item: "sword" }, { key: "k1" })).rejects.toMatchObject({
    code: "SESSION_ENDED",
  });
  expect(home.accounts.asked).toEqual([
    {
      method: "POST",
      url: "http://server/api/rpc",
      headers: { authorization: "Bearer mine", "idempotency-key": "k1" },
      body: { script: "buy", args: { item: "sword" } },
    },
  ]);
  client.close();
  await expect(client.call("accounts.me", {})).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
});

test("C-ACC10 the application's token gives way to a login", async () => {
  const home = new Home();
  home.stage.server.onAuth = () => undefined;
  const client = await home.connect({ token: "mine" });
  await client.auth.login("ada", "right");
  home.stage.network.cut();
  await home.stage.pass(3000);
  expect(home.stage.server.peer.of("auth")[0]?.payload.token).toMatch(/ofada/);
});
