import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { EdgeStage } from "../testing/edge-stage.ts";

const auth = (token: string, more = {}) =>
  ({ type: "auth", id: 7, payload: { token, protocol: 1, ...more } }) as const;
const encodings = ["json", "msgpack", "binary"] as const;

describe.each(encodings)("authentication in %s", (encoding) => {
  test("P-SES6 auth is answered by one welcome with its id and a resume secret", async () => {
    const stage = new EdgeStage();
    const client = stage.connect(encoding);
    client.send(auth("token-ada", { resume: "old" }));
    await stage.settle();
    const open = stage.take("open");
    expect(open).toMatchObject({
      account: "account-ada",
      name: "ada",
      role: "player",
      login: "login-ada",
      endings: 3,
      resume: "old",
    });
    expect(open.session).toMatch(/^[0-9a-f]{32}$/);
    expect(client.messages).toEqual([]);
    stage.host({ type: "opened", session: open.session, resumeSecret: "new", resumed: true });
    await stage.settle();
    const welcome = client.take("welcome");
    expect(welcome.id).toBe(7);
    expect(welcome.payload).toMatchObject({
      session: open.session,
      account: "account-ada",
      name: "ada",
      protocol: 1,
      resume: "new",
      resumed: true,
      limits: { messageBytes: 16_384 },
    });
    expect(Object.keys(welcome.payload.rooms)).toEqual(["field"]);
    expect(client.messages).toEqual([]);
    expect(stage.edge.counters.sessions).toBe(1);
  });

  test.each([
    ["P-SES4", "wrong", "TOKEN_INVALID · 4003 TOKEN_INVALID"],
    ["P-SES4", "expired-ada", "TOKEN_EXPIRED · 4004 TOKEN_EXPIRED"],
  ])("%s the token %s", async (_, token, verdict) => {
    const stage = new EdgeStage();
    const client = stage.connect(encoding);
    client.send(auth(token));
    expect(await client.verdict()).toBe(verdict);
    expect(stage.toHost).toEqual([]);
  });

  test.each([0, 2])("P-SES5 the protocol version %i", async (protocol) => {
    const stage = new EdgeStage();
    const client = stage.connect(encoding);
    client.send(auth("token-ada", { protocol }));
    expect(await client.verdict()).toBe("PROTOCOL_UNSUPPORTED · 1002 PROTOCOL_UNSUPPORTED");
  });

  test("P-SES1 nothing else may come first", async () => {
    const m = 0;
    const stage = new EdgeStage();
    for (const message of [
      { type: "ping", payload: { time: 1 } },
      { type: "pong", payload: { time: 1 } },
      { type: "join", payload: { room: "field" } },
      { type: "leave", payload: { m } },
      { type: "input", payload: { m, seq: 1, name: "move", data: { dx: 0, dy: 0 } } },
      { type: "ack", payload: { m, tick: 1 } },
      { type: "chat", payload: { m, text: "hi" } },
    ] as const) {
      const client = stage.connect(encoding);
      client.send(message);
      expect(await client.verdict()).toBe("AUTH_REQUIRED · 4001 AUTH_REQUIRED");
    }
    expect(stage.toHost).toEqual([]);
    expect(stage.edge.size).toBe(0);
  });

  test("P-SES1 nothing may come before the welcome, not even packed with auth", async () => {
    const stage = new EdgeStage();
    const client = stage.connect(encoding);
    client.send(auth("token-ada"));
    client.send({ type: "join", payload: { room: "field" } });
    expect(await client.verdict()).toBe("AUTH_REQUIRED · 4001 AUTH_REQUIRED");
    const again = stage.connect(encoding);
    again.send(auth("token-ada"), auth("token-ada"));
    expect(await again.verdict()).toBe("MESSAGE_OUT_OF_ORDER · 1008 MESSAGE_OUT_OF_ORDER");
    expect(stage.toHost).toEqual([]);
  });

  test("P-SES1 a stranger's malformed message closes at once", async () => {
    const stage = new EdgeStage();
    const client = stage.connect(encoding);
    client.raw(Buffer.from([0xff, 0xff, 0xff]));
    expect(await client.verdict()).toMatch(/^MESSAGE_(MALFORMED · 1007|UNKNOWN · 1008)/);
  });

  test("P-SES3 a first message of 4 KiB is read, one byte more is not", async () => {
    const { value: max } = limits.preAuthBytes;
    const stage = new EdgeStage();
    const sized = (size: number) => Buffer.alloc(size, encoding === "json" ? 0x20 : 0x0a);
    const small = stage.connect(encoding);
    small.raw(sized(max));
    expect(await small.verdict()).not.toContain("MESSAGE_TOO_LARGE");
    const large = stage.connect(encoding);
    large.raw(sized(max + 1));
    expect(await large.verdict()).toBe("MESSAGE_TOO_LARGE · 1009 MESSAGE_TOO_LARGE");
  });

  test("P-SES7 a second auth is out of order and the session goes on", async () => {
    const stage = new EdgeStage();
    const client = await stage.open(encoding);
    client.send(auth("token-ada"));
    expect(await client.verdict()).toBe("MESSAGE_OUT_OF_ORDER · open");
    client.send({ type: "ping", id: 3, payload: { time: 44 } });
    await stage.settle();
    expect(client.take("pong")).toMatchObject({ id: 3, payload: { time: 44 } });
  });

  test("P-SES10 the third refused message within 10 s is the last", async () => {
    const stage = new EdgeStage();
    const client = await stage.open(encoding);
    client.send(auth("token-ada"));
    expect(await client.verdict()).toBe("MESSAGE_OUT_OF_ORDER · open");
    client.raw(Buffer.from([0xff, 0xff]));
    expect(await client.verdict()).toMatch(/^MESSAGE_(MALFORMED|UNKNOWN) · open$/);
    stage.clock.advance(9999);
    client.raw(Buffer.from([0xff, 0xff]));
    expect(await client.verdict()).toBe("FLOODING · 1008 FLOODING");
    expect(stage.take("drop").session).toBe(client.session);
  });
});

