import { room, type RoomDefinition } from "@realmwright/core";
import { document, entity, event, input, t } from "@realmwright/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";
import { readCheckpoint } from "./checkpoint-layout.ts";
import { checkpoint, restore } from "./room-checkpoint.ts";
import { planRoom } from "./room-plan.ts";

const Hero = entity("hero", {
  x: t.position({ min: -1e6, max: 1e6, step: 1 }),
  y: t.position({ min: -1e6, max: 1e6, step: 1 }),
  hp: t.uint(100),
  name: t.string(24).static(),
  aim: t.entity(),
  hidden: t.float().unreplicated(),
});
const Mote = entity("mote", { age: t.uint(1000), mood: t.enum(["calm", "angry"]) });
const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
const Cast = input("cast", { power: t.uint(9) });
const Boom = event("boom", { power: t.uint(9) });
const Board = document("board", { round: t.uint(1e6), last: t.string(24) });
const Bag = document("bag", { gold: t.uint(1e6) });

/** A game that uses everything a checkpoint carries, and lets chance decide what happens. */
const busy = room({
  tickRate: 20,
  graceMs: 400,
  maxPlayers: 6,
  permanent: true,
  entities: { Hero, Mote },
  inputs: { Move, Cast },
  events: { Boom },
  documents: { shared: Board, private: Bag },
  state: { kills: t.uint(1e6), drift: t.float(), log: t.list(t.string(20), 5) },
  timers: {
    wave: (at, data: { n: number }) => {
      for (let i = 0; i < at.random.integer(0, 3); i++) {
        at.spawn(Mote, { mood: at.random.chance(0.5) ? "calm" : "angry" });
      }
      at.after(at.random.between(10, 400), "wave", { n: data.n + 1 });
      at.state.kills += data.n;
    },
  },
  predict: {
    entity: Hero,
    input: Move,
    step: (hero, move, dt) => {
      hero.x += move.dx * dt * 3.3;
      hero.y += move.dy * dt * 3.3;
      hero.hidden += dt;
    },
  },
  create: (at) => {
    at.after(50, "wave", { n: 1 });
    at.reserve("friend", 900);
  },
  join: (at, player) => {
    at.spawn(Hero, { owner: player, hp: at.random.integer(1, 100), name: player.name });
    player.team = at.random.integer(0, 2);
  },
  leave: (at, player) => {
    at.state.log = [...at.state.log.slice(-4), player.name];
  },
  on: {
    cast: (at, player, data) => {
      if (at.random.chance(0.2)) return at.refuse("FIZZLE");
      at.emit(Boom, data, "all");
      player.document.update((bag) => {
        bag.gold += data.power;
      });
      const hero = at.all(Hero).find(({ owner }) => owner === player.seat);
      if (hero !== undefined && data.power === 9) at.despawn(hero);
      if (hero === undefined) at.spawn(Hero, { owner: player, name: player.name });
      const mote = at.all(Mote)[0];
      if (mote !== undefined) {
        at.pin(player, mote);
        at.setViewpoint(player, data.power % 2 === 0 ? mote : { x: data.power, y: 1 });
      }
      return undefined;
    },
  },
  tick: (at, dt) => {
    at.state.drift += dt / 3;
    for (const mote of at.all(Mote)) {
      mote.age += at.random.integer(0, 3);
      if (mote.age > 60) at.despawn(mote);
    }
    for (const hero of at.all(Hero)) {
      hero.x += at.random.unit() - 0.5;
      hero.aim = at.all(Mote)[at.random.integer(0, 5)]?.id ?? 0;
    }
    if (at.tick % 7 === 0) {
      at.document.update((board) => {
        board.round++;
      });
    }
  },
});

interface Deed {
  readonly do: "join" | "drop" | "leave" | "reconnect" | "move" | "cast" | "tick";
  readonly who: number;
  readonly value: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  do: fc.constantFrom(
    ...(["tick", "tick", "tick", "join", "drop", "leave", "reconnect"] as const),
    ...(["move", "move", "move", "cast"] as const),
  ),
  who: fc.nat({ max: 5 }),
  value: fc.nat({ max: 9 }),
});

