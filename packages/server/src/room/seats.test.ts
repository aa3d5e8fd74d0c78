import { room } from "@realmwright/core";
import { entity, input, limits, RealmError, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";

const Hero = entity("hero", { hp: t.uint(100) });
const Hit = input("hit", { target: t.entity() });

/** A room at ten ticks a second that writes down what its hooks see. */
function diary(more: Partial<Parameters<typeof room>[0]> = {}): {
  bench: RoomBench;
  seen: string[];
} {
  const seen: string[] = [];
  const bench = new RoomBench(
    room({
      tickRate: 10,
      entities: { Hero },
      inputs: { Hit },
      graceMs: 500,
      permanent: true,
      join: (at, player) => {
        seen.push(`join ${player.name}`);
        at.spawn(Hero, { owner: player });
      },
      drop: (_, player) => void seen.push(`drop ${player.name}`),
      reconnect: (_, player) => void seen.push(`reconnect ${player.name}`),
      leave: (at, player, code) => {
        seen.push(`leave ${player.name} ${code} with ${at.all(Hero).length}`);
      },
      ...(more as object),
    }),
  );
  return { bench, seen };
}

describe("joining", () => {
  it("[S-SEAT1] takes as many players as it may have and refuses one more, spectators apart", () => {
    const { bench } = diary({ maxPlayers: 2, maxSpectators: 1 });
    expect(bench.join("ann")).toBe(0);
    expect(bench.join("ben")).toBe(1);
    expect(bench.join("wil", { spectate: true })).toBe(2);
    const tickets = [bench.ask("cid"), bench.ask("wim", { spectate: true })];
    bench.step();
    expect(bench.of("refused")).toEqual(
      tickets.map((ticket) => ({
        type: "refused",
        ticket,
        error: new RealmError("ROOM_FULL").toPayload(),
      })),
    );
    expect(bench.room.hasSpace(false)).toBe(false);
  });

  it("[S-SEAT1] refuses while locked, and whom the admit hook refuses, with the game's own code", () => {
    const { bench } = diary({
      admit: (at, applicant) =>
        applicant.name === "bad" ? at.refuse("BANNED", "Go away.") : undefined,
    });
    bench.ask("bad");
    bench.step();
    expect(bench.of("refused")[0]!.error).toEqual({
      code: "BANNED",
      text: "Go away.",
      action: "give-up",
    });
    bench.room.state.locked = true;
    bench.ask("ann");
    bench.step();
    expect(bench.of("refused")[1]!.error).toMatchObject({ code: "JOIN_REFUSED" });
    expect(bench.room.playerCount).toBe(0);
  });

  it("[S-SEAT1] checks join options before anything else and hands them over typed", () => {
    const seen: unknown[] = [];
    const { bench } = diary({
      joinOptions: { hp: t.uint(10).default(5) },
      join: (_, __, options) => void seen.push(options),
    });
    bench.join("ann", { options: { hp: 7 } });
    bench.join("ben");
    expect(seen).toEqual([{ hp: 7 }, { hp: 5 }]);
    const hostile = JSON.parse('{"__proto__":{"hp":1},"hp":{}}') as Record<string, unknown>;
    for (const options of [{ hp: 11 }, { hp: "7" }, hostile]) {
      expect(() => bench.ask("cid", { options })).toThrow(
        expect.objectContaining({ code: "OPTIONS_INVALID" }),
      );
    }
    bench.step();
    expect(bench.room.playerCount).toBe(2);
  });

  it("[S-SEAT2] an account has one seat: joining again takes it over", () => {
    const { bench, seen } = diary();
    const seat = bench.join("ann");
    expect(bench.join("ann")).toBe(seat);
    expect(bench.of("joined").map(({ resumed }) => resumed)).toEqual([false, true]);
    bench.room.drop(seat);
    bench.step();
    expect(bench.join("ann")).toBe(seat);
    expect(seen).toEqual(["join ann", "drop ann", "reconnect ann"]);
    expect(bench.room.playerCount).toBe(1);
  });

  it.each([false, true])(
    "[S-SEAT2] the old connection's end, behind the join in its tick, is not the new one's (spectator: %s)",
    (spectate) => {
      const { bench, seen } = diary();
      const seat = bench.join("ann", { spectate });
      bench.ask("ann", { spectate });
      bench.room.drop(seat);
      bench.step();
      expect(bench.of("joined").map((news) => news.seat)).toEqual([seat, seat]);
      bench.step(20);
      expect(bench.of("left")).toEqual([]);
      expect(seen.some((line) => line.startsWith("drop"))).toBe(false);
      bench.room.drop(seat);
      bench.step(20);
      expect(bench.of("left")).toEqual([{ type: "left", seat, code: "DROPPED" }]);
    },
  );

  it("[S-SEAT2] two joins of one account in one tick make one seat", () => {
    const { bench, seen } = diary();
    bench.ask("ann");
    bench.ask("ann");
    bench.step();
    expect(bench.of("joined").map(({ seat }) => seat)).toEqual([0, 0]);
    expect(seen).toEqual(["join ann"]);
  });

  it("[S-SEAT2] who leaves and joins in one tick gets a new seat", () => {
    const { bench, seen } = diary();
    const seat = bench.join("ann");
    bench.room.leave(seat, { code: "LEFT" });
    const next = bench.join("ann");
    expect(next).not.toBe(seat);
    expect(seen).toEqual(["join ann", "leave ann LEFT with 1", "join ann"]);
  });

  it("[S-SEAT3] reuses the lowest number, but not in the tick that gave it back", () => {
    const { bench } = diary();
    bench.join("ann");
    bench.join("ben");
    bench.room.leave(0, { code: "LEFT" });
    expect(bench.join("cid")).toBe(2);
    expect(bench.join("dan")).toBe(0);
  });

  it("[S-SEAT4] spectators are greeted apart, cannot act, and leave without grace", () => {
    const { bench, seen } = diary({
      spectate: (_: unknown, who: { name: string }) => void seen.push(`watch ${who.name}`),
    });
    const seat = bench.join("wil", { spectate: true });
    bench.input(seat, 1, "hit", { target: 0 });
    bench.step();
    expect(bench.frame!.confirms).toEqual([{ seat, seq: 1, code: "SPECTATOR_READ_ONLY" }]);
    bench.room.drop(seat);
    bench.step();
    expect(bench.room.spectatorCount).toBe(0);
    expect(seen).toEqual(["watch wil"]);
  });

  it("[S-SEAT5] holds a reserved place for its account until it comes, and for nobody else", () => {
    const names: string[] = [];
    const { bench } = diary({
      maxPlayers: 1,
      create: (at) => void names.push(at.reserve("ann", 1000)),
    });
    bench.ask("ben");
    bench.ask("ben", { reservation: names[0]! });
    bench.ask("ann", { reservation: "arena-1:99" });
    bench.step();
    expect(bench.of("refused").map(({ error }) => error.code)).toEqual([
      "ROOM_FULL",
      "RESERVATION_UNKNOWN",
      "RESERVATION_UNKNOWN",
    ]);
    expect(bench.join("ann", { reservation: names[0]! })).toBe(0);
  });

  it("[S-SEAT5] a reservation is used up by its account's coming, named or not", () => {
    const names: string[] = [];
    const { bench } = diary({
      maxPlayers: 2,
      create: (at) => void names.push(at.reserve("ann", 1000)),
    });
    bench.join("ann");
    expect(bench.room.hasSpace(false)).toBe(true);
    bench.join("ben");
    bench.room.leave(0, { code: "LEFT" });
    bench.step();
    bench.ask("ann", { reservation: names[0]! });
    bench.step();
    expect(bench.of("refused").map(({ error }) => error.code)).toEqual(["RESERVATION_UNKNOWN"]);
  });

  it("[S-SEAT5] a reservation ends exactly at its time, by default that of the limits", () => {
    const names: string[] = [];
    const { bench } = diary({
      tickRate: 1,
      maxPlayers: 1,
      create: (at) => void names.push(at.reserve("ann")),
    });
    const ticks = limits.reservationTtlMs.value / 1000;
    bench.step(ticks - 1);
    expect(bench.room.hasSpace(false)).toBe(false);
    bench.step();
    expect(bench.room.hasSpace(false)).toBe(true);
    bench.ask("ann", { reservation: names[0]! });
    bench.step();
    expect(bench.of("refused").map(({ error }) => error.code)).toEqual(["RESERVATION_UNKNOWN"]);
  });

  it("[S-SEAT5] reserves no more places than there are", () => {
    const codes: unknown[] = [];
    diary({
      maxPlayers: 2,
      create: (at) => {
        for (const account of ["ann", "ben", "ann", "cid"]) {
          try {
            at.reserve(account);
          } catch (error) {
            codes.push([account, (error as { code: string }).code]);
          }
        }
      },
    });
    expect(codes).toEqual([["cid", "ROOM_FULL"]]);
  });

  it("[S-ROOM1] lets as many joins and lines wait as its limit, and not one more; leaves always", () => {
    const { bench } = diary({ maxPlayers: 1000 });
    const seat = bench.join("ann");
    const max = limits.waitingPerRoom.value;
    for (let i = 0; i < max; i++) bench.room.chat(seat, `line ${i}`);
    expect(() => bench.ask("ben")).toThrow(expect.objectContaining({ code: "INBOX_FULL" }));
    bench.room.chat(seat, "one too many");
    bench.room.leave(seat, { code: "LEFT" });
    bench.step();
    expect(bench.of("chat")).toHaveLength(max);
    expect(bench.of("chatRefused").map(({ error }) => error.code)).toEqual(["INBOX_FULL"]);
    expect(bench.room.playerCount).toBe(0);
    expect(bench.join("ben")).toBe(0);
  });
});

describe("keeping a seat", () => {
  it("[S-SEAT6] keeps it for the grace time and gives it up exactly then", () => {
    const { bench, seen } = diary();
    const seat = bench.join("ann");
    bench.room.drop(seat);
    bench.step(5);
    expect(bench.room.playerCount).toBe(1);
    expect(seen).toEqual(["join ann", "drop ann"]);
    bench.step();
    expect(bench.room.playerCount).toBe(0);
    expect(seen.at(-1)).toBe("leave ann DROPPED with 1");
    expect(bench.of("left")).toEqual([{ type: "left", seat, code: "DROPPED" }]);
  });

  it("[S-SEAT6] who comes back in the very tick in which the grace ends has come in time", () => {
    const { bench, seen } = diary();
    const seat = bench.join("ann");
    bench.room.drop(seat);
    bench.step(5);
    bench.room.reconnect(seat);
    bench.step();
    expect(bench.of("reconnected")).toEqual([{ type: "reconnected", seat }]);
    expect(seen).toEqual(["join ann", "drop ann", "reconnect ann"]);
    bench.step(20);
    expect(bench.room.playerCount).toBe(1);
  });

  it("[S-SEAT6] without grace a dropped seat is gone in the same tick", () => {
    const { bench } = diary({ graceMs: 0 });
    bench.room.drop(bench.join("ann"));
    bench.step();
    expect(bench.room.playerCount).toBe(0);
  });

  it("[S-SEAT6] a second drop does not lengthen the grace, a second reconnect calls no hook", () => {
    const { bench, seen } = diary();
    const seat = bench.join("ann");
    bench.room.drop(seat);
    bench.step(3);
    bench.room.drop(seat);
    bench.step(2);
    bench.room.reconnect(seat);
    bench.room.reconnect(seat);
    bench.step();
    expect(seen).toEqual(["join ann", "drop ann", "reconnect ann"]);
    bench.room.drop(seat);
    bench.step(4);
    bench.room.drop(seat);
    bench.step(2);
    expect(bench.room.playerCount).toBe(0);
  });

  it("[S-SEAT7] what a player owns goes after its leave hook, and what only it could see is nobody's", () => {
    const { bench, seen } = diary();
    const seat = bench.join("ann");
    bench.join("ben");
    const { world } = bench.room.state;
    const secret = world.spawn(Hero, { audience: "seat", seat: { seat } });
    bench.step();
    bench.room.leave(seat, { code: "LEFT" });
    bench.step();
    expect(seen.at(-1)).toBe("leave ann LEFT with 3");
    expect(world.all(Hero)).toHaveLength(2);
    expect(secret.alive).toBe(true);
    bench.join("cid");
    expect(world.seatOf[(secret.id - 1) & 0xffff]).toBe(-1);
  });

  it("[S-SEAT8] kicks at the end of the tick, with the game's code and text", () => {
    const { bench } = diary({
      on: { hit: (at, player) => at.kick(player, "CHEAT", "No.") },
    });
    const seat = bench.join("ann");
    bench.input(seat, 1, "hit", { target: 0 });
    bench.step();
    expect(bench.of("left")).toEqual([{ type: "left", seat, code: "CHEAT", text: "No." }]);
    expect(bench.frame!.confirms).toEqual([{ seat, seq: 1, code: undefined }]);
  });

  it("[S-SEAT8] a player that is kicked in the tick of its joining is refused instead", () => {
    const { bench } = diary({ join: (at, player) => at.kick(player, "NOT_YOU", "Go.") });
    const ticket = bench.ask("ann");
    bench.step();
    expect(bench.of("joined")).toEqual([]);
    expect(bench.of("refused")).toEqual([
      { type: "refused", ticket, error: { code: "NOT_YOU", text: "Go.", action: "give-up" } },
    ]);
    expect(bench.room.report(0)).toBeUndefined();
  });

  it("[S-SEAT9] commands for seats that nobody holds are ignored", () => {
    const { bench, seen } = diary();
    for (const seat of [0, -1, 9999, Number.NaN]) {
      bench.room.drop(seat);
      bench.room.reconnect(seat);
      bench.room.leave(seat, { code: "LEFT" });
      bench.room.chat(seat, "hello");
      bench.room.doorShut(seat);
      bench.room.input(seat, [{ seq: 1, input: 0, view: -1, value: {} }]);
    }
    bench.step();
    expect(bench.news).toEqual([]);
    expect(seen).toEqual([]);
  });

  it("[S-SEAT9] a player object of the past does not stand for the next holder of its number", () => {
    const past: unknown[] = [];
    const { bench } = diary({
      join: (at, player) => {
        past.push(player);
        if (player.name !== "eve") return;
        at.kick(past[0] as typeof player);
      },
    });
    bench.room.leave(bench.join("ann"), { code: "LEFT" });
    bench.step();
    bench.join("ben");
    bench.ask("eve");
    bench.step();
    expect(bench.room.status).toBe("failed");
    expect(bench.log.of("error")[0]!.data["error"]).toMatchObject({ code: "GAME_INVALID" });
  });
});
