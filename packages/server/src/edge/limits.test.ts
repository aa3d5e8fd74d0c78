import { defineGame, room, type RoomDefinition } from "@realmwright/core";
import { entity, limits, t } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { WholeStage } from "../testing/whole-stage.ts";

const Mote = entity("mote", { age: t.uint(9) });

/** A game of so many rooms that are always there, and one more that is made when somebody comes. */
function manyRooms(count: number): ReturnType<typeof defineGame> {
  const rooms: Record<string, RoomDefinition> = { more: room({ tickRate: 1 }) };
  for (let i = 0; i < count; i++) rooms[`r${i}`] = room({ permanent: true, tickRate: 1 });
  return defineGame({ name: "many", rooms, entry: "more" });
}

describe("roomsPerNode", () => {
  const { value: max, error } = limits.roomsPerNode;

  test("[S-HOST4] the 1,000th room is made, the next refused; who asked for it and who is in a room go on", async () => {
    const stage = await WholeStage.start(manyRooms(max - 1));
    const [ada, bob] = [await stage.open("json", "ada"), await stage.open("binary", "bob")];
    ada.send({ type: "join", id: 1, payload: { room: "more" } });
    await stage.run(2100);
    expect(ada.find("joined")).toMatchObject({ id: 1, payload: { name: "more" } });
    expect(stage.host.rooms()).toHaveLength(max);
    const full = await WholeStage.start(manyRooms(max));
    const eve = await full.open("json", "eve");
    eve.send({ type: "join", id: 2, payload: { room: "r7" } });
    eve.send({ type: "join", id: 3, payload: { room: "more" } });
    await full.run(2100);
    expect(eve.find("error")).toMatchObject({ id: 3, payload: { code: error, type: "join" } });
    expect(eve.find("joined")).toMatchObject({ id: 2, payload: { name: "r7" } });
    expect(eve.memory.isOpen).toBe(true);
    expect(full.host.rooms()).toHaveLength(max);
    // a room that has ended makes room for another
    ada.send({ type: "leave", payload: { m: 0 } });
    await stage.run(2100);
    expect(stage.host.rooms()).toHaveLength(max - 1);
    bob.send({ type: "join", id: 4, payload: { room: "more" } });
    await stage.run(2100);
    expect(bob.find("joined")).toMatchObject({ id: 4 });
    expect([...stage.log.of("error"), ...full.log.of("error")]).toEqual([]);
  });

  test("[S-HOST13] a game with more permanent rooms than that does not start", async () => {
    await expect(WholeStage.start(manyRooms(max + 1))).rejects.toMatchObject({ code: error });
  });
});

describe("entitiesPerRoom", () => {
  test("P-ROOM11 a room that goes above it ends alone: its members are told, another room loses no tick", async () => {
    const { value: max } = limits.entitiesPerRoom;
    let count = 0;
    const heap = room({
      entities: { Mote },
      maxEntities: max,
      tickRate: 20,
      interest: { enter: 10, leave: 12, nearest: 5 },
      chat: (at, _, text) => {
        const wanted = Number(text);
        while (count < wanted) {
          at.spawn(Mote, {});
          count++;
        }
        return `${count}`;
      },
    });
    const stage = await WholeStage.start(
      defineGame({ name: "heap", rooms: { heap, calm: room({ tickRate: 20 }) } }),
    );
    const [ada, bob] = [await stage.open("json", "ada"), await stage.open("binary", "bob")];
    ada.send({ type: "join", payload: { room: "heap" } });
    bob.send({ type: "join", payload: { room: "calm" } });
    await stage.run(100);
    const tickOf = (name: string): number =>
      stage.host.rooms().find((summary) => summary.name === name)?.tick ?? -1;
    const before = tickOf("calm");
    ada.send({ type: "chat", payload: { m: 0, text: `${max}` } });
    await stage.run(200);
    expect(ada.find("chat")).toMatchObject({ payload: { text: `${max}` } });
    expect(ada.codes()).toEqual([]);
    ada.send({ type: "chat", payload: { m: 0, text: `${max + 1}` } });
    await stage.run(200);
    expect(ada.codes()).toEqual(["ROOM_FAILED"]);
    expect(count).toBe(max);
    expect(stage.log.of("error")[0]!.data["error"]).toMatchObject({
      code: limits.entitiesPerRoom.error,
    });
    expect([tickOf("heap"), tickOf("calm")]).toEqual([-1, before + 8]);
    expect(bob.codes()).toEqual([]);
    expect(ada.memory.isOpen).toBe(true);
  });
});
