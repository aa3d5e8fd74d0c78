import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { Bell, EdgeStage } from "../testing/edge-stage.ts";

describe("memberships", () => {
  test("P-ROOM2 numbers differ; 8 rooms and not one more; one room once", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    const { value: max } = limits.memberships;
    for (let i = 0; i < max; i++) {
      client.send({ type: "join", id: i, payload: { room: `field-${i}` } });
      await stage.settle();
      const { request } = stage.take("join");
      stage.room(`field-${i}`).admit(client, 1, { request });
      stage.edge.flush();
      await stage.settle();
    }
    expect(client.all("joined").map(({ payload }) => payload.m)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    client.send({ type: "join", id: 90, payload: { room: "field" } });
    await stage.settle();
    expect(client.take("error")).toMatchObject({
      id: 90,
      payload: { code: limits.memberships.error, type: "join" },
    });
    stage.left(client, "field-2", 1);
    client.send({ type: "join", id: 91, payload: { room: "field-3" } });
    await stage.settle();
    expect(client.take("left").payload).toEqual({ m: 2, code: "LEFT" });
    expect(client.take("error")).toMatchObject({ id: 91, payload: { code: "ALREADY_A_MEMBER" } });
    expect(stage.heard("join")).toBe(0);
  });

  test("P-ROOM2 joins that wait for an answer count", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    for (let id = 0; id <= limits.memberships.value; id++) {
      client.send({ type: "join", id, payload: { room: "field" } });
    }
    await stage.settle();
    expect(stage.heard("join")).toBe(limits.memberships.value);
    expect(client.take("error").payload.code).toBe("MEMBERSHIPS_FULL");
    const { request } = stage.take("join");
    const error = { code: "ROOM_FULL", text: "Full.", action: "retry", retryAfterMs: 9 } as const;
    stage.host({ type: "refused", session: client.session, request, error });
    stage.host({ type: "refused", session: client.session, request, error });
    await stage.settle();
    expect(client.all("error")).toEqual([
      { type: "error", id: 0, payload: { ...error, type: "join" } },
    ]);
  });

  test("P-LIM2 join options are an object of at most 1 KiB", async () => {
    const stage = new EdgeStage();
    const client = await stage.open();
    const join = (options: unknown) =>
      client.send({ type: "join", payload: { room: "field", options } });
    join([1]);
    expect(await client.verdict()).toBe("OPTIONS_INVALID · open");
    // {"pad":""} takes ten bytes
    const { value: max, error } = limits.joinOptionsBytes;
    join({ pad: "x".repeat(max - 10) });
    expect(await client.verdict()).toBe("open");
    join({ pad: "x".repeat(max - 9) });
    expect(await client.verdict()).toBe(`${error} · open`);
    join({ pad: "ä".repeat((max - 10) / 2) });
    expect(await client.verdict()).toBe("open");
    expect(stage.heard("join")).toBe(2);
  });

  test("messages to a membership that has just ended are dropped without a word", async () => {
    const { stage, client } = await EdgeStage.withMember();
    client.send({ type: "leave", payload: { m: 0 } });
    await stage.settle();
    expect(stage.take("leave")).toMatchObject({ room: "field-1", seat: 3 });
    stage.left(client, "field-1", 3);
    client.input(0, 1, "move", { dx: 0, dy: 0 });
    client.send({ type: "leave", payload: { m: 0 } });
    client.send({ type: "ack", payload: { m: 0, tick: 1 } });
    client.send({ type: "chat", payload: { m: 0, text: "still here?" } });
    await stage.settle();
    expect(client.types).toEqual(["left"]);
    expect(stage.toHost).toEqual([]);
  });

  test("[S-EDGE7] the number of an ended membership comes back only after all others", async () => {
    const stage = new EdgeStage();
    const room = stage.room("field-1");
    const client = await stage.open();
    const numbers: number[] = [];
    for (let i = 0; i < 130; i++) {
      room.admit(client, 3);
      stage.edge.flush();
      stage.left(client, "field-1", 3);
      await stage.settle();
      numbers.push(client.take("joined").payload.m);
    }
    expect(new Set(numbers.slice(0, 128)).size).toBe(128);
    expect(Math.max(...numbers)).toBe(127);
    expect(numbers.slice(128)).toEqual([0, 1]);
    // of the first round, and not yet given again
    client.send({ type: "leave", payload: { m: 2 } }, { type: "leave", payload: { m: 127 } });
    expect(await client.verdict()).toBe("open");
  });

  test("P-ROOM9 through a door the new room shows itself before the old membership ends", async () => {
    const { stage, client } = await EdgeStage.withMember("binary");
    const forest = stage.room("forest-1");
    forest.admit(client, 5, { from: "field-1" });
    stage.left(client, "field-1", 3, { code: "MOVED", to: "forest-1" });
    stage.edge.flush();
    await stage.settle();
    expect(client.types).toEqual(["joined", "snapshot", "left"]);
    expect(client.take("joined").payload).toMatchObject({ m: 1, from: 0, room: "forest-1" });
    expect(client.take("snapshot").payload.m).toBe(1);
    expect(client.take("left").payload).toEqual({ m: 0, code: "MOVED", to: 1 });
    expect(client.replicas.get(1)!.self?.get("name")).toBe("walker 5");
    client.input(0, 9, "move", { dx: 0, dy: 0 });
    client.input(1, 1, "move", { dx: 0, dy: 0 });
    await stage.settle();
    expect(stage.take("input")).toMatchObject({ room: "forest-1", seat: 5 });
    expect(client.types).toEqual([]);
  });

  test("the old room's frames stop at once, also while the farewell waits", async () => {
    const { stage, room, client } = await EdgeStage.withMember("json");
    const forest = stage.room("forest-1");
    forest.admit(client, 5, { from: "field-1" });
    stage.left(client, "field-1", 3, { code: "MOVED", to: "forest-1" });
    room.writer.event(Bell, { text: "too late" }, "all");
    await stage.turn();
    expect(client.types).toEqual(["joined", "snapshot", "left"]);
  });

  test("a farewell whose new room ends first is said all the same", async () => {
    const { stage, client } = await EdgeStage.withMember();
    const forest = stage.room("forest-1");
    forest.admit(client, 5, { from: "field-1" });
    stage.left(client, "field-1", 3, { code: "MOVED", to: "forest-1" });
    stage.left(client, "forest-1", 5, { code: "ROOM_FAILED" });
    stage.edge.flush();
    await stage.settle();
    expect(
      client
        .all("left")
        .map(({ payload }) => payload.code)
        .sort(),
    ).toEqual(["MOVED", "ROOM_FAILED"]);
  });

  test("[S-EDGE9] after a reload the same seat begins anew under its number", async () => {
    const { stage, room, client } = await EdgeStage.withMember("binary");
    stage.describe(true);
    stage.host({ type: "detach", room: "field-1" });
    room.attach();
    room.admit(client, 3, { resumed: true, inputSeq: 77 });
    stage.edge.flush();
    await stage.settle();
    expect(client.types).toEqual(["welcome", "joined", "snapshot"]);
    expect(client.take("joined").payload).toMatchObject({ m: 0, resumed: true, inputSeq: 77 });
    expect(client.replicas.get(0)!.entities.size).toBe(1);
    client.input(0, 78, "move", { dx: 0, dy: 0 });
    await stage.settle();
    expect(stage.heard("input")).toBe(1);
  });

  test("[S-EDGE8] a closed session's seat is told to the host once, and its room goes on", async () => {
    const { stage, room, client } = await EdgeStage.withMember();
    client.memory.cut();
    await stage.settle();
    expect(stage.toHost).toEqual([{ type: "drop", session: client.session }]);
    room.writer.event(Bell, { text: "x" }, "all");
    await stage.turn();
    expect(stage.edge.size).toBe(0);
    expect(stage.log.of("error")).toEqual([]);
  });
});
