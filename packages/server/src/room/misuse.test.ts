import { type Player, room, type Room } from "@realmwright/core";
import { entity, event, limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";

const Hero = entity("hero", { hp: t.uint(100) });
const Boom = event("boom", { power: t.uint(9) });
const Note = event("note", { text: t.string(9), at: t.entity(), mood: t.enum(["calm", "angry"]) });

type Here = Pick<Room, "refuse" | "say"> & {
  emit(event: unknown, data: unknown, to: unknown): void;
};

/** A room that does one thing in its second tick; what that throws is kept, and does not reach the room. */
function trying(act: (at: Here) => void): { bench: RoomBench; thrown: unknown[] } {
  const thrown: unknown[] = [];
  const bench = new RoomBench(
    room({
      entities: { Hero },
      events: { Boom, Note },
      permanent: true,
      tick: (at) => {
        if (at.tick !== 2) return;
        try {
          act(at);
        } catch (error) {
          thrown.push(error);
        }
      },
    }),
  );
  bench.step();
  bench.step();
  return { bench, thrown };
}

const note = { text: "hi", at: 0, mood: "calm" };

describe("emit", () => {
  it("[S-ROOM6] sends an event as it was when it was emitted, clamped to its schema", () => {
    const data = { power: 99 };
    const { bench, thrown } = trying((at) => {
      at.emit(Boom, data, "all");
      data.power = 1;
      at.emit(Note, { ...note, text: "much too long" }, "all");
    });
    expect(thrown).toEqual([]);
    expect(bench.frame!.events.map((of) => of.data)).toEqual([
      { power: 9 },
      { ...note, text: "much too " },
    ]);
  });

  it.each([
    ["text", 5, "/text: expected a text, got 5"],
    ["at", { id: 4 }, "/at: expected an entity's id, or 0, got an object"],
    ["at", undefined, "/at: expected an entity's id, or 0, got nothing"],
    ["mood", "sad", '/mood: expected one of "calm", "angry", got "sad"'],
    ["loud", true, "/loud: expected no such key, got true"],
  ])(
    "P-SCH13 [S-ROOM6] of an event whose %s is %j throws at once, naming event and field; the room goes on",
    (field, value, text) => {
      const { bench, thrown } = trying((at) => at.emit(Note, { ...note, [field]: value }, "all"));
      expect(thrown).toMatchObject([{ code: "GAME_INVALID" }]);
      expect((thrown[0] as Error).message).toBe(
        `GAME_INVALID: the data of event "note" does not fit its schema (${text})`,
      );
      expect(bench.frame!.events).toEqual([]);
      expect(bench.room.status).toBe("running");
    },
  );

  it("[S-SEAT9] does not tell the next holder of a seat what was meant for the one before", () => {
    const past: Player[] = [];
    const bench = new RoomBench(
      room({
        events: { Boom },
        permanent: true,
        join: (_, player) => void past.push(player),
        tick: (at) => {
          for (const player of past) at.emit(Boom, { power: 1 }, { seat: player });
        },
      }),
    );
    bench.room.leave(bench.join("ann"), { code: "LEFT" });
    bench.step();
    expect(bench.frame!.events).toEqual([]);
    expect(bench.join("ben")).toBe(0);
    expect(bench.frame!.events).toMatchObject([{ target: 0, data: { power: 1 } }]);
  });
});

describe("pins", () => {
  it("[S-ROOM8] of what is dead are nothing, also where its place has another tenant", () => {
    const bench = new RoomBench(
      room({
        entities: { Hero },
        permanent: true,
        join: (at, player) => {
          for (let i = 0; i < 3; i++) at.pin(player, at.spawn(Hero, {}));
        },
        tick: (at) => {
          const [player] = at.players.values();
          if (player === undefined || at.tick < 2) return;
          const heroes = at.all(Hero);
          for (const hero of heroes) at.despawn(hero);
          for (const hero of heroes) at.pin(player, hero);
          at.pin(player, at.spawn(Hero, {}));
        },
      }),
    );
    const seat = bench.join("ann");
    expect(bench.room.mirror.seats.get(seat)!.pins.size).toBe(3);
    bench.step(50);
    expect(bench.room.mirror.seats.get(seat)!.pins.size).toBe(1);
    expect(bench.room.state.seats.get(seat)!.pins.size).toBe(1);
  });
});

describe("codes and texts", () => {
  it("[S-ROOM6] a code at its limit is taken, one above is refused; its text is cut, and never half a character", () => {
    const longest = "C".repeat(limits.codeCharacters.value);
    const { thrown } = trying((at) => {
      expect(at.refuse(longest, "\u{1f600}".repeat(200))).toMatchObject({
        code: longest,
        text: "\u{1f600}".repeat(128),
      });
      expect(at.refuse("NO", `${"x".repeat(255)}\u{1f600}`).text).toBe(`${"x".repeat(255)}\ufffd`);
      at.refuse(`${longest}C`);
    });
    expect(thrown).toMatchObject([{ code: limits.codeCharacters.error }]);
  });

  it.each([
    [limits.codeCharacters.value, "running"],
    [limits.codeCharacters.value + 1, "failed"],
    [0, "failed"],
  ])("[S-SEAT8] a kick by a code of %i characters leaves its room %s", (length, status) => {
    const code = "C".repeat(length);
    const bench = new RoomBench(
      room({ permanent: true, join: (at, player) => at.kick(player, code, "x".repeat(300)) }),
    );
    bench.ask("ann");
    bench.step();
    expect(bench.room.status).toBe(status);
    const { error } = bench.of("refused")[0]!;
    expect(error).toMatchObject(
      status === "running" ? { code, text: "x".repeat(256) } : { code: "ROOM_FAILED" },
    );
  });

  it("[S-ROOM10] what the game says has no half characters", () => {
    const { bench } = trying((at) => at.say("\ud83d!"));
    expect(bench.of("chat")).toMatchObject([{ text: "\ufffd!" }]);
  });
});