const joined = (who: number): Deed => ({ do: "join", who, value: 0 });

function play(bench: RoomBench, deeds: readonly Deed[], firstSeq: number): void {
  let seq = firstSeq;
  for (const one of deeds) {
    seq++;
    if (one.do === "tick") bench.step();
    else if (one.do === "join") bench.ask(one.who === 5 ? "friend" : `p${one.who}`);
    else if (one.do === "drop") bench.room.drop(one.who);
    else if (one.do === "reconnect") bench.room.reconnect(one.who);
    else if (one.do === "leave") bench.room.leave(one.who, { code: "LEFT" });
    else if (one.do === "move") bench.input(one.who, seq, "move", { dx: one.value / 9, dy: -1 });
    else bench.input(one.who, seq, "cast", { power: one.value });
  }
  bench.step();
}

/** All that a room holds, but for what says that it was restored. */
function contents(bench: RoomBench): unknown {
  const { shared, seats, ...rest } = readCheckpoint(checkpoint(bench.room));
  return {
    ...rest,
    epoch: 0,
    shared: shared.value,
    seats: seats.map(({ document: own, ...seat }) => ({ ...seat, document: own.value })),
  };
}

function reborn(
  bench: RoomBench,
  definition: RoomDefinition = busy,
  bytes = checkpoint(bench.room),
): RoomBench {
  const next = new RoomBench(definition);
  const { plan, log, metrics } = next;
  next.room = restore(bytes, { plan, log, metrics, seed: 99 });
  return next;
}

