import { room, type Entity, type Room } from "@realmwright/core";
import { document, entity, event, input, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";

const Hero = entity("hero", { hp: t.uint(100) });
const Move = input("move", { dx: t.unit(8) });
const Hit = input("hit", { target: t.entity() });
const Boom = event("boom", { power: t.uint(9) });
const Note = event("note", { text: t.string(9) });
const Board = document("board", { phase: t.enum(["lobby", "play"]) });

type Hook =
  | "admit"
  | "join"
  | "spectate"
  | "drop"
  | "reconnect"
  | "leave"
  | "tick"
  | "chat"
  | "input"
  | "step"
  | "timer";

/** A room with two players whose hook throws when `armed`. */
function fragile(hook: Hook): { bench: RoomBench; arm: () => void; disposed: () => number } {
  let armed = false;
  let disposed = 0;
  const at = (place: Hook): void => {
    if (armed && place === hook) throw new Error(`in ${place}`);
  };
  const bench = new RoomBench(
    room({
      entities: { Hero },
      inputs: { Move, Hit },
      graceMs: 0,
      predict: { entity: Hero, input: Move, step: () => at("step") },
      create: (here) => void here.after(200, "bell"),
      admit: () => at("admit"),
      join: (here, player) => {
        here.spawn(Hero, { owner: player });
        at("join");
      },
      spectate: () => at("spectate"),
      drop: () => at("drop"),
      reconnect: () => at("reconnect"),
      leave: () => at("leave"),
      tick: () => at("tick"),
      chat: (_, __, text) => {
        at("chat");
        return text;
      },
      on: { hit: () => at("input") },
      timers: { bell: () => at("timer") },
      dispose: () => {
        disposed++;
      },
    }),
  );
  bench.join("ann");
  bench.join("ben");
  return {
    bench,
    arm: () => {
      armed = true;
    },
    disposed: () => disposed,
  };
}

/** What makes each hook run. */
const triggers: Record<Hook, (bench: RoomBench) => void> = {
  admit: (bench) => void bench.ask("cid"),
  join: (bench) => void bench.ask("cid"),
  spectate: (bench) => void bench.ask("wil", { spectate: true }),
  drop: (bench) => bench.room.drop(1),
  reconnect: (bench) => {
    bench.room.drop(1);
    bench.room.reconnect(1);
  },
  leave: (bench) => bench.room.leave(1, { code: "LEFT" }),
  tick: () => undefined,
  chat: (bench) => bench.room.chat(0, "hello"),
  input: (bench) => bench.input(0, 1, "hit", { target: 0 }),
  step: (bench) => bench.input(0, 1, "move", { dx: 1 }),
  timer: (bench) => void bench.step(),
};

describe("a room that throws", () => {
  for (const hook of Object.keys(triggers) as Hook[]) {
    it(`[S-ROOM4] in ${hook} ends alone: members are told, the cause is logged, it is disposed of`, () => {
      const { bench, arm, disposed } = fragile(hook);
      triggers[hook](bench);
      arm();
      const late = bench.ask("zoe");
      bench.step();
      expect(bench.room.status).toBe("failed");
      const left = bench.of("left").map(({ seat, code }) => [seat, code]);
      expect(left).toEqual([
        [0, "ROOM_FAILED"],
        [1, "ROOM_FAILED"],
      ]);
      // who was about to join, before or after the hook ran, is told too
      expect(bench.of("refused").find(({ ticket }) => ticket === late)?.error.code).toBe(
        "ROOM_FAILED",
      );
      const [line] = bench.log.of("error");
      expect(line!.data["error"]).toMatchObject({ message: `in ${hook}` });
      expect(disposed()).toBe(1);
      expect(bench.metrics.value("realmwright_rooms_failed_total", { room: "arena" })).toBe(1);
      expect(bench.step()).toBeUndefined();
      expect(() => bench.ask("eve")).toThrow(expect.objectContaining({ code: "ROOM_CLOSED" }));
    });
  }

  it("[S-ROOM4] nobody goes through a door of the tick that fails", () => {
    for (const isFailing of [false, true]) {
      const bench = new RoomBench(
        room({
          tick: (at) => {
            if (at.tick !== 2) return;
            for (const player of at.players.values()) at.transfer(player, "forest");
            if (isFailing) throw new Error("behind the door");
          },
        }),
      );
      const seat = bench.join("ann");
      bench.step();
      expect(bench.of("transfer")).toHaveLength(isFailing ? 0 : 1);
      expect(bench.of("left")).toEqual(
        isFailing ? [{ type: "left", seat, code: "ROOM_FAILED" }] : [],
      );
    }
  });

  it("[S-ROOM4] a dispose hook that throws as well is logged and changes nothing", () => {
    const bench = new RoomBench(
      room({
        tick: (at) => {
          if (at.tick === 2) throw new Error("first");
        },
        dispose: () => {
          throw new Error("second");
        },
      }),
    );
    bench.join("ann");
    bench.step();
    expect(bench.of("left")).toEqual([{ type: "left", seat: 0, code: "ROOM_FAILED" }]);
    expect(bench.log.of("error")).toHaveLength(2);
  });

  it("[S-ROOM4] by throwing something that is no error is treated the same", () => {
    for (const thrown of [undefined, null, "text", 7, []]) {
      const bench = new RoomBench(
        room({
          tick: () => {
            throw thrown as unknown as Error;
          },
        }),
      );
      bench.step();
      expect(bench.room.status).toBe("failed");
    }
  });

  it("[S-ROOM4] in leave while it closes ends as failed, not closed", () => {
    const bench = new RoomBench(
      room({
        tick: (at) => {
          if (at.tick === 2) at.close();
        },
        leave: () => {
          throw new Error("no");
        },
      }),
    );
    bench.join("ann");
    bench.step();
    expect(bench.room.status).toBe("failed");
    expect(bench.of("left").map(({ code }) => code)).toEqual(["ROOM_FAILED"]);
  });

  it("[S-ROOM5] an asynchronous hook counts as one that throws, and its rejection is caught", async () => {
    const rejected = Promise.reject(new Error("later"));
    const tick = (): unknown => rejected;
    const bench = new RoomBench(room({ tick }));
    bench.step();
    expect(bench.room.status).toBe("failed");
    await expect(rejected).rejects.toThrow("later");
    const messages = bench.log.of("error").map(({ message }) => message);
    expect(messages).toContain("An asynchronous hook failed.");
  });

  it("[S-ROOM6] misuse of the room's own methods is an error of the game", () => {
    const misuses: Record<string, (at: Room) => void> = {
      "an unknown timer": (at) => void at.after(1, "none"),
      "a negative delay": (at) => void at.after(-1, "bell"),
      "a delay that is no number": (at) => void at.after(Number.NaN, "bell"),
      "a reservation without an end": (at) => void at.reserve("ann", Number.NaN),
      "timer data that is no JSON": (at) => void at.after(1, "bell", { f: () => 1 }),
      "an event of another room": (at) => at.emit(event("other", {}), {}, "all"),
      "an event without its data": (at) => at.emit(Note, {} as { text: string }, "all"),
      "an entity of another room": (at) => void at.spawn(entity("other", { x: t.float() }), {}),
      "an owner that is nobody": (at) => void at.spawn(Hero, { owner: { seat: 5 } }),
      "a refusal without a code": (at) => void at.refuse(""),
      "a refusal with a long code": (at) => void at.refuse("x".repeat(41)),
      "a document that does not fit": (at) =>
        at.document.update((draft) => {
          (draft as Record<string, unknown>)["phase"] = "over";
        }),
      "more entities than allowed": (at) => {
        for (let i = 0; i < 4; i++) at.spawn(Hero, {});
      },
      "more timers than allowed": (at) => {
        for (let i = 0; i < 4097; i++) at.after(1000, "bell");
      },
      "more events than allowed": (at) => {
        for (let i = 0; i < 4097; i++) at.emit(Boom, { power: 1 }, "all");
      },
    };
    for (const [title, misuse] of Object.entries(misuses)) {
      const bench = new RoomBench(
        room({
          entities: { Hero },
          events: { Boom, Note },
          documents: { shared: Board },
          maxEntities: 3,
          timers: { bell: () => undefined },
          tick: (at) => misuse(at as unknown as Room),
        }),
      );
      bench.step();
      expect(bench.room.status, title).toBe("failed");
    }
  });

  it("[S-ROOM6] an event at an entity may come in the tick of its end, not in a later one", () => {
    const heroes: Entity<typeof Hero>[] = [];
    const bench = new RoomBench(
      room({
        entities: { Hero },
        events: { Boom },
        permanent: true,
        create: (at) => void heroes.push(at.spawn(Hero, {})),
        tick: (at) => {
          const hero = heroes[0]!;
          at.despawn(hero);
          // the next one has the same slot
          if (at.tick > 1) at.spawn(Hero, {});
          at.emit(Boom, { power: at.tick }, { near: hero });
        },
      }),
    );
    bench.step();
    expect(bench.frame!.events).toHaveLength(1);
    expect(bench.room.status).toBe("running");
    bench.step();
    expect(bench.room.status).toBe("failed");
    const [line] = bench.log.of("error");
    expect(line!.data["error"]).toMatchObject({ code: "ENTITY_GONE" });
  });

  it("[S-ROOM6] the greatest number that is allowed of each is no error", () => {
    const bench = new RoomBench(
      room({
        entities: { Hero },
        events: { Boom },
        maxEntities: 3,
        permanent: true,
        timers: { bell: () => undefined },
        tick: (at) => {
          for (let i = 0; i < 3; i++) at.spawn(Hero, {});
          for (let i = 0; i < 4096; i++) at.after(1000, "bell");
          for (let i = 0; i < 4096; i++) at.emit(Boom, { power: 1 }, "all");
        },
      }),
    );
    bench.step();
    expect(bench.room.status).toBe("running");
    expect(bench.frame!.events).toHaveLength(4096);
  });
});
