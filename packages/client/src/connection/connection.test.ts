import type { RealmError } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { Stage } from "../testing/stage.ts";

test.each(["binary", "msgpack", "json"] as const)(
  "C-CON2 in %s one connects, is let in and joins",
  async (encoding) => {
    const stage = new Stage();
    stage.network.conditions.delayMs = 30;
    const client = await stage.connect(encoding);
    expect(client.state).toBe("open");
    expect(client.account).toBe("account of ada");
    expect(stage.server.peer.peer.subprotocol).toBe(`realm.${encoding}`);
    expect(stage.server.peer.of("auth")[0]?.payload).toEqual({
      token: "ada",
      protocol: 1,
      client: "realmwright",
    });
    const room = await stage.join(client);
    expect(room).toMatchObject({
      id: "glade-1",
      name: "glade",
      seat: 0,
      tickRate: 20,
      isLive: true,
    });
    expect(client.rooms).toEqual([room]);
    client.close();
    await stage.pass(1000);
    expect(stage.network.open).toBe(0);
    // nothing of the client is left on the clock but the server's ticks
    expect(stage.clock.waiting).toBe(1);
    expect(stage.reported).toEqual([]);
  },
);

test("C-CON3 the first connection is tried for ten seconds, then the reason is told", async () => {
  const stage = new Stage();
  stage.network.conditions.isDown = true;
  const start = stage.clock.nowMs();
  await expect(stage.connect()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  expect(stage.clock.nowMs() - start).toBeLessThanOrEqual(10_020);
  expect(stage.clock.waiting).toBe(1);
});

test("C-CON3 a server that comes up within that time is found", async () => {
  const stage = new Stage();
  stage.network.conditions.isDown = true;
  const connecting = stage.connect();
  stage.clock.at(3000, () => (stage.network.conditions.isDown = false));
  expect((await connecting).state).toBe("open");
});

test("C-CON3 an address that is none fails at once", async () => {
  const stage = new Stage();
  const socket = (): never => {
    throw new SyntaxError("no address");
  };
  const failing = stage.connect("binary", { ports: { ...stage.ports, socket } });
  await expect(failing).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  expect(stage.clock.nowMs()).toBeLessThan(100);
});

test("C-CON5 a cut connection comes back into its seat, with a new secret each time", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  const states: string[] = [];
  client.onState((state) => states.push(state));
  for (let i = 0; i < 3; i++) {
    stage.network.cut();
    expect(client.state).toBe("waiting");
    expect(room.isLive).toBe(false);
    await stage.pass(3000);
    expect(client.state).toBe("open");
    expect(room.isLive).toBe(true);
    expect(client.isResumed).toBe(true);
  }
  expect(states.slice(0, 4)).toEqual(["waiting", "connecting", "authenticating", "open"]);
  const secrets = stage.server.peers.map((peer) => peer.of("auth")[0]?.payload.resume);
  expect(secrets[0]).toBeUndefined();
  expect(new Set(secrets.slice(1)).size).toBe(3);
  expect(client.rooms).toEqual([room]);
  expect(client.stats.reconnects).toBe(3);
});

test("C-CON4 many failed attempts spread out, and after ten minutes the client gives up", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  let reason: unknown = "none";
  client.onClosed((error) => (reason = error));
  stage.network.conditions.isDown = true;
  stage.network.cut();
  const lost = stage.clock.nowMs();
  await stage.pass(590_000);
  expect(client.state).not.toBe("closed");
  expect(client.stats.reconnects).toBeGreaterThan(60);
  expect(client.stats.reconnects).toBeLessThan(400);
  await stage.pass(20_000);
  expect(client.state).toBe("closed");
  expect(reason).toMatchObject({ code: "CONNECTION_LOST" });
  expect(stage.clock.nowMs() - lost).toBeLessThan(620_000);
  expect(stage.clock.waiting).toBe(1);
});

test("C-CON4 a server that lets one in and drops it at once is not asked ever faster", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  stage.clock.at(stage.clock.nowMs(), () => stage.network.cut());
  let isRunning = true;
  const cutAll = (): void => {
    if (stage.network.open > 0 && client.state === "open") stage.network.cut();
    if (isRunning) stage.clock.at(stage.clock.nowMs() + 20, cutAll);
  };
  cutAll();
  await stage.pass(60_000);
  isRunning = false;
  // full jitter below 10 s: five seconds each, on average
  expect(stage.network.accepted).toBeLessThan(40);
});