test("P-SES2 a stranger who says nothing for 5 s is closed, and not a moment before", async () => {
  const stage = new EdgeStage();
  const client = stage.connect();
  stage.clock.advance(limits.authTimeoutMs.value - 1);
  expect(await client.verdict()).toBe("open");
  stage.clock.advance(1);
  expect(await client.verdict()).toBe("AUTH_TIMEOUT · 4002 AUTH_TIMEOUT");
});

test("P-SES2 a host that does not answer is no reason to wait for ever", async () => {
  const stage = new EdgeStage();
  const client = stage.connect();
  client.send(auth("token-ada"));
  await stage.settle();
  stage.clock.advance(6000);
  expect(await client.verdict()).toBe("AUTH_TIMEOUT · 4002 AUTH_TIMEOUT");
  expect(stage.take("drop").session).toBe(stage.take("open").session);
  stage.host({ type: "opened", session: "unknown", resumeSecret: "x", resumed: false });
});

test("a connection that goes while its token is checked leaves nothing behind", async () => {
  const stage = new EdgeStage();
  const client = stage.connect();
  client.send(auth("token-ada"));
  stage.transport.deliver();
  client.memory.cut();
  await stage.settle();
  expect(stage.toHost).toEqual([]);
  expect(stage.edge.size).toBe(0);
});

test("P-SES10 a text frame in a binary encoding, and bytes in JSON, are malformed", async () => {
  const stage = new EdgeStage();
  const binary = await stage.open("binary");
  binary.memory.send("{}");
  expect(await binary.verdict()).toBe("MESSAGE_MALFORMED · open");
  const json = await stage.open("json");
  json.memory.send(Buffer.from("{}"));
  expect(await json.verdict()).toBe("MESSAGE_MALFORMED · open");
});

test("P-ENC4 a message of 16 KiB is read, one byte more ends the session", async () => {
  const stage = new EdgeStage();
  const client = await stage.open();
  const { value: max } = limits.messageBytes;
  const ping = (size: number) => {
    const text = JSON.stringify({ type: "ping", payload: { time: 1 }, pad: "" });
    return Buffer.from(text.replace('""', `"${"x".repeat(size - text.length)}"`));
  };
  client.raw(ping(max));
  expect(await client.verdict()).toBe("open");
  expect(client.take("pong").payload.time).toBe(1);
  client.raw(ping(max + 1));
  expect(await client.verdict()).toBe("MESSAGE_TOO_LARGE · 1009 MESSAGE_TOO_LARGE");
});