describe("a checkpoint", () => {
  it("[S-CHK1] restores to a room that goes on exactly as the one it was taken of", () => {
    let players = 0;
    let motes = 0;
    fc.assert(
      fc.property(
        fc.array(deed, { minLength: 10, maxLength: 80 }),
        fc.array(deed, { maxLength: 60 }),
        fc.integer(),
        (before, after, seed) => {
          const steady = new RoomBench(busy, undefined, seed);
          play(steady, before, 0);
          const moved = reborn(steady);
          expect(contents(moved)).toEqual(contents(steady));
          play(steady, after, before.length);
          play(moved, after, before.length);
          expect(contents(moved)).toEqual(contents(steady));
          expect(moved.room.status).toBe("running");
          players += steady.room.playerCount;
          motes += steady.room.state.world.all(Mote).length;
        },
      ),
      { numRuns: 150 },
    );
    expect(players).toBeGreaterThan(50);
    expect(motes).toBeGreaterThan(50);
  });

  it("[S-CHK1] the same when it is restored again and again, every few ticks", () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 20, maxLength: 80 }), fc.integer(), (deeds, seed) => {
        const steady = new RoomBench(busy, undefined, seed);
        let moved = new RoomBench(busy, undefined, seed);
        for (let i = 0; i < deeds.length; i += 10) {
          const some = deeds.slice(i, i + 10);
          play(steady, some, i);
          play(moved, some, i);
          moved = reborn(moved);
        }
        expect(contents(moved)).toEqual(contents(steady));
      }),
      { numRuns: 30 },
    );
  });

  it("[S-CHK2] the first frame after it is a keyframe of a later epoch that shows the same", () => {
    const bench = new RoomBench(busy);
    play(bench, [joined(1), joined(2)], 0);
    const moved = reborn(bench);
    const before = bench.step()!;
    const after = moved.step()!;
    expect(after.key).toBe(true);
    expect(after.tick).toBe(before.tick);
    expect(after.epoch).toBe(before.epoch + 1);
    const shown = (of: RoomBench): unknown => {
      const { mirror } = of.room;
      const slots = [...mirror.typeOf.subarray(0, mirror.high)];
      return {
        slots,
        fields: mirror.now.map((column) =>
          [...column.subarray(0, mirror.high)].filter((_, slot) => slots[slot] !== 0),
        ),
        seats: [...mirror.seats].map(([seat, { entity: own, team, viewpoint, served }]) => ({
          seat,
          own,
          team,
          viewpoint,
          served,
        })),
      };
    };
    expect(shown(moved)).toEqual(shown(bench));
    expect(moved.room.mirror.shared!.version).toBeGreaterThan(bench.room.mirror.shared!.version);
  });

  it("[S-CHK3] runs setup and not create, before any other hook, with the state in place", () => {
    const seen: string[] = [];
    const definition = room({
      permanent: true,
      entities: { Mote },
      setup: (at) => {
        seen.push(`setup ${at.all(Mote).length}`);
        return at.all(Mote).length;
      },
      create: (at) => {
        seen.push("create");
        at.spawn(Mote, {});
      },
      tick: (at) => void seen.push(`tick ${at.local}`),
    });
    const bench = new RoomBench(definition);
    bench.step();
    const bytes = checkpoint(bench.room);
    const { plan, log, metrics } = bench;
    seen.length = 0;
    restore(bytes, { plan, log, metrics, seed: 1 }).step();
    expect(seen).toEqual(["setup 1", "tick 1"]);
  });

  it("[S-CHK4] keeps times as times when the tick rate changes", () => {
    const definition = (tickRate: number): RoomDefinition =>
      room({
        tickRate,
        permanent: true,
        graceMs: 1000,
        timers: { bell: () => undefined },
        create: (at) => {
          at.after(2000, "bell");
          at.reserve("friend", 3000);
        },
      });
    const bench = new RoomBench(definition(10));
    bench.room.drop(bench.join("ann"));
    bench.step();
    const moved = reborn(bench, definition(40));
    const { tick, timers, seats, reservations } = readCheckpoint(checkpoint(moved.room));
    expect(timers.waiting[0]!.dueTick - tick).toBe(18 * 4);
    expect(seats[0]!.graceEndTick! - tick).toBe(10 * 4);
    expect(reservations.held[0]!.endTick - tick).toBe(28 * 4);
  });

  it("[S-CHK5] takes a changed schema: what is gone is left out, what is new has its default", () => {
    const before = room({
      permanent: true,
      inputs: { Move, Cast },
      documents: { shared: Board, private: Bag },
      state: { kills: t.uint(100), mood: t.string(10), same: t.uint(9) },
      timers: { wave: () => undefined, bell: () => undefined },
      create: (at) => {
        at.state.kills = 7;
        at.state.mood = "grim";
        at.state.same = 3;
        at.after(1000, "wave");
        at.after(1000, "bell");
        at.document.update((board) => {
          board.round = 12;
        });
      },
    });
    const after = room({
      permanent: true,
      inputs: { Move },
      documents: {
        shared: document("board", { round: t.uint(1e6), mood: t.string(9).default("x") }),
      },
      state: { kills: t.uint(5).default(1), same: t.uint(9), extra: t.list(t.bool(), 3) },
      timers: { bell: () => undefined },
    });
    const bench = new RoomBench(before);
    const seat = bench.join("ann");
    bench.input(seat, 1, "cast", { power: 1 });
    bench.input(seat, 2, "move", { dx: 1, dy: 0 });
    const moved = reborn(bench, after);
    const state = readCheckpoint(checkpoint(moved.room));
    expect(state.state).toEqual({ kills: 1, same: 3, extra: [] });
    expect(state.shared.value).toEqual({ round: 12, mood: "x" });
    expect(state.timers.waiting.map(({ name }) => name)).toEqual(["bell"]);
    expect(state.seats[0]!.queue.items.map(({ input: name }) => name)).toEqual(["move"]);
    expect(moved.log.of("warn")[0]!.data["lost"]).toEqual([
      "document last",
      "state kills",
      "state mood",
      "seat 0 document gold",
      "seat 0 input cast",
      "timer wave",
    ]);
    // what was lost is answered when it comes again
    moved.input(seat, 1, "move", { dx: 0, dy: 0 });
    const confirms = moved.step()!.confirms.toSorted((a, b) => a.seq - b.seq);
    expect(confirms.map(({ seq, code }) => [seq, code])).toEqual([
      [1, "INPUT_INVALID"],
      [2, "INPUT_REFUSED"],
    ]);
    moved.step(2);
    expect(moved.room.status).toBe("running");
  });

  it("[S-INPUT8] a restored room answers what comes again as the one before did", () => {
    const zone = room({
      permanent: true,
      inputs: { Cast },
      on: { cast: (at, _, { power }) => (power === 9 ? at.refuse("HOT", "Too hot.") : undefined) },
    });
    const bench = new RoomBench(zone);
    const seat = bench.join("ann");
    bench.input(seat, 5, "cast", { power: 1 });
    bench.input(seat, 6, "cast", { power: 9 });
    bench.step();
    const moved = reborn(reborn(bench, zone), zone);
    for (const seq of [5, 6, 4]) moved.input(seat, seq, "cast", { power: 1 });
    expect(moved.step()!.confirms).toEqual([
      { seat, seq: 5, code: undefined },
      { seat, seq: 6, code: "HOT", text: "Too hot." },
      { seat, seq: 4, code: "INPUT_STALE" },
    ]);
  });

  it("[S-CHK5] warns of entities whose type is no more, by number, and of how many were players' own", () => {
    const zone = (type: typeof Mote): RoomDefinition =>
      room({
        permanent: true,
        entities: { Mote: type },
        create: (at) => void at.spawn(type, {}),
        join: (at, player) => void at.spawn(type, { owner: player }),
      });
    const bench = new RoomBench(zone(Mote));
    const seat = bench.join("ann");
    const moved = reborn(bench, zone(entity("speck", Mote.fields) as unknown as typeof Mote));
    expect(moved.log.of("warn").map(({ data }) => data["lost"])).toEqual([
      ['2 entities "mote", 1 of them owned by players'],
    ]);
    moved.step();
    expect(moved.room.report(seat)).toMatchObject({ entity: 0 });
    expect(moved.room.state.world.count).toBe(0);
  });

  it("[S-CHK6] refuses bytes that are not what was written, every one of them", () => {
    const bench = new RoomBench(busy);
    play(bench, [joined(1)], 0);
    const bytes = checkpoint(bench.room);
    const invalid = (of: Uint8Array): void => {
      expect(() => reborn(bench, busy, of)).toThrow(
        expect.objectContaining({ code: "CHECKPOINT_INVALID" }),
      );
    };
    for (let i = 0; i < bytes.length; i += 7) {
      invalid(bytes.with(i, bytes[i]! ^ (1 << (i % 8))));
      invalid(bytes.subarray(0, i));
    }
    invalid(new Uint8Array());
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), invalid));
  });

  it("[S-CHK6] refuses a room's state that its schema does not allow, and leaves the room running", () => {
    const bench = new RoomBench(room({ permanent: true, state: { kills: t.uint(5) } }));
    bench.room.state.state["kills"] = 6;
    expect(() => checkpoint(bench.room)).toThrow(
      expect.objectContaining({ code: "CHECKPOINT_INVALID" }),
    );
    bench.step();
    expect(bench.room.status).toBe("running");
  });

  it("[S-CHK6] refuses more entities than the room may have now, and a setup that throws", () => {
    const many = (maxEntities: number, setup?: () => void): RoomDefinition =>
      room({
        permanent: true,
        maxEntities,
        entities: { Mote },
        ...(setup && { setup }),
        create: (at) => {
          for (let i = 0; i < 3; i++) at.spawn(Mote, {});
        },
      });
    const bench = new RoomBench(many(3));
    const bytes = checkpoint(bench.room);
    const { log, metrics } = bench;
    const under = (definition: RoomDefinition): (() => unknown) => {
      const plan = planRoom("arena", definition, undefined);
      return () => restore(bytes, { plan, log, metrics, seed: 1 });
    };
    expect(under(many(3))).not.toThrow();
    expect(under(many(2))).toThrow(expect.objectContaining({ code: "LIMIT_REACHED" }));
    const throwing = many(3, () => {
      throw new Error("no map");
    });
    expect(under(throwing)).toThrow(
      expect.objectContaining({ code: "ROOM_FAILED", cause: new Error("no map") }),
    );
  });
});