test("C-CON5 a connection on which nothing is heard is given up after two ping intervals", async () => {
  const stage = new Stage();
  const client = await stage.connect("json");
  await stage.pass(10_000);
  const before = stage.clock.nowMs();
  stage.network.stall(true);
  let stalledMs = 0;
  client.onState((state) => {
    if (state === "waiting" && stalledMs === 0) stalledMs = stage.clock.nowMs() - before;
  });
  await stage.pass(6000);
  // the last pong may have come just before the stall, or almost one interval earlier
  expect(stalledMs).toBeGreaterThanOrEqual(1900);
  expect(stalledMs).toBeLessThanOrEqual(5100);
  stage.network.stall(false);
  await stage.pass(15_000);
  expect(client.state).toBe("open");
});

test("C-CON5 an idle room in JSON says nothing, and pings keep the connection alive", async () => {
  const stage = new Stage();
  const client = await stage.connect("json");
  await stage.pass(120_000);
  expect(client.stats.reconnects).toBe(0);
  expect(client.state).toBe("open");
});

test("C-CON5 a machine that slept finds what waited before it calls the connection dead", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  await stage.pass(5000);
  stage.clock.stall(60_000);
  await stage.pass(3000);
  expect(client.state).toBe("open");
  expect(client.stats.reconnects).toBe(0);
});

test("C-CON9 when the machine is online again the wait ends", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", {
    times: { backoff: { firstMs: 1e6, mostMs: 1e6 } },
  });
  stage.network.cut();
  await stage.pass(100);
  expect(client.state).toBe("waiting");
  stage.online();
  await stage.pass(100);
  expect(client.state).toBe("open");
  const pings = stage.server.peer.of("ping").length;
  stage.online();
  await stage.pass(10);
  expect(stage.server.peer.of("ping").length).toBe(pings + 1);
});

test("C-CON9 the user may end the wait too", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", {
    times: { backoff: { firstMs: 1e6, mostMs: 1e6 } },
  });
  stage.network.cut();
  client.reconnect();
  await stage.pass(100);
  expect(client.state).toBe("open");
});

test("C-CON6 what the server asks to wait is waited", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  stage.server.peer.fail("SERVER_FULL", 8000);
  await stage.pass(7900);
  expect(client.state).toBe("waiting");
  await stage.pass(1000);
  expect(client.state).toBe("open");
});

test.each(["SESSION_SUPERSEDED", "ORIGIN_REFUSED", "PROTOCOL_UNSUPPORTED"] as const)(
  "C-CON6 after %s the client does not come back",
  async (code) => {
    const stage = new Stage();
    const client = await stage.connect();
    const room = await stage.join(client);
    let reason: RealmError | undefined;
    let left = "";
    client.onClosed((error) => (reason = error));
    room.onLeft((why) => (left = why.code));
    stage.server.peer.fail(code);
    await stage.pass(60_000);
    expect(client.state).toBe("closed");
    expect(reason?.code).toBe(code);
    expect(left).toBe(code);
    expect(stage.network.accepted).toBe(1);
  },
);

test("C-CON6 a close code alone says as much as the error before it", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  stage.server.peer.peer.close(4005);
  await stage.pass(1000);
  expect(client.state).toBe("closed");
  const other = await stage.connect();
  stage.server.peer.peer.close(1012);
  await stage.pass(3000);
  expect(other.state).toBe("open");
});

