import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../scheduler/system-clock.ts";
import { createServer, type Server, type ServerOptions } from "../server.ts";
import { onEachDatabase } from "../sql/testing/on-each-database.ts";
import { arena } from "../testing/arena.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { WsClient } from "../testing/ws-client.ts";
import { openBackend, type Backend, type BackendOptions } from "./backend.ts";

// real sockets and threads, on machines that may be busy with other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const secret = new Uint8Array(32).fill(5);
const password = "correct horse battery";

interface Login {
  readonly token: string;
  readonly refreshToken: string;
  readonly account: string;
}

/** A server with accounts, and clients of it. */
class Stage {
  readonly log = new RecordedLog();
  readonly #clients: WsClient[] = [];
  backend!: Backend;
  server!: Server;

  async start(
    url: string,
    more: Partial<ServerOptions> = {},
    backend: Partial<BackendOptions> = {},
  ): Promise<void> {
    const common = { log: this.log, secret };
    this.backend = await openBackend({
      ...common,
      game: "arena",
      database: { url },
      clock: systemClock(),
      random: (length) => randomBytes(length),
      hashing: { cost: { memoryKib: 8, passes: 1, lanes: 1 } },
      ...backend,
    });
    const { services } = this.backend;
    this.server = createServer({ ...common, game: arena(), http: { port: 0 }, services, ...more });
    await this.server.start();
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#clients.splice(0)) socket.terminate();
    await this.server?.stop();
    await this.backend?.close();
  }

  async ask(path: string, body: object, token?: string): Promise<Response> {
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return await fetch(`${this.server.url}${path}`, init);
  }

  async login(path: string, body: object): Promise<Login> {
    return (await (await this.ask(path, body)).json()) as Login;
  }

  /** An account of a role; the first admin is made by the operator, in the store. */
  async staff(role: "moderator" | "admin"): Promise<Login> {
    const body = { username: `the-${role}`, password };
    const { account } = await this.login("/register", body);
    const { db } = this.backend.store;
    await db.updateTable("accounts").set({ role }).where("id", "=", account).execute();
    return await this.login("/login", body);
  }

  async connect(token: string): Promise<WsClient> {
    return this.#kept(await WsClient.open(this.server.url, { token }));
  }

  async enter(said: Parameters<typeof WsClient.enter>[1]): Promise<WsClient> {
    return this.#kept(await WsClient.enter(this.server.url, said));
  }

  /** Whether a token opens a session, over a socket of its own. */
  async refusal(token: string): Promise<string> {
    const client = await this.enter({ query: `?token=${token}` });
    return await client.closed();
  }

  #kept(client: WsClient): WsClient {
    this.#clients.push(client);
    return client;
  }
}

let stage: Stage;
afterEach(() => stage.stop());

