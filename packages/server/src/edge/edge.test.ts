import { limits } from "@realmwright/protocol";
import { describe, expect, test, vi } from "vitest";
import { Membership } from "./membership.ts";
import { Session } from "../session/session.ts";
import { Bell, EdgeStage, Hit, type StageClient } from "../testing/edge-stage.ts";

const encodings = ["json", "msgpack", "binary"] as const;

describe.each(encodings)("a room in %s", (encoding) => {
  test("P-ROOM1 join is answered by joined with its id, P-SNAP1 the first snapshot shows everything, in one write", async () => {
    const stage = new EdgeStage();
    const room = stage.room("field-1");
    room.spawn(-1, 20, 20);
    const client = await stage.open(encoding);
    client.send({ type: "join", id: 12, payload: { room: "field", options: { team: 1 } } });
    await stage.settle();
    const { request, ...join } = stage.take("join");
    expect(join).toEqual({
      type: "join",
      session: client.session,
      room: "field",
      spectate: false,
      options: { team: 1 },
    });
    const writes = client.memory.writes;
    room.admit(client, 3, {
      request,
      inputSeq: 41,
      documents: {
        shared: { version: 5, value: { phase: "play", round: 2 } },
        private: { version: 9, value: { gold: 70 } },
      },
    });
    stage.edge.flush();
    await stage.settle();
    expect(client.memory.writes).toBe(writes + 1);
    const { m } = client.take("joined").payload;
    expect(client.messages.map(({ type }) => type)).toEqual(["snapshot"]);
    const replica = client.replicas.get(m)!;
    const names = [...replica.entities.values()].map((entity) => String(entity.get("name")));
    expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual(["walker -1", "walker 3"]);
    expect(replica.self?.get("name")).toBe("walker 3");
  });

  test("joined says everything that the host said", async () => {
    const stage = new EdgeStage();
    const room = stage.room("field-1");
    const client = await stage.open(encoding);
    room.admit(client, 3, {
      inputSeq: 41,
      resumed: true,
      documents: { private: { version: 9, value: { gold: 70 } } },
    });
    stage.edge.flush();
    await stage.settle();
    expect(client.take("joined").payload).toEqual({
      m: 0,
      room: "field-1",
      name: "field",
      seat: 3,
      spectator: false,
      tick: 0,
      tickRate: 20,
      sendRate: 20,
      entity: 0,
      resumed: true,
      inputSeq: 41,
      documents: { private: { gold: 70 } },
    });
  });

  test("P-SNAP7 clients see what happens, one write per send", async () => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    const walker = room.spawn(-1, 30, 30);
    for (let i = 0; i < 20; i++) {
      const writes = client.memory.writes;
      walker.x += 1;
      room.writer.event(Bell, { text: `${i}` }, "all");
      await stage.turn();
      expect(client.memory.writes).toBe(writes + 1);
      client.send({ type: "ack", payload: { m: 0, tick: room.mirror.tick } });
    }
    expect(client.all("event").map(({ payload }) => payload.data)).toHaveLength(20);
    expect(client.stray.get("x")).toBe(50);
  });

  test("P-SNAP5 an idle room costs nothing readable and at most 4 bytes in binary", async () => {
    const { stage, client } = await EdgeStage.withMember(encoding);
    const { bytes } = client.memory;
    await stage.turn(40);
    expect(client.memory.bytes - bytes).toBeLessThanOrEqual(encoding === "binary" ? 40 * 4 : 0);
    expect(client.memory.pings).toBeLessThanOrEqual(1);
    expect(client.messages.every(({ type }) => type === "snapshot")).toBe(true);
    if (encoding === "binary") expect(client.replicas.get(0)!.tick).toBe(41);
  });

  test("P-SNAP2 documents, confirms and events of a tick come in this order before its snapshot", async () => {
    const { stage, room, client, own } = await EdgeStage.withMember(encoding);
    room.writer.event(Hit, { target: own, damage: 7 }, { seat: { seat: 3 } });
    room.writer.confirm(3, 8, undefined);
    room.writer.confirm(3, 9, "TOO_POOR", "It costs 5 gold.");
    room.writer.document(-1, 1, { phase: "play", round: 1 }, [
      { op: "replace", path: "/phase", value: "play" },
    ]);
    room.writer.document(3, 1, { gold: 5 }, [{ op: "replace", path: "/gold", value: 5 }]);
    (room.world.entity(own) as unknown as { hp: number }).hp = 93;
    await stage.turn();
    expect(client.types).toEqual([
      "document",
      "document",
      "confirm",
      "confirm",
      "event",
      "snapshot",
    ]);
    const tick = room.mirror.tick;
    expect(client.all("confirm").map(({ payload }) => payload)).toEqual([
      { m: 0, seq: 8, tick, ok: true },
      { m: 0, seq: 9, tick, ok: false, code: "TOO_POOR", text: "It costs 5 gold." },
    ]);
    const [shared, own2] = client.all("document").map(({ payload }) => payload);
    expect(shared).toMatchObject({ m: 0, tick, doc: "shared", version: 1 });
    expect(own2).toMatchObject({ m: 0, tick, doc: "private", version: 1 });
    if (encoding === "binary") expect(shared!.value).toEqual({ phase: "play", round: 1 });
    else expect(shared!.patch).toEqual([{ op: "replace", path: "/phase", value: "play" }]);
    const hit = client.take("event").payload;
    const handle = client.replicas.get(0)!.self!.id;
    expect(hit).toEqual({ m: 0, tick, name: "hit", data: { target: handle, damage: 7 } });
    expect(handle).not.toBe(own);
  });

  test("P-SNAP3 an event's reference to what was not sent is 0", async () => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    const born = room.spawn(-1);
    room.writer.event(Hit, { target: born.id, damage: 1 }, "all");
    await stage.turn();
    expect(client.take("event").payload.data).toEqual({ target: 0, damage: 1 });
    room.writer.event(Hit, { target: born.id, damage: 2 }, "all");
    await stage.turn();
    const { target } = client.take("event").payload.data as { target: number };
    expect(client.replicas.get(0)!.entities.get(target)?.get("name")).toBe("walker -1");
  });

  test("[S-EDGE1] events of ticks without a send wait for the next one, in order", async () => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    const { writes } = client.memory;
    for (const text of ["a", "b"]) {
      room.writer.event(Bell, { text }, "all");
      room.frame(false);
      stage.edge.flush();
      await stage.settle();
    }
    expect(client.memory.writes).toBe(writes);
    room.writer.event(Bell, { text: "c" }, "all");
    await stage.turn();
    expect(client.memory.writes).toBe(writes + 1);
    const texts = client.all("event").map(({ payload }) => (payload.data as { text: string }).text);
    expect(texts).toEqual(["a", "b", "c"]);
  });

  test("P-ROOM12 a chat line reaches all members of its room, and nobody else", async () => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    const elsewhere = stage.room("field-2");
    const [bob, eve] = [await stage.open("json", "bob"), await stage.open("json", "eve")];
    room.admit(bob, 4);
    elsewhere.admit(eve, 4);
    await stage.turn();
    client.send({ type: "chat", payload: { m: 0, text: "  hello\n<b>you</b> " } });
    await stage.settle();
    const { session: _, ...line } = stage.take("chat");
    const text = "hello <b>you</b>";
    expect(line).toEqual({ type: "chat", room: "field-1", seat: 3, since: 0, text });
    const said = { seat: 3, name: "ada", text: line.text, time: 1_700_000_000_000 };
    stage.host({ type: "chat", room: "field-1", ...said });
    stage.host({ type: "chat", room: "field-1", ...said, text: "psst", to: 4 });
    stage.edge.flush();
    await stage.settle();
    expect(client.all("chat").map(({ payload }) => payload)).toEqual([{ m: 0, ...said }]);
    expect(bob.all("chat").map(({ payload }) => payload.text)).toEqual([line.text, "psst"]);
    expect(eve.all("chat")).toEqual([]);
  });
});