describe("P-SES11 flooding", () => {
  test("the burst passes, what is above is refused, and others notice nothing", async () => {
    const stage = new EdgeStage();
    const [flooder, other] = [await stage.open(), await stage.open("binary", "bob")];
    const { value: burst } = limits.messageBurst;
    for (let i = 0; i < burst - 1; i++) flooder.send({ type: "pong", payload: { time: i } });
    expect(await flooder.verdict()).toBe("open");
    flooder.send({ type: "ping", id: 9, payload: { time: 1 } });
    const payload = { time: 2 };
    expect(await flooder.verdict()).toBe("RATE_LIMITED · open");
    for (let i = 0; i < 200; i++) flooder.send({ type: "ping", id: i, payload });
    expect(await flooder.verdict()).toMatch(/RATE_LIMITED · FLOODING · 1008 FLOODING$/);
    other.send({ type: "ping", payload });
    await stage.settle();
    expect(other.take("pong").payload.time).toBe(2);
    expect(other.memory.isOpen).toBe(true);
  });

  test("a refusal names the request and when to try again", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    const { value: pings } = limits.pingsPerTenSeconds;
    for (let id = 0; id <= pings; id++) client.send({ type: "ping", id, payload: { time: id } });
    await stage.settle();
    expect(client.all("pong")).toHaveLength(pings);
    expect(client.take("error")).toEqual({
      type: "error",
      id: pings,
      payload: {
        code: "RATE_LIMITED",
        text: "Too many messages of this kind.",
        action: "retry",
        retryAfterMs: 500,
        type: "ping",
      },
    });
  });

  test("bytes above 64 KiB are refused before they are read", async () => {
    const stage = new EdgeStage({ messageBurst: 1000, messagesPerSecond: 1000 });
    const client = await stage.open();
    const text = `{"type":"pong","payload":{"time":1},"pad":"${"x".repeat(16_000)}"}`;
    for (let i = 0; i < 4; i++) client.raw(Buffer.from(text));
    expect(await client.verdict()).toBe("open");
    const { messagesIn } = stage.edge.counters;
    client.raw(Buffer.from(text));
    expect(await client.verdict()).toBe("RATE_LIMITED · open");
    expect(stage.edge.counters.messagesIn).toBe(messagesIn);
  });

  test("pongs that answer no ping count, before and after the session is open", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    const stranger = stage.connect();
    const { value: burst } = limits.messageBurst;
    // one for auth
    for (let i = 0; i < burst - 1; i++) client.memory.pong(new Uint8Array(0));
    expect(await client.verdict()).toBe("open");
    for (let i = 0; i < 200; i++) client.memory.pong(new Uint8Array(125));
    expect(await client.verdict()).toMatch(/FLOODING · 1008 FLOODING$/);
    for (let i = 0; i <= burst; i++) stranger.memory.pong(new Uint8Array(0));
    expect(await stranger.verdict()).toBe("RATE_LIMITED · 1008 RATE_LIMITED");
  });

  test("messages of no bytes are malformed, in every encoding", async () => {
    for (const encoding of ["json", "msgpack", "binary"] as const) {
      const client = await new EdgeStage().open(encoding);
      client.raw(new Uint8Array(0));
      expect(await client.verdict()).toBe("MESSAGE_MALFORMED · open");
      for (let i = 0; i < 5; i++) client.raw(new Uint8Array(0));
      expect(await client.verdict()).toMatch(/FLOODING · 1008 FLOODING$/);
    }
  });

  test("control frames count", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    for (let i = 0; i < 500; i++) client.memory.ping();
    expect(await client.verdict()).toMatch(/FLOODING · 1008 FLOODING$/);
  });
});