describe.each([0, 2])("with %i edge threads", (edges) => {
  const start = async (more: Partial<ServerOptions> = {}): Promise<void> => {
    stage = new Stage();
    await stage.start("sqlite::memory:", { edges, ...more });
  };

  test("[S-AUTH22] a token in the query opens a session and joins the room", async () => {
    await start();
    const { token, account } = await stage.login("/guest-login", { name: "Ada" });
    const client = await stage.enter({ query: `?token=${token}&game_id=arena` });
    expect((await client.next("welcome")).payload).toMatchObject({ account, name: "Ada" });
    const { room } = (await client.next("joined")).payload;
    const second = await stage.enter({ query: `?token=${token}&game_id=${room}` });
    expect((await second.next("joined")).payload.room).toBe(room);
    expect(JSON.stringify(stage.log)).not.toContain(token);
  });

  test("[S-AUTH22] an unknown room is told, and the session stays", async () => {
    await start();
    const { token } = await stage.login("/guest-login", {});
    const client = await stage.enter({ query: `?token=${token}&game_id=nowhere` });
    expect((await client.next("error")).payload).toMatchObject({
      code: "ROOM_UNKNOWN",
      type: "join",
    });
    expect((await client.join("arena")).name).toBe("arena");
  });

  test("[S-AUTH22] a room named before the auth message is joined after it", async () => {
    await start();
    const { token } = await stage.login("/guest-login", {});
    const client = await stage.enter({ query: "?game_id=cave" });
    client.send({ type: "auth", id: 1, payload: { token, protocol: 1 } });
    expect((await client.next("joined")).payload.name).toBe("cave");
  });

  test("[S-AUTH22] a token in the query is refused where that is switched off", async () => {
    await start({ http: { port: 0, queryToken: false } });
    const { token } = await stage.login("/guest-login", {});
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    const { request } = await import("node:http");
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const asked = request(`${stage.server.url}/ws?token=${token}`, { headers: upgrade });
    asked.on("response", ({ statusCode }) => resolve(statusCode)).on("error", reject);
    asked.on("upgrade", () => reject(new Error("It was let in.")));
    asked.end();
    expect(await promise).toBe(400);
  });

  test("[S-AUTH19] a ticket opens one session, for its origin", async () => {
    await start();
    const { token, account } = await stage.login("/guest-login", {});
    const { origin } = new URL(stage.server.url);
    const given = await stage.ask("/v1/ws-ticket", { origin }, token);
    const { ticket } = (await given.json()) as { ticket: string };
    const client = await stage.enter({ ticket, origin });
    expect((await client.next("welcome")).payload.account).toBe(account);
    const again = await stage.enter({ ticket, origin });
    expect(await again.closed()).toContain("TICKET_INVALID");
    const other = await stage.ask("/v1/ws-ticket", { origin }, token);
    const elsewhere = await stage.enter({ ...((await other.json()) as { ticket: string }) });
    expect(await elsewhere.closed()).toContain("TICKET_INVALID");
  });

  test("[S-AUTH23] a logout closes the connections of that login, and no others", async () => {
    await start();
    const body = { username: "ada", password };
    const phone = await stage.login("/register", body);
    const laptop = await stage.login("/login", body);
    const [first, second] = [await stage.connect(phone.token), await stage.connect(laptop.token)];
    expect((await stage.ask("/v1/sessions/logout", {}, phone.token)).status).toBeLessThan(300);
    expect(await first.closed()).toContain("SESSION_ENDED");
    expect((await second.join("arena")).name).toBe("arena");
    expect(await stage.refusal(phone.token)).toContain("SESSION_ENDED");
  });

  test("[S-AUTH23] a ban closes all and gives the seats up; a new role closes them", async () => {
    await start();
    const admin = await stage.staff("admin");
    const eve = await stage.login("/register", { username: "eve", password });
    const bob = await stage.login("/register", { username: "bob", password });
    const [e, b] = [await stage.connect(eve.token), await stage.connect(bob.token)];
    await e.join("arena");
    await b.join("arena");
    const path = `/v1/accounts/${eve.account}`;
    const ban = await stage.ask(`${path}/ban`, { reason: "cheats" }, admin.token);
    expect(ban.status).toBe(200);
    expect(await e.closed()).toContain("ACCOUNT_BANNED");
    await vi.waitFor(() => expect(stage.server.stats().rooms[0]?.players).toBe(1));
    const role = { role: "moderator" };
    const raised = await fetch(`${stage.server.url}/v1/accounts/${bob.account}/role`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${admin.token}` },
      body: JSON.stringify(role),
    });
    expect(raised.status).toBe(200);
    expect(await b.closed()).toContain("SESSION_ENDED");
  });

  test("[S-AUTH23] what a command has ended in the store is closed too", async () => {
    await start();
    const { token, account } = await stage.login("/register", { username: "eve", password });
    const client = await stage.connect(token);
    const { db } = stage.backend.store;
    const changes = { ban_reason: "by the operator", ended_ms: Date.now(), version: 7 };
    await db.updateTable("accounts").set(changes).where("id", "=", account).execute();
    expect(await client.closed()).toContain("ACCOUNT_BANNED");
  });

  test("[S-AUTH24] guests are refused where they are switched off", async () => {
    stage = new Stage();
    await stage.start("sqlite::memory:", { edges }, { guests: false });
    const answer = await stage.ask("/guest-login", {});
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "GUESTS_OFF" });
  });
});

test("[S-AUTH18] what an account has goes with it, and /readyz says when the store is away", async () => {
  stage = new Stage();
  await stage.start("sqlite::memory:");
  const { token } = await stage.login("/guest-login", {});
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const path = `${stage.server.url}/v1/objects/me/saves/first`;
  const put = { method: "PUT", headers, body: JSON.stringify({ value: { level: 3 } }) };
  expect((await fetch(path, put)).status).toBeLessThan(300);
  const { db } = stage.backend.store;
  expect(await db.selectFrom("objects").selectAll().execute()).toHaveLength(1);
  expect((await stage.ask("/v1/accounts/me/delete", {}, token)).status).toBeLessThan(300);
  expect(await db.selectFrom("objects").selectAll().execute()).toEqual([]);
  const ready = async (): Promise<number> => (await fetch(`${stage.server.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  await stage.backend.store.close();
  await vi.waitFor(async () => expect(await ready()).toBe(503), { timeout: 15_000 });
});

onEachDatabase((database) => {
  test.runIf(database.isShared)(
    "[S-AUTH23] a logout holds over HTTP, on sockets, after a restart",
    async () => {
      const place = await database.url();
      stage = new Stage();
      await stage.start(place);
      const { token, refreshToken } = await stage.login("/register", { username: "ada", password });
      await stage.ask("/v1/sessions/logout", {}, token);
      const refused = async (): Promise<void> => {
        const me = await fetch(`${stage.server.url}/v1/accounts/me`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(await me.json()).toMatchObject({ code: "SESSION_ENDED" });
        expect(await stage.refusal(token)).toContain("SESSION_ENDED");
        const refreshed = await stage.ask("/v1/sessions/refresh", { refreshToken });
        expect(refreshed.status).toBe(401);
      };
      await refused();
      await stage.stop();
      await stage.start(place);
      await refused();
    },
  );

  test("[S-AUTH18] accounts, objects and sessions are of one store", async () => {
    stage = new Stage();
    await stage.start(await database.url());
    const { token } = await stage.login("/guest-login", { name: "Ada" });
    const path = `${stage.server.url}/v1/objects/me/saves/first`;
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const body = JSON.stringify({ value: { level: 3 } });
    const written = await fetch(path, { method: "PUT", headers, body });
    expect(written.status).toBeLessThan(300);
    expect(await (await fetch(path, { headers })).json()).toMatchObject({ value: { level: 3 } });
  });
});
