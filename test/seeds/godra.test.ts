// The walk-through of the seed Godra, as a person would do it with curl and a WebSocket client, against the game `lobby`: on
// SQLite alone, and on PostgreSQL with Redis.
import { execFile } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { PrivateServer } from "../../packages/server/src/hot/testing/private-server.ts";
import { PostgresCluster } from "../../packages/server/src/sql/testing/postgres-cluster.ts";
import { GameFolder, serve, type Serving } from "../cli/support/command.ts";
import { root } from "../tidy/repository.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const curl = ["/usr/bin/curl", "/bin/curl", "/usr/local/bin/curl"].find((file) => existsSync(file));
const programs = process.env["POSTGRES_BIN"] ?? "";
const redisServer = process.env["REDIS_SERVER"] ?? "";
const isWhole = (programs !== "" && redisServer !== "") || Boolean(process.env["CI"]);
if (!isWhole)
  console.warn("SKIPPED in part: the walk-through on PostgreSQL with Redis needs both.");

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks as a person does, with curl; where there is none, as a program does. */
async function ask(
  url: string,
  init: { readonly token?: string; readonly body?: object } = {},
): Promise<Answer> {
  const headers: [string, string][] = [
    ...(init.body === undefined ? [] : [["content-type", "application/json"] as [string, string]]),
    ...(init.token === undefined
      ? []
      : [["authorization", `Bearer ${init.token}`] as [string, string]]),
  ];
  const method = init.body === undefined ? "GET" : "POST";
  const data = init.body === undefined ? undefined : JSON.stringify(init.body);
  if (curl === undefined) {
    const response = await fetch(url, {
      method,
      headers,
      ...(data && { body: data }),
    });
    return { status: response.status, body: await response.text() };
  }
  const { stdout } = await promisify(execFile)(curl, [
    ...["--silent", "--show-error", "--request", method, "--write-out", "\n%{http_code}"],
    ...headers.flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...(data === undefined ? [] : ["--data", data]),
    url,
  ]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

interface Message {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A WebSocket client that knows JSON and no more. */
class Socket {
  readonly messages: Message[] = [];
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (data) => {
      this.messages.push(JSON.parse((data as Buffer).toString()) as Message);
    });
  }

  async next(type: string, fits: (payload: Message["payload"]) => boolean = () => true) {
    const found = (): Message | undefined =>
      this.messages.find((message) => message.type === type && fits(message.payload));
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    return found()!.payload;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Whether a message brings this value of a field of the room's state: by a step of its own, or in the whole. */
const brings =
  (field: string, value: string) =>
  (payload: Message["payload"]): boolean => {
    const text = JSON.stringify(payload);
    const step = `"path":"/state/${field}","value":${JSON.stringify(value)}`;
    return text.includes(step) || text.includes(`"${field}":${JSON.stringify(value)}`);
  };

describe.each(["SQLite and no Redis", "PostgreSQL and Redis"])("on %s", (place) => {
  const isLarge = place.startsWith("PostgreSQL");
  let cluster: PostgresCluster | undefined;
  let redis: PrivateServer | undefined;
  let game: GameFolder | undefined;
  let serving: Serving | undefined;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    if (isLarge && !isWhole) return;
    game = new GameFolder({});
    cpSync(path.join(root, "games/lobby"), game.path, { recursive: true });
    const flags: string[] = [];
    if (isLarge) {
      cluster = await PostgresCluster.start(programs);
      redis = await PrivateServer.start(redisServer);
      game.write("config.yaml", `redis:\n  url: ${redis.url}\n`);
      const keywords = cluster.keywords(await cluster.database());
      flags.push("-db-type", "postgres", "-db-dsn", keywords);
    }
    serving = await serve(["start", game.path, "--port", "0", "--log", "debug", ...flags]);
  });
  afterAll(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await serving?.child.stop();
    game?.remove();
    await redis?.stop();
    await cluster?.stop();
  });

  test.skipIf(isLarge && !isWhole)("the seed's walk-through does what the seed says", async () => {
    const { url, child } = serving!;
    const login = { username: `ada-${process.pid}`, password: "a long enough secret" };

    const registered = await ask(`${url}/register`, { body: login });
    expect(registered.status).toBe(201);
    const entered = await ask(`${url}/login`, { body: login });
    expect(entered.status).toBe(200);
    const { token } = JSON.parse(entered.body) as { token: string };
    expect(token.split(".")).toHaveLength(3);
    const wrong = await ask(`${url}/login`, { body: { ...login, password: "another secret" } });
    expect(wrong.status).toBe(401);
    const guest = await ask(`${url}/guest-login`, { body: {} });
    expect(guest.status).toBe(200);
    const { token: guestToken } = JSON.parse(guest.body) as { token: string };

    const beside = { ...login, username: `bob-${process.pid}` };
    expect(await ask(`${url}/auth/register`, { body: beside })).toMatchObject({ status: 201 });
    const again = await ask(`${url}/auth/login`, { body: beside });
    expect(again.status).toBe(200);
    const { token: otherToken } = JSON.parse(again.body) as { token: string };
    const livekit = `${url}/auth/token?room=lobby`;
    expect((await ask(livekit)).status).toBe(401);
    const off = await ask(livekit, { token: otherToken });
    expect(JSON.parse(off.body)).toMatchObject({ code: "LIVEKIT_OFF", status: off.status });

    const create = { script: "create_lobby", args: { name: "Friday" } };
    const without = await ask(`${url}/api/rpc`, { body: create });
    expect(without.status).toBe(401);
    expect(JSON.parse(without.body)).toMatchObject({ code: "AUTH_REQUIRED" });
    const made = await ask(`${url}/api/rpc`, { token, body: create });
    expect(made.status).toBe(200);
    const { id } = JSON.parse(made.body) as { id: string };

    const metrics = await ask(`${url}/metrics`);
    expect(metrics.status).toBe(200);
    expect(metrics.body).toMatch(/^# TYPE realmwright_sessions gauge$/m);

    const ws = url.replace("http", "ws");
    const [ada, bob] = [token, guestToken].map(
      (of) => new Socket(`${ws}/ws?token=${of}&game_id=${id}`),
    ) as [Socket, Socket];
    sockets.push(ada, bob);
    expect(await ada.next("joined")).toMatchObject({ room: id, name: "lobby" });
    expect(await bob.next("joined")).toMatchObject({ room: id });
    const lost = new Socket(`${ws}/ws?token=${token}&game_id=NOWHERE`);
    sockets.push(lost);
    expect(await lost.next("error")).toMatchObject({ code: "ROOM_UNKNOWN" });

    const update = (set: object): Promise<Answer> =>
      ask(`${url}/api/rpc`, {
        token,
        body: { script: "update_state", args: { room: id, set } },
      });
    expect(await update({ note: "Bring cake" })).toMatchObject({ status: 200 });
    await bob.next("document", brings("note", "Bring cake"));
    expect(await update({ motto: "All or nothing" })).toMatchObject({ status: 409 });

    const reloads = (): number =>
      child.output.filter((line) => line.startsWith('{"event":"reloaded"')).length;
    const before = reloads();
    const script = "scripts/update_state.lua";
    game!.write(script, game!.read(script).replace("{ name = 60", "{ motto = 60, name = 60"));
    await child.until(() => reloads() > before);
    expect(await update({ motto: "All or nothing" })).toMatchObject({ status: 200 });
    for (const each of [ada, bob]) await each.next("document", brings("motto", "All or nothing"));

    const move = { script: "move_player", args: { room: id, x: 5, y: 5 } };
    expect(await ask(`${url}/api/rpc`, { token, body: move })).toMatchObject({ status: 200 });

    const log = child.output.join("\n");
    expect(log).toContain("session opened");
    for (const secret of [token, guestToken, otherToken, login.password]) {
      expect(log).not.toContain(secret);
    }
  });

  test.skipIf(isLarge && !isWhole)("tokens in the query can be switched off", async () => {
    vi.stubEnv("REALMWRIGHT_AUTH_QUERY_TOKEN", "false");
    const closed = new GameFolder({});
    cpSync(path.join(root, "games/lobby"), closed.path, { recursive: true });
    const strict = await serve(["start", closed.path, "--port", "0", "--log", "debug"]);
    vi.unstubAllEnvs();
    const guest = await ask(`${strict.url}/guest-login`, { body: {} });
    const { token } = JSON.parse(guest.body) as { token: string };
    const address = `${strict.url.replace("http", "ws")}/ws?token=${token}`;
    const refusal = await new Promise<IncomingMessage>((resolve) => {
      new WebSocket(address).on("unexpected-response", (_, response) => resolve(response));
    });
    expect(await json(refusal)).toMatchObject({
      code: "QUERY_TOKEN_OFF",
      status: refusal.statusCode,
    });
    await strict.child.stop();
    expect(strict.child.output.join("\n")).not.toContain(token);
    closed.remove();
  });
});
