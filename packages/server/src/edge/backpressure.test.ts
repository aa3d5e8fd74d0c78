import { limits, type ServerMessage } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { Bell, EdgeStage, type StageClient, type StageRoom } from "../testing/edge-stage.ts";

describe("P-SNAP6 the window", () => {
  /** Everything moves for so many sends; the client acknowledges what `ack` says. */
  async function play(
    stage: EdgeStage,
    room: StageRoom,
    client: StageClient,
    turns: number,
    ack: (tick: number) => number | undefined,
  ): Promise<number> {
    const walker = room.spawn(-1, 50, 50);
    let snapshots = 0;
    for (let i = 0; i < turns; i++) {
      walker.x += 0.5;
      await stage.turn();
      snapshots += client.all("snapshot").length;
      const tick = ack(room.mirror.tick);
      if (tick !== undefined) client.send({ type: "ack", payload: { m: 0, tick } });
      await stage.settle();
    }
    return snapshots;
  }

  test("a client that acknowledges gets every snapshot and no pings", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    expect(await play(stage, room, client, 60, (tick) => tick)).toBe(60);
    expect(client.memory.pings).toBeLessThanOrEqual(1);
  });

  test("a client that acknowledges late gets no pings either", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    // half the window is always on its way
    expect(await play(stage, room, client, 60, (tick) => tick - 1)).toBe(60);
    expect(client.memory.pings).toBeLessThanOrEqual(1);
  });

  test("[S-EDGE5] a client that only answers pings gets every snapshot", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    expect(await play(stage, room, client, 60, () => undefined)).toBe(60);
    expect(client.memory.pings).toBeGreaterThan(10);
  });

  test("a client that only answers pings stays when nothing happens any more", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    await play(stage, room, client, 3, () => undefined);
    await stage.turn(300);
    await stage.settle();
    expect(client.memory.pings).toBeLessThanOrEqual(3);
    expect(await client.verdict()).toBe("open");
  });

  test("[S-EDGE4] a client that answers nothing gets as many as a round trip holds, and then none", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.answersPings = false;
    expect(await play(stage, room, client, 30, () => undefined)).toBe(200 / 50 + 2 - 1);
    expect(stage.edge.counters.skippedByWindow).toBe(25);
    expect(client.memory.pings).toBe(1);
    expect(client.memory.isOpen).toBe(true);
  });

  test("a late acknowledgement opens it again, with the newest state", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.answersPings = false;
    await play(stage, room, client, 30, () => undefined);
    client.send({ type: "ack", payload: { m: 0, tick: 4 } });
    await stage.settle();
    await stage.turn();
    const [snapshot, ...more] = client.all("snapshot");
    expect(more).toEqual([]);
    expect(snapshot!.payload).toMatchObject({ tick: room.mirror.tick });
    expect(client.stray.get("x")).toBe(65);
  });

  test("P-SNAP2 events, confirms and documents are sent although snapshots are skipped", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.answersPings = false;
    await play(stage, room, client, 20, () => undefined);
    client.forget();
    room.writer.event(Bell, { text: "fire" }, "all");
    room.writer.confirm(3, 1, undefined);
    room.writer.document(3, 1, { gold: 1 }, [{ op: "replace", path: "/gold", value: 1 }]);
    await stage.turn();
    expect(client.types).toEqual(["document", "confirm", "event"]);
  });

  test("P-SES14 one that acknowledges nothing for outQueueStuckMs while snapshots are on their way is closed", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.answersPings = false;
    // A turn takes 50 ms.
    const turns = limits.outQueueStuckMs.value / 50;
    await play(stage, room, client, turns, () => undefined);
    expect(await client.verdict()).toBe("open");
    await play(stage, room, client, 10, () => undefined);
    expect(await client.verdict()).toBe("TOO_SLOW · 4008 TOO_SLOW");
    expect(stage.take("drop").session).toBe(client.session);
  });

  test.each([
    [4500, 4750],
    [4499, 4500],
  ])(
    "P-SES14 outQueueStuckMs: at %i ms, what is looked at every 250 ms closes at %i",
    async (outQueueStuckMs, closedMs) => {
      const { stage, room, client } = await EdgeStage.withMember("json", { outQueueStuckMs });
      // the member's first snapshot went at 0, and nobody acknowledges it
      client.memory.answersPings = false;
      expect(stage.clock.nowMs()).toBe(50);
      const turns = closedMs / 50 - 2;
      await play(stage, room, client, turns, () => undefined);
      expect(await client.verdict()).toBe("open");
      await play(stage, room, client, 1, () => undefined);
      expect(stage.clock.nowMs()).toBe(closedMs);
      expect(await client.verdict()).toBe("TOO_SLOW · 4008 TOO_SLOW");
    },
  );

  test("acknowledging the future, or pongs that nobody asked for, win nothing lasting", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.answersPings = false;
    client.send({ type: "ack", payload: { m: 0, tick: 0xffff_ffff } });
    client.memory.pong(Uint8Array.of(0, 255, 255, 255, 255, 255, 31));
    client.memory.pong(Uint8Array.of(0, 1, 0, 0, 0, 0, 0));
    client.memory.pong(Uint8Array.of(77, 1, 0, 0, 0, 0, 0));
    client.memory.pong(new Uint8Array(125));
    await stage.settle();
    expect(await play(stage, room, client, 30, () => undefined)).toBeLessThanOrEqual(6);
  });

  test("[S-EDGE5] a pong of another tick than was asked for opens nothing", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.answersPings = false;
    const pong = (tick: number): undefined => {
      // of the membership 0, and of the tick that comes next
      client.memory.pong(Uint8Array.of(0, tick + 1, 0, 0, 0, 0, 0));
    };
    expect(await play(stage, room, client, 30, pong)).toBeLessThanOrEqual(6);
    expect(client.memory.pings).toBe(1);
  });
});