describe.each(encodings)("inputs in %s", (encoding) => {
  test("[S-EDGE3] go to the host with ids for handles, at the end of the turn", async () => {
    const { stage, client, own } = await EdgeStage.withMember(encoding);
    const handle = client.replicas.get(0)!.self!.id;
    client.input(0, 1, "move", { dx: 1, dy: -0.5 }, { ack: 1, view: 300 });
    client.input(0, 2, "strike", { target: handle });
    client.input(0, 3, "strike", { target: 0 });
    stage.transport.deliver();
    await stage.settle();
    const items = [stage.take("input"), stage.take("input"), stage.take("input")];
    expect(items[0]).toMatchObject({ session: client.session, room: "field-1", seat: 3 });
    expect(items.flatMap((message) => message.items)).toEqual([
      { seq: 1, input: 0, view: 300, value: { dx: 1, dy: expect.closeTo(-0.5, 1) as number } },
      { seq: 2, input: 1, view: -1, value: { target: own } },
      { seq: 3, input: 1, view: -1, value: { target: 0 } },
    ]);
    expect(client.types).toEqual([]);
  });

  test("P-ROOM8 a handle that was never sent, or is gone, is refused by a confirm", async () => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    const victim = room.spawn(-1);
    await stage.turn();
    client.forget();
    const handle = client.stray.id;
    client.input(0, 1, "strike", { target: handle + 1 });
    client.input(0, 2, "strike", { target: victim.id });
    room.world.despawn(victim);
    await stage.turn();
    client.input(0, 3, "strike", { target: handle });
    await stage.settle();
    expect(client.all("confirm").map(({ payload: { seq, ok, code } }) => [seq, ok, code])).toEqual([
      [1, false, "TARGET_UNKNOWN"],
      [2, false, "TARGET_UNKNOWN"],
      [3, false, "TARGET_UNKNOWN"],
    ]);
    expect(stage.heard("input")).toBe(0);
  });

  test("P-ROOM8 an unknown input gets INPUT_UNKNOWN, P-ROOM7 and its confirm", async () => {
    const { stage, client } = await EdgeStage.withMember(encoding);
    const data = encoding === "binary" ? new Uint8Array(1) : {};
    const name = encoding === "binary" ? 9 : "fly";
    client.send({ type: "input", id: 6, payload: { m: 0, seq: 5, name, data } });
    await stage.settle();
    expect(client.take("error")).toMatchObject({ id: 6, payload: { code: "INPUT_UNKNOWN" } });
    expect(client.take("confirm").payload).toMatchObject({
      seq: 5,
      ok: false,
      code: "INPUT_UNKNOWN",
    });
    expect(client.memory.isOpen).toBe(true);
  });

  test("P-ROOM3 a number that never was is no membership, P-ROOM5 a spectator can not act", async () => {
    const { stage, room, client } = await EdgeStage.withMember(encoding);
    client.input(1, 1, "move", { dx: 0, dy: 0 });
    expect(await client.verdict()).toBe("NOT_A_MEMBER · open");
    const viewer = await stage.open(encoding, "vera");
    room.admit(viewer, 9, { spectator: true });
    await stage.turn();
    expect(viewer.take("joined").payload).toMatchObject({ seat: -1, spectator: true });
    expect(viewer.replicas.get(0)!.entities.size).toBe(1);
    viewer.forget();
    viewer.input(0, 1, "strike", { target: 0 });
    await stage.settle();
    expect(viewer.take("confirm").payload).toMatchObject({
      ok: false,
      code: "SPECTATOR_READ_ONLY",
    });
    viewer.input(0, 2, "move", { dx: 0, dy: 0 });
    expect(await viewer.verdict()).toBe("SPECTATOR_READ_ONLY · open");
    expect(stage.heard("input")).toBe(0);
  });
});

