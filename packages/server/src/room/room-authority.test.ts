import { room } from "@realmwright/core";
import { document, entity, event, input, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";

const Hero = entity("hero", {
  x: t.position({ min: 0, max: 100, step: 1 / 32 }),
  y: t.position({ min: 0, max: 100, step: 1 / 32 }),
  hp: t.uint(100),
});
const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
const Hit = input("hit", { target: t.entity() });
const Boom = event("boom", { power: t.uint(9) });
const Board = document("board", { phase: t.enum(["lobby", "play"]) });
const Bag = document("bag", { gold: t.uint(1000) });

describe("RoomAuthority", () => {
  it("[S-ROOM1] lets what comes from outside wait for the tick", () => {
    const seen: string[] = [];
    const bench = new RoomBench(
      room({
        join: (_, player) => void seen.push(`join ${player.name}`),
        leave: (_, player) => void seen.push(`leave ${player.name}`),
      }),
    );
    bench.ask("ann");
    expect(seen).toEqual([]);
    bench.step();
    expect(seen).toEqual(["join ann"]);
    bench.room.leave(0, { code: "LEFT" });
    expect(seen).toEqual(["join ann"]);
    bench.step();
    expect(seen).toEqual(["join ann", "leave ann"]);
  });

  it("[S-ROOM2] lets a tick act in its fixed order", () => {
    const seen: string[] = [];
    const bench = new RoomBench(
      room({
        inputs: { Hit },
        graceMs: 50,
        join: (at, player) => {
          seen.push(`join ${player.name}`);
          if (player.name === "ann") at.after(100, "bell");
        },
        drop: (_, player) => void seen.push(`drop ${player.name}`),
        leave: (_, player, code) => void seen.push(`leave ${player.name} ${code}`),
        tick: (at) => {
          seen.push("tick");
          const ann = [...at.players.values()].find((player) => player.name === "ann");
          if (at.tick === 3 && ann !== undefined) at.kick(ann, "AFK");
        },
        chat: (_, player, text) => {
          seen.push(`chat ${player.name}`);
          return text;
        },
        on: { hit: (_, player) => void seen.push(`hit ${player.name}`) },
        timers: { bell: () => void seen.push("bell") },
      }),
    );
    bench.ask("ann");
    bench.ask("ben");
    bench.step();
    bench.room.drop(1);
    bench.step();
    expect(seen.splice(0)).toEqual(["join ann", "join ben", "tick", "drop ben", "tick"]);
    bench.input(0, 1, "hit", { target: 0 });
    bench.room.chat(0, "hello");
    bench.ask("cid");
    bench.step();
    expect(seen).toEqual([
      "chat ann",
      "join cid",
      "bell",
      "leave ben DROPPED",
      "hit ann",
      "tick",
      "leave ann AFK",
    ]);
  });

  it("[S-ROOM2] sends at the send rate and ticks at the tick rate", () => {
    const bench = new RoomBench(room({ tickRate: 60, sendRate: 20, permanent: true }));
    const sends: boolean[] = [];
    for (let i = 0; i < 6; i++) sends.push(bench.step()!.send);
    expect(sends).toEqual([false, false, true, false, false, true]);
    expect(bench.frame!.tick).toBe(6);
  });

  it("[S-ROOM3] a new room runs setup and then create, and says what threw", () => {
    const seen: unknown[] = [];
    const bench = new RoomBench(
      room({
        permanent: true,
        load: () => ({ map: "town" }),
        setup: (at) => {
          seen.push(at.content);
          return { size: 3 };
        },
        create: (at) => void seen.push(at.local),
      }),
      { map: "town" },
    );
    expect(seen).toEqual([{ map: "town" }, { size: 3 }]);
    expect(bench.room.status).toBe("running");
    for (const hook of ["setup", "create"] as const) {
      const broken = (): void => {
        throw new Error("no map");
      };
      expect(() => new RoomBench(room({ [hook]: broken }))).toThrow(
        expect.objectContaining({ code: "ROOM_FAILED", cause: new Error("no map") }),
      );
    }
  });

  it("[S-ROOM7] publishes documents once a tick, the private one with its seat", () => {
    const bench = new RoomBench(
      room({
        documents: { shared: Board, private: Bag },
        join: (_, player) => {
          player.document.update((bag) => {
            bag.gold = 5;
          });
        },
        tick: (at) => {
          at.document.update((board) => {
            board.phase = at.tick % 2 === 0 ? "play" : "lobby";
          });
        },
      }),
    );
    const seat = bench.join("ann");
    expect(bench.room.report(seat)!.documents).toEqual({
      shared: { version: 1, value: { phase: "lobby" } },
      private: { version: 2, value: { gold: 5 } },
    });
    bench.step();
    expect(bench.frame!.documents).toEqual([
      {
        seat: -1,
        version: 2,
        value: { phase: "play" },
        patch: [{ op: "replace", path: "/phase", value: "play" }],
      },
    ]);
    const mirrored = bench.room.mirror;
    expect(mirrored.shared).toEqual({ version: 2, value: { phase: "play" } });
    expect(mirrored.seats.get(seat)!.document).toEqual({ version: 2, value: { gold: 5 } });
  });

  it("[S-ROOM8] tells readers of seats: entity, team, viewpoint and pins", () => {
    const bench = new RoomBench(
      room({
        entities: { Hero },
        join: (at, player) => {
          const pet = at.spawn(Hero, { x: 90, y: 90 });
          at.spawn(Hero, { owner: player, x: 1, y: 2 });
          at.spawn(Hero, { owner: player, x: 3, y: 4 });
          player.team = 7;
          at.pin(player, pet);
        },
        spectate: (at, spectator) => at.setViewpoint(spectator, { x: 50, y: 60 }),
      }),
    );
    const seat = bench.join("ann");
    const view = bench.room.mirror.seats.get(seat)!;
    expect(bench.room.mirror.x(view.entity)).toBe(1);
    expect(view.viewpoint).toBe(view.entity);
    expect(view.team).toBe(7);
    expect(view.pins.size).toBe(1);
    expect(bench.room.report(seat)!.entity).toBeGreaterThan(0);
    const watcher = bench.join("wil", { spectate: true });
    expect(bench.room.mirror.seats.get(watcher)).toMatchObject({ viewpoint: -1, x: 50, y: 60 });
  });

  it("[S-ROOM8] gives the player the next entity of the predicted type when its own has died", () => {
    const Pet = entity("pet", { x: t.float() });
    const bench = new RoomBench(
      room({
        entities: { Hero, Pet },
        inputs: { Move },
        predict: { entity: Hero, input: Move, step: () => undefined },
        join: (at, player) => {
          at.spawn(Pet, { owner: player });
          at.spawn(Hero, { owner: player, hp: 1 });
        },
        on: {
          move: (at, player) => {
            if (player.entity !== undefined) at.despawn(player.entity);
            at.spawn(Hero, { owner: player, hp: 2 });
          },
        },
      }),
    );
    const seat = bench.join("ann");
    const before = bench.room.report(seat)!.entity;
    bench.input(seat, 1, "move", { dx: 0, dy: 0 });
    bench.step();
    const after = bench.room.report(seat)!.entity;
    expect(after).not.toBe(before);
    expect(bench.room.state.world.entity(after)).toMatchObject({ hp: 2 });
  });

  it("[S-ROOM9] runs timers by name, in order, and none that was cancelled", () => {
    const seen: unknown[] = [];
    const bench = new RoomBench(
      room({
        tickRate: 10,
        permanent: true,
        create: (at) => {
          at.after(200, "bell", { n: 1 });
          const cancelled = at.after(200, "bell", { n: 2 });
          at.after(200, "bell", { n: 3 });
          at.after(101, "bell", { n: 4 });
          at.after(0, "bell");
          at.cancel(cancelled);
          at.cancel(cancelled);
          at.cancel(999);
        },
        timers: { bell: (at, data: unknown) => void seen.push([at.tick, data]) },
      }),
    );
    bench.step(5);
    expect(seen).toEqual([
      [1, undefined],
      [2, { n: 1 }],
      [2, { n: 3 }],
      [2, { n: 4 }],
    ]);
  });

  it("[S-ROOM10] lets the chat hook change or refuse a line, and cuts what is too long", () => {
    const bench = new RoomBench(
      room({
        chat: (at, _, text) =>
          text.includes("rude") ? at.refuse("RUDE", "Be kind.") : text.trim(),
        tick: (at) => {
          if (at.tick === 2) at.say("x".repeat(600));
        },
      }),
    );
    const seat = bench.join("ann");
    bench.room.chat(seat, " hello ");
    bench.room.chat(seat, "rude");
    bench.step();
    expect(bench.of("chat")).toEqual([
      { type: "chat", seat, name: "ann", text: "hello" },
      { type: "chat", seat: -1, name: "", text: "x".repeat(500) },
    ]);
    expect(bench.of("chatRefused")).toEqual([
      { type: "chatRefused", seat, error: { code: "RUDE", text: "Be kind.", action: "fix" } },
    ]);
  });

  it("[S-ROOM11] a door reports once, and again a second after it stayed shut", () => {
    const bench = new RoomBench(
      room({
        tick: (at) => {
          for (const player of at.players.values()) at.transfer(player, "forest", { hp: 3 });
        },
      }),
    );
    const seat = bench.join("ann");
    bench.step(10);
    expect(bench.of("transfer")).toEqual([
      { type: "transfer", seat, room: "forest", options: { hp: 3 } },
    ]);
    bench.room.doorShut(seat);
    bench.step(19);
    expect(bench.of("transfer")).toHaveLength(1);
    bench.step();
    expect(bench.of("transfer")).toHaveLength(2);
  });

  it("[S-ROOM11] no door opens for a player whose connection broke", () => {
    const bench = new RoomBench(
      room({
        drop: (at, player) => at.transfer(player, "forest"),
      }),
    );
    bench.room.drop(bench.join("ann"));
    bench.step();
    expect(bench.of("transfer")).toEqual([]);
  });

  it("[S-ROOM12] delivers the events of its last tick, then ends with leave hooks and dispose", () => {
    const seen: string[] = [];
    const bench = new RoomBench(
      room({
        events: { Boom },
        leave: (_, player, code) => void seen.push(`leave ${player.name} ${code}`),
        dispose: () => void seen.push("dispose"),
        tick: (at) => {
          if (at.tick < 2) return;
          at.emit(Boom, { power: 3 }, "all");
          at.close();
        },
      }),
    );
    const seat = bench.join("ann");
    bench.step();
    expect(bench.frame!.events).toMatchObject([{ data: { power: 3 } }]);
    expect(seen).toEqual(["leave ann ROOM_CLOSED", "dispose"]);
    expect(bench.room.status).toBe("closed");
    expect(bench.of("left")).toEqual([{ type: "left", seat, code: "ROOM_CLOSED" }]);
    expect(bench.step()).toBeUndefined();
  });

  it("[S-ROOM12] closes when nobody is in it, unless it is permanent or a place is reserved", () => {
    const empty = new RoomBench(room({}));
    empty.step();
    expect(empty.room.status).toBe("closed");

    const permanent = new RoomBench(room({ permanent: true }));
    permanent.step(3);
    expect(permanent.room.status).toBe("running");

    const reserved = new RoomBench(
      room({ tickRate: 10, create: (at) => void at.reserve("ann", 300) }),
    );
    reserved.step(2);
    expect(reserved.room.status).toBe("running");
    reserved.step();
    expect(reserved.room.status).toBe("closed");
  });

  it("[S-ROOM12] a join that waits keeps an empty room open", () => {
    const bench = new RoomBench(room({ graceMs: 0 }));
    const seat = bench.join("ann");
    bench.room.leave(seat, { code: "LEFT" });
    bench.ask("ben");
    bench.step();
    expect(bench.room.status).toBe("running");
    expect(bench.room.playerCount).toBe(1);
  });

  it("[S-ROOM12] game code that outlives its room has no effect", () => {
    const outlived: (() => void)[] = [];
    const bench = new RoomBench(
      room({
        entities: { Hero },
        events: { Boom },
        timers: { bell: () => undefined },
        create: (at) => {
          outlived.push(
            () => at.spawn(Hero, {}),
            () => at.emit(Boom, { power: 1 }, "all"),
            () => at.say("hello"),
            () => at.after(1, "bell"),
            () => at.reserve("ann"),
            () => at.lock(true),
          );
        },
        join: (at, player) => {
          const hero = at.spawn(Hero, {});
          outlived.push(
            () => at.despawn(hero),
            () => at.pin(player, hero),
            () => at.unpin(player, hero),
            () => at.setViewpoint(player, hero),
            () => at.kick(player),
            () => at.transfer(player, "forest"),
          );
          at.close();
        },
      }),
    );
    bench.ask("ann");
    bench.step();
    expect(bench.room.status).toBe("closed");
    expect(outlived).toHaveLength(12);
    for (const call of outlived) {
      expect(call).toThrow(expect.objectContaining({ code: "ROOM_CLOSED" }));
    }
  });
});
