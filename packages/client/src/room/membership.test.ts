import { limits, RealmError } from "@realmwright/protocol";
import { expect, test } from "vitest";
import type { ClientRoom } from "../index.ts";
import { type Glade, Move, Poke, Poked, Post, Walker } from "../testing/glade.ts";
import { Stage } from "../testing/stage.ts";

const encodings = ["binary", "msgpack", "json"] as const;
type Room = ClientRoom<Glade["rooms"]["glade"]>;

/** The oldest walker that is somebody else's. */
function other(room: Room) {
  const walker = room.all(Walker).find((each) => !room.isOwn(each));
  if (walker === undefined) throw new Error("nobody else is in sight");
  return walker;
}

test.each(encodings)(
  "C-ROOM1 in %s entities come in sight typed, with their fields",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    const room = await stage.join(client);
    const self = room.own(Walker);
    expect(self).toMatchObject({
      type: "walker",
      x: 100,
      y: 100,
      hp: 100,
      mood: "calm",
      alive: true,
    });
    expect(self?.name).toBe("account of ada");
    expect(room.entities.size).toBe(2);
    expect(room.all(Post)).toMatchObject([{ type: "post", x: 50 }]);
    expect(room.get(Walker, self!.id)).toBe(self);
    expect(room.get(Post, self!.id)).toBeUndefined();
    expect(room.isOwn(self!)).toBe(true);
    expect(room.isOwn(room.all(Post)[0]!)).toBe(false);
    expect(room.stats).toMatchObject({ entities: 2, corrections: 0, openInputs: 0 });
  },
);

test.each(encodings)("C-ROOM2 in %s entering, changing and leaving are told", async (encoding) => {
  const stage = new Stage();
  const client = await stage.connect(encoding);
  const room = await stage.join(client);
  const told: string[] = [];
  room.onEnter(Walker, (walker) => told.push(`enter ${walker.name} ${walker.x}`));
  room.onUpdate(Walker, (walker) => told.push(`update ${walker.name} ${walker.hp}`));
  room.onLeave(Walker, (walker) => told.push(`leave ${walker.name} ${walker.alive}`));
  expect(told).toEqual(["enter account of ada 100"]);
  const bob = stage.server.glade.join("bob");
  await stage.pass(100);
  expect(told[1]).toBe("enter bob 110");
  const seen = other(room);
  bob.walker.hp = 50;
  await stage.pass(100);
  expect(told[2]).toBe("update bob 50");
  stage.server.glade.world.despawn(bob.walker);
  await stage.pass(100);
  expect(told[3]).toBe("leave bob false");
  expect(seen).toMatchObject({ alive: false, hp: 50, name: "bob" });
  expect(room.view(seen)).toBe(seen);
  expect(room.all(Walker).length).toBe(1);
  expect(told.length).toBe(4);
});

test.each(encodings)(
  "C-ROOM3 in %s actions are confirmed, events and documents come in order",
  async (encoding) => {
    const stage = new Stage();
    stage.network.conditions.delayMs = 40;
    const client = await stage.connect(encoding);
    stage.server.glade.join("bob");
    const room = await stage.join(client);
    const told: unknown[] = [];
    room.on(Poked, ({ by, times }, tick) =>
      told.push(["poked", by === room.own(Walker)!.id, times, tick > 0]),
    );
    room.onDocument("shared", ({ pokes, log }, patch) =>
      told.push([pokes, log, patch !== undefined]),
    );
    room.onUpdate(Walker, (walker) => told.push(["hp", walker.hp]));
    expect(room.document.shared).toEqual({ pokes: 0, log: [] });
    const confirm = await stage.wait(room.send(Poke, { target: other(room).id }));
    expect(confirm).toMatchObject({ ok: true });
    await stage.pass(100);
    expect(told).toEqual([
      [1, ["bob"], true],
      ["poked", true, 1, true],
      ["hp", 99],
    ]);
    expect(Object.isFrozen(room.document.shared.log)).toBe(true);
    const refused = await stage.wait(room.send(Poke, { target: 0 }));
    expect(refused).toEqual({
      ok: false,
      tick: refused.tick,
      code: "NOBODY",
      text: "Nobody is there.",
    });
    expect(room.stats.openInputs).toBe(0);
  },
);

test("C-ROOM4 an input of another room, or with impossible values, is refused before it is sent", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  await expect(room.send(Poke, { target: "x" } as never)).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  await expect(room.send({ ...Poke, name: "hug" } as never, {} as never)).rejects.toMatchObject({
    code: "INPUT_UNKNOWN",
  });
  expect(() => room.input(Move, { dx: 2, dy: 0 })).toThrow(RealmError);
  expect(() => room.input(Move, { dx: Number.NaN, dy: 0 })).toThrow(RealmError);
  expect(() => room.input(Poke as never, { target: 0 } as never)).toThrow(/INPUT_UNKNOWN/);
  expect(stage.server.peer.of("input")).toEqual([]);
});

test("C-ROOM5 an action without an answer says so after its time", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", { answerTimeoutMs: 700 });
  const room = await stage.join(client);
  stage.server.answers = false;
  const start = stage.clock.nowMs();
  const confirm = await stage.wait(room.send(Poke, { target: 1 }));
  expect(confirm).toEqual({ ok: false, tick: -1, code: "ANSWER_MISSING" });
  expect(stage.clock.nowMs() - start).toBeLessThan(730);
  await expect(stage.wait(client.join("cave"))).rejects.toMatchObject({ code: "ANSWER_MISSING" });
});

