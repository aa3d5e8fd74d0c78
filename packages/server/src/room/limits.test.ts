import { defineGame, type Room, room, type RoomDefinition } from "@realmwright/core";
import { document, entity, event, limits, type LimitName, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { noFiles } from "../testing/host-bench.ts";
import { RoomBench } from "../testing/room-bench.ts";
import { planGame, planRoom } from "./room-plan.ts";

const Mote = entity("mote", { age: t.uint(9) });
const Boom = event("boom", { power: t.uint(9) });
const Board = document("board", { rows: t.list(t.string(4096), 5) });

/** A room without members that lets one function act in each tick. */
function acting(act: (at: Room) => void, more: object = {}): RoomBench {
  return new RoomBench(
    room({
      entities: { Mote },
      events: { Boom },
      documents: { shared: Board },
      timers: { bell: () => undefined },
      maxEntities: limits.entitiesPerRoom.value,
      permanent: true,
      tick: (at) => act(at as unknown as Room),
      ...more,
    }),
  );
}

/** What a call throws, by its code. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Everything in a room that game code makes, up to its limit. */
const makers: Partial<Record<LimitName, (at: Room) => unknown>> = {
  entitiesPerRoom: (at) => at.spawn(Mote, { age: 3 }),
  eventsPerTick: (at) => at.emit(Boom, { power: 1 }, "all"),
  timersPerRoom: (at) => at.after(1000, "bell"),
};

describe.each(Object.entries(makers))("%s", (name, make) => {
  const { value: max, error } = limits[name as LimitName];

  it(`[S-ROOM6] takes ${max} and not one more; a game that catches it goes on`, () => {
    const codes: (string | undefined)[] = [];
    const bench = acting((at) => {
      if (at.tick > 1) return;
      for (let i = 0; i < max + 2; i++) codes.push(codeOf(() => make(at)));
    });
    const frame = bench.step()!;
    expect(codes.lastIndexOf(undefined)).toBe(max - 1);
    expect(codes.slice(max)).toEqual([error, error]);
    expect(bench.room.status).toBe("running");
    const made = {
      entitiesPerRoom: bench.room.state.world.count,
      eventsPerTick: frame.events.length,
      timersPerRoom: bench.room.state.timers.size,
    };
    expect(made).toMatchObject({ [name]: max });
    expect(bench.join("ann")).toBe(0);
  });

  it("[S-ROOM6] one more ends a room whose game does not catch it, and the log names the limit", () => {
    const bench = acting((at) => {
      if (at.players.size === 0) return;
      for (let i = 0; i <= max; i++) make(at);
    });
    bench.ask("ann");
    bench.step();
    expect(bench.room.status).toBe("failed");
    expect(bench.of("refused")[0]!.error.code).toBe("ROOM_FAILED");
    expect(bench.log.of("error")[0]!.data["error"]).toMatchObject({ code: error });
  });
});

describe("a room at its limit", () => {
  it("[S-ROOM6] of events has room for as many in the next tick", () => {
    const { value: max } = limits.eventsPerTick;
    const bench = acting((at) => {
      for (let i = 0; i < max; i++) at.emit(Boom, { power: 1 }, "all");
    });
    for (let i = 0; i < 3; i++) expect(bench.step()!.events).toHaveLength(max);
  });

  it("[S-ROOM6] of timers takes another when one has run or was cancelled", () => {
    const codes: (string | undefined)[] = [];
    const bench = acting((at) => {
      if (at.tick > 1) return;
      const first = at.after(1000, "bell");
      for (let i = 1; i < limits.timersPerRoom.value; i++) at.after(5000, "bell");
      codes.push(codeOf(() => at.after(1, "bell")));
      at.cancel(first);
      codes.push(
        codeOf(() => at.after(1, "bell")),
        codeOf(() => at.after(1, "bell")),
      );
    });
    bench.step();
    expect(codes).toEqual([limits.timersPerRoom.error, undefined, limits.timersPerRoom.error]);
  });

  it("[S-ROOM7] of a document keeps the value that it had, and its readers notice nothing", () => {
    const { value: max, error } = limits.documentBytes;
    // {"rows":["…","…","…","…","…"]} takes 25 bytes besides the texts
    const rows = (bytes: number): string[] => {
      const list = Array.from({ length: 4 }, () => "x".repeat(4000));
      return [...list, "x".repeat(bytes - 4 * 4000 - 25)];
    };
    const codes: (string | undefined)[] = [];
    const bench = acting((at) => {
      const size = at.tick === 1 ? max : max + 1;
      const change = (board: unknown): void => {
        (board as { rows: string[] }).rows = rows(size);
      };
      codes.push(codeOf(() => at.document.update(change)));
    });
    const value = { rows: rows(max) };
    expect(JSON.stringify(value)).toHaveLength(max);
    expect(bench.step()!.documents.at(-1)).toMatchObject({ version: 2, value });
    expect(bench.step()!.documents).toEqual([]);
    expect(codes).toEqual([undefined, error]);
    expect(bench.room.mirror.shared).toEqual({ version: 2, value });
  });

  it("[S-SEAT1] of players takes as many as there may be and refuses one more; those in it and spectators notice nothing", () => {
    const { value: max, error } = limits.playersPerRoom;
    const bench = new RoomBench(room({ maxPlayers: max }));
    for (let i = 0; i < max; i++) {
      bench.ask(`player ${i}`);
      // no more may wait than the room's inbox holds
      if (i % 1_000 === 999) bench.step();
    }
    bench.step();
    const ticket = bench.ask("one too many");
    expect(bench.join("watcher", { spectate: true })).toBe(max);
    expect(bench.of("joined")).toHaveLength(max + 1);
    expect(bench.of("refused")).toMatchObject([{ ticket, error: { code: error } }]);
    expect([bench.room.playerCount, bench.room.hasSpace(false)]).toEqual([max, false]);
    bench.room.leave(500, { code: "LEFT" });
    bench.step();
    expect(bench.join("one too many")).toBe(500);
  });

  it("[S-SEAT1] of spectators takes as many as there may be and refuses one more; players notice nothing", () => {
    const { value: max, error } = limits.spectatorsPerRoom;
    const bench = new RoomBench(room({ maxSpectators: max }));
    for (let i = 0; i < max; i++) bench.ask(`watcher ${i}`, { spectate: true });
    bench.step();
    const ticket = bench.ask("one too many", { spectate: true });
    expect(bench.join("ann")).toBe(max);
    expect(bench.of("refused")).toMatchObject([{ ticket, error: { code: error } }]);
    expect([bench.room.spectatorCount, bench.room.hasSpace(true)]).toEqual([max, false]);
  });

  it("[S-SEAT6] of grace keeps a seat up to its last tick, and not in the one after", () => {
    const tickRate = 2;
    const ticks = (limits.seatGraceMs.value / 1000) * tickRate;
    const bench = new RoomBench(room({ tickRate, permanent: true }));
    const dropped = ["ann", "ben"].map((account) => bench.join(account));
    for (const seat of dropped) bench.room.drop(seat);
    bench.step(ticks);
    expect(bench.room.playerCount).toBe(2);
    // a reconnect in the tick in which the time ends is in time
    bench.room.reconnect(dropped[0]!);
    bench.step();
    expect(bench.of("reconnected")).toEqual([{ type: "reconnected", seat: dropped[0] }]);
    expect(bench.of("left")).toEqual([{ type: "left", seat: dropped[1], code: "DROPPED" }]);
    bench.room.reconnect(dropped[1]!);
    bench.step();
    expect(bench.of("reconnected")).toHaveLength(1);
  });

  it("[S-SEAT5] of a reservation keeps the place up to its last tick, and not in the one after", () => {
    const tickRate = 2;
    const { value: ms, error } = limits.reservationTtlMs;
    const ticks = (ms / 1000) * tickRate;
    const names: string[] = [];
    const bench = new RoomBench(
      room({
        tickRate,
        permanent: true,
        create: (at) => {
          for (const account of ["ann", "ben"]) names.push(at.reserve(account));
        },
      }),
    );
    bench.step(ticks - 1);
    // a join in the tick in which the time ends is in time
    expect(bench.join("ann", { reservation: names[0]! })).toBe(0);
    const ticket = bench.ask("ben", { reservation: names[1]! });
    bench.step();
    expect(bench.of("refused")).toMatchObject([{ ticket, error: { code: error } }]);
  });
});

/** What a room may ask for at most. */
const wishes: readonly (readonly [LimitName, string, (size: number) => RoomDefinition])[] = [
  ["playersPerRoom", "maxPlayers", (maxPlayers) => room({ maxPlayers })],
  ["spectatorsPerRoom", "maxSpectators", (maxSpectators) => room({ maxSpectators })],
  ["entitiesPerRoom", "maxEntities", (maxEntities) => room({ maxEntities })],
  [
    "visiblePerClient",
    "interest.nearest",
    (nearest) => room({ interest: { enter: 20, leave: 24, nearest } }),
  ],
];

describe("a definition", () => {
  it.each(wishes)(
    "[S-HOST13] that asks for as much as %s is taken, one above is not",
    (name, what, make) => {
      const { value: max } = limits[name];
      expect(() => planRoom("town", make(max), undefined)).not.toThrow();
      for (const size of [max + 1, 0.5, -1, Number.NaN]) {
        expect(() => planRoom("town", make(size), undefined)).toThrow(
          `GAME_INVALID: room "town": ${what} must be a whole number`,
        );
      }
    },
  );

  it.each([
    [{ enter: 20, leave: 19 }, "0 < enter <= leave"],
    [{ enter: 0, leave: 19 }, "0 < enter <= leave"],
    [{ enter: 20, leave: Infinity }, "0 < enter <= leave"],
    [{ enter: 20, leave: 20, dwellMs: -1 }, "interest.dwellMs must be at least 0 ms"],
    [{ enter: 20, leave: 20, bytesPerSecond: 0 }, "interest.bytesPerSecond must be above 0"],
    [{ enter: 20, leave: 20, bytesPerSecond: 20 * 262_144 + 1 }, "at most 5242880"],
  ])("[S-HOST13] with the interest %j is refused", (interest, text) => {
    expect(() => planRoom("town", room({ interest }), undefined)).toThrow(text);
  });

  it.each([-1, Number.NaN, Infinity])(
    "[S-HOST13] with a grace time of %d is refused",
    (graceMs) => {
      expect(() => planRoom("town", room({ graceMs }), undefined)).toThrow(/GAME_INVALID.*graceMs/);
    },
  );

  it("[S-HOST13] of schemas that do not fit one message to a client is refused", async () => {
    const words = Array.from({ length: 256 }, (_, i) => `${i}`.padStart(64, "w"));
    const fields = Object.fromEntries(
      Array.from({ length: 15 }, (_, i) => [`f${i}`, t.enum(words as [string, ...string[]])]),
    );
    // about a quarter of a megabyte each
    const games = [3, 4].map((count) => {
      const kinds = Array.from({ length: count }, (_, i) => [
        `r${i}`,
        room({ entities: { Big: entity("big", fields) } }),
      ]);
      return defineGame({
        name: "big",
        rooms: Object.fromEntries(kinds) as Record<string, RoomDefinition>,
      });
    });
    await expect(planGame(games[0]!, noFiles)).resolves.toMatchObject({ name: "big" });
    await expect(planGame(games[1]!, noFiles)).rejects.toThrow(/GAME_INVALID.*schemas take more/);
  });
});