test("P-ROOM8 a value that does not fit is refused with its problems", async () => {
  const { stage, client } = await EdgeStage.withMember();
  client.input(0, 1, "strike", { target: -1, extra: true });
  await stage.settle();
  expect(client.take("confirm").payload).toMatchObject({
    seq: 1,
    ok: false,
    code: "INPUT_INVALID",
  });
  const { problems } = client.take("error").payload;
  expect(problems?.map(({ path }) => path).sort()).toEqual(["/extra", "/target"]);
  client.input(0, 2, "move", { dx: 2, dy: 0 });
  await stage.settle();
  expect(client.types).toEqual(["error"]);
});

test("P-ROOM8 binary values that are cut or too long do not fit either", async () => {
  const { client } = await EdgeStage.withMember("binary");
  for (const bytes of [new Uint8Array(0), new Uint8Array(9)]) {
    const payload = { m: 0, seq: 1, name: 1, data: bytes };
    client.send({ type: "input", payload });
    expect(await client.verdict()).toBe("INPUT_INVALID · open");
  }
});

test.each(encodings)("P-LIM2 chat in %s is judged before it is passed on", async (encoding) => {
  const { stage, client } = await EdgeStage.withMember(encoding);
  const chat = (text: string) => client.send({ type: "chat", payload: { m: 0, text } });
  for (const text of [" \n ", "\u200b", "\u3164 \u2800"]) {
    chat(text);
    expect(await client.verdict()).toBe("CHAT_EMPTY · open");
  }
  for (const length of [limits.chatCharacters.value + 1, 5000]) {
    chat("x".repeat(length));
    expect(await client.verdict()).toBe(`${limits.chatCharacters.error} · open`);
  }
  chat("x".repeat(limits.chatCharacters.value));
  expect(await client.verdict()).toBe("open");
  expect(stage.heard("chat")).toBe(1);
  const error = { code: "NOT_A_MEMBER", text: "No.", action: "fix" } as const;
  stage.host({ type: "chatRefused", session: client.session, room: "field-1", error });
  expect(await client.verdict()).toBe("NOT_A_MEMBER · open");
});