describe("silence", () => {
  const { value: intervalMs } = limits.pingIntervalMs;

  test("P-SES13 a client that answers pings stays for ever", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    for (let i = 0; i < 1000; i++) {
      stage.clock.advance(500);
      await stage.settle();
    }
    expect(client.memory.isOpen).toBe(true);
    expect(client.memory.pings).toBeGreaterThanOrEqual(500_000 / intervalMs / 2);
    expect(client.memory.pings).toBeLessThanOrEqual(500_000 / intervalMs);
  });

  test("P-SES13 pingIntervalMs, pingsMissed: two pings may go unanswered, a third is not sent", async () => {
    const { value: missed } = limits.pingsMissed;
    const stage = new EdgeStage();
    const client = await stage.open();
    client.memory.answersPings = false;
    for (let ping = 1; ping <= missed; ping++) {
      stage.clock.advance(intervalMs - 500);
      expect(await client.verdict()).toBe("open");
      expect(client.memory.pings).toBe(ping - 1);
      stage.clock.advance(500 + 250);
      await stage.settle();
      expect(client.memory.pings).toBe(ping);
    }
    stage.clock.advance((missed + 1) * intervalMs - stage.clock.nowMs() - 500);
    expect(await client.verdict()).toBe("open");
    stage.clock.advance(500);
    expect(await client.verdict()).toBe("IDLE_TIMEOUT · 4006 IDLE_TIMEOUT");
    expect(client.memory.pings).toBe(missed);
    expect(stage.take("drop").session).toBe(client.session);
  });
});

describe("the host's word", () => {
  test("P-SES9 a superseded session ends with 4005, and the host is not told of a drop", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    stage.host({ type: "superseded", session: client.session });
    expect(await client.verdict()).toBe("SESSION_SUPERSEDED · 4005 SESSION_SUPERSEDED");
    expect(stage.toHost).toEqual([]);
    expect(stage.edge.size).toBe(0);
  });

  test("a denied session is closed by the error's code", async () => {
    const stage = new EdgeStage();
    const client = stage.connect();
    client.send(auth("token-ada"));
    await stage.settle();
    const { session } = stage.take("open");
    const error = { code: "SERVER_FULL", text: "Full.", action: "retry", retryAfterMs: 1 } as const;
    stage.host({ type: "denied", session, error });
    expect(await client.verdict()).toBe("SERVER_FULL · 1013 SERVER_FULL");
  });

  test("notices reach everyone whose session is open, or one", async () => {
    const stage = new EdgeStage();
    const [ada, bob] = [await stage.open(), await stage.open("msgpack", "bob")];
    const stranger = stage.connect();
    stage.host({ type: "notice", code: "NEWS", text: "hello", data: { a: 1 } });
    stage.host({ type: "notice", session: bob.session, code: "YOU", text: "psst" });
    stage.edge.flush();
    await stage.settle();
    const news = { code: "NEWS", text: "hello", data: { a: 1 } };
    expect(ada.all("notice").map(({ payload }) => payload)).toEqual([news]);
    expect(bob.all("notice").map(({ payload }) => payload.code)).toEqual(["NEWS", "YOU"]);
    expect(stranger.types).toEqual([]);
  });

  test("P-SES15 draining: a notice, no more joins, then 1012", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    stage.host({ type: "notice", code: "DRAINING", text: "The server is going down." });
    client.send({ type: "join", id: 5, payload: { room: "field" } });
    await stage.settle();
    expect(client.take("notice").payload.code).toBe("DRAINING");
    expect(client.take("error")).toMatchObject({ id: 5, payload: { code: "SERVER_DRAINING" } });
    client.send({ type: "ping", payload: { time: 1 } });
    await stage.settle();
    expect(client.types).toEqual(["pong"]);
    stage.edge.stop();
    expect(await client.verdict()).toBe("SERVER_DRAINING · 1012 SERVER_DRAINING");
    expect(stage.linkClosed).toBe(true);
    expect(stage.clock.waiting).toBe(0);
  });

  test("a host that is gone closes every session", async () => {
    const { RealmError } = await import("@realmwright/protocol");
    const stage = new EdgeStage();
    const [ada, stranger] = [await stage.open(), stage.connect()];
    stage.edge.closed(new RealmError("INTERNAL"));
    expect(await ada.verdict()).toBe("INTERNAL · 1011 INTERNAL");
    expect(await stranger.verdict()).toBe("INTERNAL · 1011 INTERNAL");
  });
});

test("[S-LOG1] logs carry session ids and accounts, never tokens or secrets", async () => {
  const stage = new EdgeStage();
  const client = await stage.open();
  const bad = stage.connect();
  bad.send(auth("sesame-opens"));
  await bad.verdict();
  client.memory.close();
  await stage.settle();
  expect(stage.log.lines.length).toBeGreaterThan(1);
  const text = JSON.stringify(stage.log.lines);
  expect(text).not.toContain("token-ada");
  expect(text).not.toContain("sesame");
  expect(text).not.toContain("secret");
});
