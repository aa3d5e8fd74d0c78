import { expect, test } from "vitest";
import type { ClientRoom, Confirm } from "../index.ts";
import { type Glade, Move, Poke, Poked, Walker, Wave } from "../testing/glade.ts";
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
  "C-ROOM9 in %s a door changes the room on the same connection",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    const glade = await stage.join(client);
    const told: string[] = [];
    client.onRoom((room, from) => {
      told.push(`${from?.name ?? "-"} > ${room.name}`);
      room.onEnter(Walker as never, () => told.push("enter"));
    });
    expect(told.splice(0)).toEqual(["- > glade", "enter"]);
    glade.onLeft(({ code }) => told.push(code));
    const [from, to] = stage.server.rooms;
    stage.server.transfer(stage.server.peer, from!, to!);
    await stage.pass(100);
    expect(told).toEqual(["glade > cave", "enter", "MOVED"]);
    expect(client.room?.name).toBe("cave");
    expect(client.rooms.length).toBe(1);
    expect(client.room?.self).toMatchObject({ x: 100 });
    expect(stage.network.accepted).toBe(1);
  },
);

test.each(encodings)(
  "C-ROOM10 in %s events that come with the join reach who awaits it",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    stage.network.conditions.delayMs = 20;
    const { glade } = stage.server;
    const joining = client.join("glade");
    const texts: number[] = [];
    const listening = joining.then((room) => room.on(Poked, ({ times }) => texts.push(times)));
    stage.clock.advance(20);
    // the answer is on its way, and these right behind it
    const { peer } = stage.server;
    for (const times of [7, 8]) {
      const payload = { m: 0, tick: glade.tick, name: "poked", data: { by: 0, times } };
      peer.queue({ type: "event", payload });
    }
    peer.flush();
    await stage.pass(100);
    await listening;
    expect(texts).toEqual([7, 8]);
  },
);

test("C-ROOM10 what waits for who awaits a join is bounded: above 1,000 messages it is told at once", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const heard: number[] = [];
  client.onRoom((room) => {
    room.on(Poked, (_, tick) => heard.push(tick));
  });
  stage.network.conditions.delayMs = 20;
  const joining = client.join("glade");
  stage.clock.advance(20);
  // in one turn of the loop, as when a page in the background gets its messages and no timer
  const { peer } = stage.server;
  for (let tick = 0; tick < 5000; tick++) {
    peer.queue({
      type: "event",
      payload: { m: 0, tick, name: "poked", data: { by: 0, times: 1 } },
    });
    if (tick % 50 === 49) peer.flush();
  }
  const atOnce: number[] = [];
  stage.clock.at(stage.clock.nowMs() + 20, () => atOnce.push(heard.length));
  stage.clock.advance(20);
  expect(atOnce[0]).toBeGreaterThanOrEqual(4000);
  await stage.wait(joining);
  expect(heard).toEqual(Array.from({ length: 5000 }, (_, tick) => tick));
});

test.each(encodings)(
  "C-ROOM11 in %s the room goes on after a reconnect, without losing or doubling an input",
  async (encoding) => {
    const stage = new Stage();
    stage.network.conditions.delayMs = 50;
    const client = await stage.connect(encoding);
    stage.server.glade.join("bob");
    const room = await stage.join(client);
    const seat = stage.server.glade.seats.get(room.seat)!;
    const told: string[] = [];
    room.onEnter(Walker, ({ name }) => told.push(`+${name}`));
    room.onLeave(Walker, ({ name }) => told.push(`-${name}`));
    told.length = 0;
    room.input(Move, { dx: 1, dy: 0 });
    const waves: Promise<Confirm>[] = [];
    for (let round = 0; round < 5; round++) {
      await stage.frames(room, 20 + round * 3);
      waves.push(room.send(Wave, { times: 1 }));
      await stage.frames(room, round);
      stage.network.cut();
      // those in sight stay in sight while the connection is away
      expect(room.all(Walker).length).toBe(2);
      await stage.frames(room, 20);
      waves.push(room.send(Wave, { times: 2 }));
      for (let i = 0; i < 1000 && !room.isLive; i++) await stage.pass(20);
      expect(room.isLive).toBe(true);
      await stage.pass(1000);
    }
    room.input(Move, { dx: 0, dy: 0 });
    await stage.frames(room, 60);
    await stage.pass(6000);
    // every number was taken once and in order, up to the last
    expect(seat.taken.length).toBeGreaterThan(80);
    expect(seat.taken).toEqual(seat.taken.map((_, i) => i + 1));
    // what came again came for its answer
    const waved = new Set(seat.answers.keys());
    expect(seat.doubled.filter((seq) => !waved.has(seq))).toEqual([]);
    expect(new Set(seat.doubled).size).toBe(seat.doubled.length);
    expect(room.stats.openInputs).toBe(0);
    expect(seat.walker.x).toBeCloseTo(room.view(room.own(Walker)!).x, 2);
    const codes = (await Promise.all(waves)).map(({ ok, code }) => (ok ? "ok" : code));
    expect(codes).toEqual(waves.map(() => "ok"));
    expect(told.slice(0, 4).sort()).toEqual(["+account of ada", "+bob", "-account of ada", "-bob"]);
    expect(told.length).toBe(4 * 5);
    expect(client.rooms).toEqual([room]);
  },
);