test("[S-EDGE2] content that is the same for all is encoded once per encoding", async () => {
  const stage = new EdgeStage();
  const room = stage.room("field-1");
  let reads = 0;
  const data = {
    get text() {
      reads++;
      return "ding";
    },
  };
  for (let seat = 0; seat < 30; seat++) {
    const client = await stage.open(encodings[seat % 3], `c${seat}`);
    room.admit(client, seat);
  }
  await stage.turn();
  room.writer.event(Bell, data, "all");
  await stage.turn();
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThanOrEqual(2 * 3);
});

test("a type of the game without members costs nothing: rooms without this edge's clients are not sent for", async () => {
  const { stage, client } = await EdgeStage.withMember("binary");
  stage.left(client, "field-1", 3);
  await stage.turn();
  client.forget();
  const { bytes } = client.memory;
  await stage.turn(10);
  expect(client.memory.bytes).toBe(bytes);
});

test("[S-EDGE11] whoever has an answer or an event coming is written to before the others are served", async () => {
  const stage = new EdgeStage();
  const room = stage.room("field-1");
  const clients: StageClient[] = [];
  for (const [i, name] of ["ada", "bob", "cyd", "dee"].entries()) {
    const client = await stage.open("binary", name);
    room.admit(client, i);
    clients.push(client);
  }
  await stage.turn(2);
  const written = vi.spyOn(Session.prototype, "flush");
  const served = vi.spyOn(Membership.prototype, "snapshot");
  /** Who is served and who is written to, by the seats. */
  const course = async (): Promise<string[]> => {
    written.mockClear();
    served.mockClear();
    await stage.turn();
    const seatOf = (session: Session): number =>
      clients.findIndex((client) => client.session === session.id);
    const steps = [
      ...served.mock.contexts.map((member, i) => ({
        what: `serve ${(member as Membership).seat}`,
        at: served.mock.invocationCallOrder[i]!,
      })),
      ...written.mock.contexts.map((session, i) => ({
        what: `write ${seatOf(session as Session)}`,
        at: written.mock.invocationCallOrder[i]!,
      })),
    ];
    return steps.toSorted((a, b) => a.at - b.at).map(({ what }) => what);
  };
  const all = (what: string, ...seats: number[]): string[] =>
    seats.map((seat) => `${what} ${seat}`);
  try {
    expect(await course()).toEqual([...all("serve", 0, 1, 2, 3), ...all("write", 0, 1, 2, 3)]);
    room.writer.confirm(2, 1, undefined);
    expect(await course()).toEqual([
      ...["serve 2", "write 2"],
      ...all("serve", 0, 1, 3),
      ...all("write", 0, 1, 3),
    ]);
    room.writer.event(Bell, { text: "dong" }, { seat: { seat: 3 } });
    room.writer.confirm(1, 1, "INPUT_REFUSED");
    expect(await course()).toEqual([
      ...all("serve", 1, 3),
      ...all("write", 1, 3),
      ...all("serve", 0, 2),
      ...all("write", 0, 2),
    ]);
  } finally {
    written.mockRestore();
    served.mockRestore();
  }
});

test("[S-EDGE11] a send that fails leaves nothing behind for the next", async () => {
  const { stage, room, client } = await EdgeStage.withMember("binary");
  const other = await stage.open("binary", "bob");
  room.admit(other, 4);
  await stage.turn(2);
  const failing = vi.spyOn(Membership.prototype, "snapshot").mockImplementationOnce(() => {
    throw new Error("planted");
  });
  try {
    room.frame();
    expect(() => stage.edge.flush()).toThrow("planted");
  } finally {
    failing.mockRestore();
  }
  const before = [client.memory.writes, other.memory.writes];
  await stage.turn();
  expect([client.memory.writes, other.memory.writes]).toEqual(before.map((count) => count + 1));
  client.send({ type: "ping", id: 7, payload: { time: 1 } });
  await stage.settle();
  expect(client.take("pong").id).toBe(7);
});