test("C-CON6 a refused token is fetched anew, at most three times in a row", async () => {
  const stage = new Stage();
  let given = 0;
  const tokenProvider = (): string => `t${++given}`;
  stage.server.onAuth = (token) => (token === "t3" ? undefined : "TOKEN_EXPIRED");
  const more = { tokenProvider };
  const client = await stage.connect("binary", more);
  expect(client.account).toBe("account of t3");
  client.close();
  stage.server.onAuth = () => "TOKEN_INVALID";
  given = 0;
  await expect(stage.connect("binary", more)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
  expect(given).toBe(4);
});

test("C-CON6 refusals before a welcome do not count among those after it", async () => {
  const stage = new Stage();
  let given = 0;
  const tokenProvider = (): string => `t${++given}`;
  const welcome = new Set(["t4", "t8"]);
  stage.server.onAuth = (token) => (welcome.has(token) ? undefined : "TOKEN_EXPIRED");
  const client = await stage.connect("binary", { tokenProvider });
  expect(given).toBe(4);
  stage.network.cut();
  await stage.pass(20_000);
  expect([client.state, given]).toEqual(["open", 8]);
});

test("C-CON6 a token that can not be renewed is final, a provider that fails is asked again", async () => {
  const stage = new Stage();
  stage.server.onAuth = () => "TOKEN_INVALID";
  await expect(stage.connect()).rejects.toMatchObject({ code: "TOKEN_INVALID" });
  expect(stage.network.accepted).toBe(1);
  stage.server.onAuth = () => undefined;
  let asked = 0;
  const tokenProvider = async (): Promise<string> => {
    if (++asked < 3) throw new Error("no network");
    return await Promise.resolve("late");
  };
  const client = await stage.connect("binary", { tokenProvider });
  expect(client.account).toBe("account of late");
});

test("C-CON5 a secret that is refused is forgotten, and the session begins anew", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  stage.server.onAuth = (_token, peer) =>
    peer.of("auth")[0]?.payload.resume === undefined ? undefined : "RESUME_INVALID";
  let left = "";
  room.onLeft((why) => (left = why.code));
  stage.network.cut();
  await stage.pass(5000);
  expect(client.state).toBe("open");
  expect(client.isResumed).toBe(false);
  expect(left).toBe("RESUME_INVALID");
  expect(client.rooms).toEqual([]);
});

test("C-CON5 bytes that make no sense end the connection, not the client", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  for (const junk of [
    new Uint8Array([0xff, 0xff, 0xff]),
    "not binary",
    Uint8Array.of(0x32, 2, 8, 9),
  ]) {
    stage.server.peer.peer.send(junk);
    await stage.pass(12_000);
    expect(client.state).toBe("open");
  }
  // the last is a snapshot of a membership that is not there: nothing to complain about
  expect(client.stats.reconnects).toBe(2);
});

test("C-CON7 a reloaded page comes back into its seat", async () => {
  const stage = new Stage();
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const first = await stage.connect("binary", { storage });
  const room = await stage.join(first);
  const { walker } = stage.server.glade.seats.get(room.seat)!;
  walker.x = 222;
  // the page is gone without a word
  stage.network.cut();
  first.onState(() => undefined);
  const second = await stage.connect("binary", { storage });
  expect(second.isResumed).toBe(true);
  expect(second.room).toMatchObject({ id: room.id, seat: room.seat });
  await stage.pass(100);
  expect(second.room?.self).toMatchObject({ x: 222 });
  second.close();
  expect(items.size).toBe(0);
});

test("C-CLK1 pings find the server's clock and the way to it", async () => {
  const stage = new Stage();
  stage.network.conditions.delayMs = 60;
  const client = await stage.connect();
  await stage.pass(5000);
  expect(client.stats.rttMs).toBeCloseTo(120, 6);
  expect(client.serverTime()).toBeCloseTo(stage.clock.nowMs() + 1_000_000, 6);
  stage.network.conditions.jitterMs = 40;
  await stage.pass(60_000);
  expect(client.stats.jitterMs).toBeGreaterThan(3);
  expect(client.stats.rttMs).toBeGreaterThan(120);
  expect(Math.abs(client.serverTime() - stage.clock.nowMs() - 1_000_000)).toBeLessThan(20);
});

test("C-CON2 the server's pings are answered", async () => {
  const stage = new Stage();
  await stage.connect();
  stage.server.peer.send({ type: "ping", payload: { time: 77 } });
  await stage.pass(50);
  expect(stage.server.peer.of("pong").at(-1)?.payload.time).toBe(77);
});

test("C-STA1 what goes over the connection is counted", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  await stage.join(client);
  await stage.pass(3000);
  const { stats } = client;
  expect(stats.snapshotsPerSecond).toBeGreaterThanOrEqual(19);
  expect(stats.snapshotsPerSecond).toBeLessThanOrEqual(21);
  expect(stats.messagesInPerSecond).toBeGreaterThanOrEqual(20);
  expect(stats.bytesInPerSecond).toBeGreaterThan(40);
  expect(stats.bytesIn).toBeGreaterThan(stats.bytesInPerSecond);
  expect(stats.bytesOutPerSecond).toBeGreaterThan(20);
});