test.each(encodings)(
  "C-ROOM11 in %s an action whose answer was lost with its connection gets it on the next one, and is handled once",
  async (encoding) => {
    const stage = new Stage();
    stage.network.conditions.delayMs = 50;
    const client = await stage.connect(encoding);
    const bob = stage.server.glade.join("bob");
    const room = await stage.join(client);
    const actions = [
      room.send(Poke, { target: other(room).id }),
      room.send(Poke, { target: 0 }),
      room.send(Wave, { times: 1 }),
    ];
    // taken, and the answers are on their way
    await stage.pass(60);
    expect(stage.server.glade.seats.get(room.seat)!.taken).toEqual([1, 2, 3]);
    stage.network.cut();
    const answers = await stage.wait(Promise.all(actions));
    expect(answers.map(({ ok, code }) => (ok ? "ok" : code))).toEqual(["ok", "NOBODY", "ok"]);
    expect(client.stats.reconnects).toBe(1);
    expect(bob.walker.hp).toBe(99);
    expect(room.stats.openInputs).toBe(0);
  },
);

test("C-ROOM13 an action that names an entity is not sent on another connection, where the id means another", async () => {
  const stage = new Stage();
  stage.network.conditions.delayMs = 50;
  const client = await stage.connect();
  const bob = stage.server.glade.join("bob");
  const room = await stage.join(client);
  const onTheWay = room.send(Poke, { target: other(room).id });
  stage.network.cut();
  const later = room.send(Poke, { target: other(room).id });
  for (let i = 0; i < 1000 && !room.isLive; i++) await stage.pass(20);
  await stage.pass(500);
  expect(await onTheWay).toEqual({ ok: false, tick: -1, code: "TARGET_UNKNOWN" });
  expect(await later).toEqual({ ok: false, tick: -1, code: "TARGET_UNKNOWN" });
  expect(bob.walker.hp).toBe(100);
  // a development reload gives new ids too; until its first snapshot the old ones are in sight
  const { peer } = stage.server;
  stage.server.reload(peer);
  stage.clock.advance(51);
  const between = room.send(Poke, { target: other(room).id });
  expect(await stage.wait(between)).toMatchObject({ ok: false });
  await stage.pass(500);
  expect(bob.walker.hp).toBe(100);
  expect(await stage.wait(room.send(Poke, { target: other(room).id }))).toMatchObject({ ok: true });
  expect(bob.walker.hp).toBe(99);
});

test("C-ROOM11 a room that does not come back with its session has ended", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  let left = "";
  room.onLeft(({ code }) => (left = code));
  stage.server.peer.session!.places.clear();
  stage.network.cut();
  await stage.pass(3000);
  expect(client.state).toBe("open");
  expect(room.isLive).toBe(false);
  await stage.pass(6000);
  expect(left).toBe("RESUME_INVALID");
});

test.each(encodings)(
  "C-ROOM12 in %s a development reload rebuilds the room on the same socket",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    const room = await stage.join(client);
    const told: string[] = [];
    room.onEnter(Walker, ({ x }) => told.push(`+${x}`));
    room.onLeave(Walker, () => told.push("-"));
    room.onDocument("shared", ({ pokes }, patch) => told.push(`${pokes} ${patch?.length ?? 0}`));
    stage.server.glade.change((board) => (board.pokes = 9));
    await stage.pass(100);
    told.length = 1;
    stage.server.glade.seats.get(0)!.walker.x = 200;
    stage.server.reload(stage.server.peer);
    await stage.pass(200);
    expect(told).toEqual(["+100", "9 0", "-", "+200"]);
    expect(room.self).toMatchObject({ x: 200, alive: true });
    expect(room.document.shared.pokes).toBe(9);
    expect(stage.network.accepted).toBe(1);
    expect(client.state).toBe("open");
    room.input(Move, { dx: 1, dy: 0 });
    await stage.frames(room, 30);
    expect(room.view(room.own(Walker)!).x).toBeGreaterThan(202);
    expect(room.stats.corrections).toBe(0);
  },
);