test("C-ROOM5 while as many joins as a session may have rooms are unanswered, a further one is refused at once", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  stage.server.answers = false;
  const { value: length, error: code } = limits.memberships;
  const open = Array.from({ length }, () => client.join("cave"));
  const settled = Promise.allSettled(open);
  await expect(client.join("glade")).rejects.toMatchObject({ code });
  await stage.wait(settled);
  expect(stage.server.peer.of("join")).toHaveLength(length);
  stage.server.answers = true;
  expect((await stage.join(client)).name).toBe("glade");
});

test("C-ROOM5 at the limit of unanswered inputs a further action is refused at once", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  stage.server.answers = false;
  const { value: length, error: code } = limits.inboxPerSeat;
  const open = Array.from({ length }, () => room.send(Poke, { target: 1 }));
  expect(room.stats.openInputs).toBe(length);
  expect(await room.send(Poke, { target: 1 })).toMatchObject({ ok: false, code });
  await stage.pass(6000);
  expect(new Set((await Promise.all(open)).map(({ code }) => code))).toEqual(
    new Set(["ANSWER_MISSING"]),
  );
  stage.server.answers = true;
  expect(await stage.wait(room.send(Poke, { target: 0 }))).toMatchObject({ code: "NOBODY" });
});

test("C-ROOM6 chat goes out and comes back; nonsense is refused here", async () => {
  const stage = new Stage();
  const client = await stage.connect("json");
  const room = await stage.join(client);
  const lines: unknown[] = [];
  room.onChat((line) => lines.push(line));
  room.chat("hello");
  await stage.pass(50);
  expect(lines).toEqual([{ seat: 0, name: "Ada", text: "hello", time: 1 }]);
  expect(() => room.chat("  ")).toThrow(/CHAT_EMPTY/);
  const { value: max, error } = limits.chatCharacters;
  for (const character of ["x", "\u{1f600}"]) {
    room.chat(character.repeat(max));
    expect(() => room.chat(character.repeat(max + 1))).toThrow(error);
  }
  await stage.pass(50);
  expect(lines).toHaveLength(3);
  stage.network.cut();
  await stage.pass(0);
  expect(room.chat("anybody?")).toBe(false);
  await stage.pass(3000);
  expect(room.chat("back")).toBe(true);
  await stage.pass(50);
  expect(lines.at(-1)).toMatchObject({ text: "back" });
  room.leave();
  await stage.pass(50);
  expect(room.chat("hello?")).toBe(false);
  expect(stage.server.peer.of("chat")).toHaveLength(1);
});

test("C-ROOM7 leaving ends the membership, and what is open with it", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  const left: unknown[] = [];
  room.onLeft((why) => left.push(why));
  stage.server.answers = false;
  const open = room.send(Poke, { target: 1 });
  stage.server.answers = true;
  room.leave();
  await stage.pass(100);
  expect(left).toEqual([{ code: "LEFT" }]);
  expect(await open).toMatchObject({ ok: false, code: "CLIENT_CLOSED" });
  expect(await room.send(Poke, { target: 1 })).toMatchObject({ code: "CLIENT_CLOSED" });
  expect(client.rooms).toEqual([]);
  room.leave();
  room.update();
  await stage.pass(100);
  expect(left.length).toBe(1);
  // the same room may be joined again
  expect((await stage.join(client)).seat).toBe(1);
});

test("C-ROOM8 a callback that throws is reported and hinders nothing", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  stage.server.glade.join("bob");
  const room = await stage.join(client);
  const failure = new Error("mine");
  const seen: number[] = [];
  room.on(Poked, () => {
    throw failure;
  });
  room.on(Poked, ({ times }) => seen.push(times));
  room.onUpdate(Walker, () => {
    throw failure;
  });
  await stage.wait(room.send(Poke, { target: other(room).id }));
  await stage.pass(100);
  expect(seen).toEqual([1]);
  expect(stage.reported).toEqual([failure, failure]);
  const errors: unknown[] = [];
  client.onError((error) => errors.push(error));
  await stage.wait(room.send(Poke, { target: other(room).id }));
  await stage.pass(100);
  expect(errors).toEqual([failure, failure]);
  expect(stage.reported.length).toBe(2);
  expect(client.stats.reconnects).toBe(0);
});

test("C-ROOM8 a room that is not there refuses the join; an error that answers nothing is reported", async () => {
  const stage = new Stage();
  const client = await stage.connect("json");
  await expect(stage.wait(client.join("attic" as never))).rejects.toMatchObject({
    code: "ROOM_UNKNOWN",
  });
  const errors: unknown[] = [];
  client.onError((error) => errors.push(error));
  const payload = new RealmError("CHAT_TOO_LONG").toPayload("chat");
  stage.server.peer.send({ type: "error", payload });
  stage.server.peer.send({ type: "notice", payload: { code: "DRAINING", text: "soon" } });
  const notices: unknown[] = [];
  client.onNotice((notice) => notices.push(notice));
  await stage.pass(50);
  expect(errors).toMatchObject([{ code: "CHAT_TOO_LONG", type: "chat" }]);
  expect(notices).toMatchObject([{ code: "DRAINING" }]);
});
