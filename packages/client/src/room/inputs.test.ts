import { limits } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { Board, half, Move, Poke, step, Walker, Wave } from "../testing/glade.ts";
import { Stage } from "../testing/stage.ts";

const encodings = ["binary", "msgpack", "json"] as const;

test.each(encodings)(
  "C-ACK1 in %s every snapshot is acknowledged, alone or with an input",
  async (encoding) => {
    const stage = new Stage();
    const client = await stage.connect(encoding);
    const room = await stage.join(client);
    const { walker } = stage.server.glade.seats.get(0)!;
    const { peer } = stage.server;
    const inputs = (): number[] => peer.of("input").map(({ payload }) => payload.ack ?? -1);
    const acks = (): number[] => peer.of("ack").map(({ payload }) => payload.tick);
    for (let i = 0; i < 40; i++) {
      walker.hp = i;
      await stage.pass(50);
    }
    expect(acks().length).toBeGreaterThanOrEqual(39);
    expect(Math.max(...acks())).toBeGreaterThanOrEqual(stage.server.glade.tick - 1);
    const before = acks().length;
    room.input(Move, { dx: 1, dy: 0 });
    await stage.frames(room, 120);
    expect(inputs().length).toBeGreaterThan(35);
    expect(inputs().filter((ack) => ack > 0).length).toBeGreaterThan(30);
    // alone only where the rhythm of snapshots and inputs leaves a gap
    expect(acks().length - before).toBeLessThan(15);
    const all = [...inputs().filter((ack) => ack >= 0)];
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
  },
);

test("C-INP1 an action carries the tick that the player saw", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  await stage.frames(room, 60);
  void room.send(Poke, { target: 0 });
  await stage.pass(10);
  const { view } = stage.server.peer.of("input")[0]!.payload;
  expect(view! / 256).toBeCloseTo(room.stats.displayTick, 1);
  expect(view! / 256).toBeLessThan(room.stats.tick);
});

test("C-INP2 without the game's half the held input goes out all the same, and nothing when it is neutral", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", { game: { rooms: {} } });
  const room = await stage.join(client);
  await stage.frames(room, 60);
  expect(stage.server.peer.of("input")).toEqual([]);
  room.input(Move, { dx: 1, dy: 0 });
  await stage.frames(room, 125);
  const moved = stage.server.peer.of("input").length;
  expect(moved).toBeGreaterThanOrEqual(39);
  expect(moved).toBeLessThanOrEqual(41);
  room.input(Move, { dx: 0, dy: 0 });
  await stage.frames(room, 60);
  expect(stage.server.peer.of("input").length).toBe(moved);
  expect(room.stats.corrections).toBe(0);
  expect(room.own(Walker)!.x).toBeCloseTo(100 + moved * 0.3, 1);
});

test("C-INP2 a held input that the room does not predict goes out for as long as it is held", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", { game: { rooms: {} } });
  const room = await stage.join(client);
  room.input(Wave, { times: 1 });
  await stage.frames(room, 600);
  expect(stage.server.peer.of("input").length).toBeGreaterThan(180);
  expect(room.stats.openInputs).toBeLessThan(5);
  expect(await stage.wait(room.send(Poke, { target: 0 }))).toMatchObject({ code: "NOBODY" });
});

test("C-INP2 C-ROOM5 a held input stops at the limit of unanswered inputs, however slow the frames", async () => {
  const stage = new Stage();
  const client = await stage.connect("binary", { game: { rooms: {} } });
  const room = await stage.join(client);
  stage.server.answers = false;
  room.input(Move, { dx: 1, dy: 0 });
  for (let i = 0; i < 100; i++) {
    stage.clock.advance(240);
    room.update();
    if (i % 10 === 0) await stage.settle();
  }
  expect(room.stats.openInputs).toBe(limits.inboxPerSeat.value);
  expect(await room.send(Poke, { target: 0 })).toMatchObject({ code: limits.inboxPerSeat.error });
});

test("C-DOC1 a document that is known already is left alone, a patch that does not fit ends the connection", async () => {
  const stage = new Stage();
  const client = await stage.connect();
  const room = await stage.join(client);
  stage.server.glade.change((board) => (board.pokes = 3));
  await stage.pass(100);
  const told: number[] = [];
  room.onDocument("shared", ({ pokes }) => told.push(pokes));
  const send = (version: number, more: object): void =>
    stage.server.peer.send({
      type: "document",
      payload: { m: 0, tick: 5, doc: "shared", version, ...more },
    });
  send(1, { patch: [{ op: "replace", path: "/pokes", value: 77 }] });
  send(5, { value: { pokes: 5, log: [] } });
  await stage.pass(50);
  expect(told).toEqual([5]);
  send(6, { patch: [{ op: "replace", path: "/nothing/here", value: 77 }] });
  await stage.pass(5000);
  expect(client.stats.reconnects).toBe(1);
  expect(room.document.shared.pokes).toBe(3);
  expect(Board.name).toBe("board");
});

test("C-PRE4 nothing is predicted until the step has its context", async () => {
  const stage = new Stage();
  const seen: unknown[] = [];
  const game = {
    rooms: {
      glade: {
        needsContext: true,
        predict: {
          entity: Walker,
          input: Move,
          step: (walker: never, move: never, dt: number, context: never) => {
            seen.push(context);
            step(walker, move, dt);
          },
        },
      },
    },
  };
  const client = await stage.connect("binary", { game });
  const room = await stage.join(client);
  room.input(Move, { dx: 1, dy: 0 });
  await stage.frames(room, 30);
  expect(seen).toEqual([]);
  expect(stage.server.peer.of("input")).toEqual([]);
  room.stepContext = "walls";
  await stage.frames(room, 30);
  expect(new Set(seen)).toEqual(new Set(["walls"]));
  expect(room.view(room.own(Walker)!).x).toBeGreaterThan(102);
  expect(room.stats.corrections).toBe(0);
});

test("C-PRE5 a step that throws is reported once; the player still walks, by the server's word", async () => {
  const stage = new Stage();
  const game = {
    rooms: {
      glade: {
        predict: {
          entity: Walker,
          input: Move,
          step: () => {
            throw new Error("bad step");
          },
        },
      },
    },
  };
  const client = await stage.connect("binary", { game });
  const room = await stage.join(client);
  room.input(Move, { dx: 1, dy: 0 });
  await stage.frames(room, 120);
  expect(stage.reported.map(String)).toEqual(["Error: bad step"]);
  expect(room.own(Walker)!.x).toBeGreaterThan(108);
  expect(room.view(room.own(Walker)!).x).toBeGreaterThan(106);
  room.replaceStep(step);
  await stage.frames(room, 60);
  expect(stage.reported.length).toBe(1);
  expect(Math.abs(room.view(room.own(Walker)!).x - room.own(Walker)!.x)).toBeLessThan(1.5);
  expect(half.rooms["glade"]).toBeDefined();
});