describe("P-SES14 a reader that takes nothing", () => {
  /** Makes every turn loud: about 10 KB of events for every member. */
  const shout = (room: StageRoom): void => {
    for (let i = 0; i < 50; i++) room.writer.event(Bell, { text: "x".repeat(200) }, "all");
  };

  test("[S-EDGE6] loses snapshots first, then document changes, never events, and then the connection", async () => {
    const { stage, room, client } = await EdgeStage.withMember("json", { outQueueStuckMs: 60_000 });
    const walker = room.spawn(-1, 50, 50);
    client.memory.stall(true);
    const levels: string[] = [];
    let version = 0;
    for (let i = 0; i < 200 && client.memory.isOpen; i++) {
      walker.x += 0.5;
      shout(room);
      version++;
      const value = { phase: "play", round: version };
      room.writer.document(-1, version, value, [{ op: "replace", path: "/round", value: version }]);
      client.send({ type: "ack", payload: { m: 0, tick: room.mirror.tick } });
      await stage.turn();
      levels.push(`${stage.edge.counters.snapshots}`);
    }
    expect(stage.edge.counters.closed).toEqual({ TOO_SLOW: 1 });
    expect(stage.edge.counters.skippedByQueue).toBeGreaterThan(20);
    expect(client.memory.closedWith).toEqual({ code: 1006, reason: "" });
    expect(stage.take("drop").session).toBe(client.session);
  });

  test("[S-EDGE6] gets one snapshot in four while between 64 and 256 KiB wait", async () => {
    const { stage, room, client } = await EdgeStage.withMember("json", { outQueueStuckMs: 60_000 });
    const { counters } = stage.edge;
    const walker = room.spawn(-1, 50, 50);
    client.memory.stall(true);
    const turn = async (): Promise<void> => {
      walker.x += 0.5;
      client.send({ type: "ack", payload: { m: 0, tick: room.mirror.tick } });
      await stage.turn();
    };
    for (let i = 0; i < 50 && counters.skippedByQueue === 0; i++) {
      shout(room);
      await turn();
    }
    const before = { ...counters };
    for (let i = 0; i < 40; i++) await turn();
    expect(counters.snapshots - before.snapshots).toBe(10);
    expect(counters.skippedByQueue - before.skippedByQueue).toBe(30);
  });

  test("comes back to the newest state when it reads again, with every event and whole documents", async () => {
    const { stage, room, client } = await EdgeStage.withMember("json", { outQueueStuckMs: 60_000 });
    const walker = room.spawn(-1, 50, 50);
    await stage.turn();
    client.memory.stall(true);
    const turns = 50;
    for (let version = 1; version <= turns; version++) {
      walker.x += 0.5;
      shout(room);
      const value = { phase: "play", round: version };
      room.writer.document(-1, version, value, [{ op: "replace", path: "/round", value: version }]);
      client.send({ type: "ack", payload: { m: 0, tick: room.mirror.tick } });
      await stage.turn();
    }
    expect(client.memory.isOpen).toBe(true);
    client.forget();
    client.memory.stall(false);
    await stage.turn(2);
    const messages = client.messages.slice();
    expect(messages.filter(({ type }) => type === "event")).toHaveLength(turns * 50);
    const documents = messages.filter((message) => message.type === "document");
    expect(documents.length).toBeLessThan(turns);
    expect((documents.at(-1) as ServerMessage).payload).toMatchObject({
      version: turns,
      value: { phase: "play", round: turns },
    });
    expect(stage.edge.counters.documentsReplaced).toBe(1);
    expect(client.stray.get("x")).toBe(75);
  });

  test("is closed after 5 s without progress, however little waits, and not before", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.stall(true);
    room.writer.event(Bell, { text: "one" }, "all");
    await stage.turn();
    for (let waited = 50; waited < limits.outQueueStuckMs.value; waited += 50) {
      expect(stage.edge.counters.closed).toEqual({});
      stage.clock.advance(50);
    }
    stage.clock.advance(500);
    expect(stage.edge.counters.closed).toEqual({ TOO_SLOW: 1 });
  });

  test("costs nobody else: another client's stream goes on", async () => {
    const { stage, room, client } = await EdgeStage.withMember("json", { outQueueStuckMs: 60_000 });
    const bob = await stage.open("binary", "bob");
    room.admit(bob, 4);
    await stage.turn();
    bob.forget();
    client.memory.stall(true);
    const walker = room.spawn(-1, 50, 50);
    for (let i = 0; i < 150; i++) {
      walker.x += 0.5;
      shout(room);
      await stage.turn();
      bob.send({ type: "ack", payload: { m: 0, tick: room.mirror.tick } });
    }
    expect(client.memory.isOpen).toBe(false);
    expect(bob.all("snapshot")).toHaveLength(150);
    expect(bob.all("event")).toHaveLength(150 * 50);
  });
});
