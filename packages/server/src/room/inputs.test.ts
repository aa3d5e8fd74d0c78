import { room } from "@realmwright/core";
import { entity, input, limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { RoomBench } from "../testing/room-bench.ts";

const Hero = entity("hero", { x: t.float(), steps: t.uint(10_000) });
const Move = input("move", { dx: t.unit(8) });
const Hit = input("hit", { power: t.uint(9) });
const Nod = input("nod", {});

/** A room whose players step and hit; a step adds dx times dt times 20 to x. */
function arena(): { bench: RoomBench; hits: string[] } {
  const hits: string[] = [];
  const bench = new RoomBench(
    room({
      entities: { Hero },
      inputs: { Move, Hit, Nod },
      predict: {
        entity: Hero,
        input: Move,
        step: (hero, move, dt, scale: number) => {
          hero.x += move.dx * dt * scale;
          hero.steps += 1;
        },
      },
      setup: (at) => {
        at.stepContext = 20;
      },
      join: (at, player) => void at.spawn(Hero, { owner: player }),
      on: {
        hit: (at, player, data) => {
          const hero = at.all(Hero).find(({ owner }) => owner === player.seat)!;
          hits.push(`${player.name} ${data.power} at ${hero.x}`);
          if (data.power === 8) throw at.refuse("TIRED") as unknown as Error;
          return data.power === 9 ? at.refuse("TOO_STRONG", "At most 8.") : undefined;
        },
      },
    }),
  );
  return { bench, hits };
}

function hero(bench: RoomBench, seat: number): { x: number; steps: number } {
  const { entity: id } = bench.room.report(seat)!;
  return bench.room.state.world.entity(id) as unknown as { x: number; steps: number };
}

describe("inputs", () => {
  it("[S-INPUT3] steps the entity once per input, with the context, and keeps the order of all kinds", () => {
    const { bench, hits } = arena();
    const seat = bench.join("ann");
    bench.input(seat, 1, "hit", { power: 1 });
    bench.input(seat, 2, "move", { dx: 1 });
    bench.input(seat, 3, "hit", { power: 2 });
    bench.step();
    expect(hits).toEqual(["ann 1 at 0", "ann 2 at 1"]);
    expect(hero(bench, seat)).toMatchObject({ x: 1, steps: 1 });
  });

  it("[S-INPUT6] reports the predicted one as served, the precise values with it", () => {
    const { bench } = arena();
    const seat = bench.join("ann");
    bench.input(seat, 4, "move", { dx: 0.5 });
    bench.step();
    const view = bench.room.mirror.seats.get(seat)!;
    expect(view.served).toBe(4);
    expect(view.precise[0]).toBe(0.5);
    expect(bench.frame!.confirms).toEqual([]);
    expect(bench.room.report(seat)!.inputSeq).toBe(4);
  });

  it("[S-INPUT7] confirms every other input once: accepted, refused, thrown, without a handler", () => {
    const { bench } = arena();
    const seat = bench.join("ann");
    bench.input(seat, 1, "hit", { power: 1 });
    bench.input(seat, 2, "hit", { power: 9 });
    bench.input(seat, 3, "hit", { power: 8 });
    bench.input(seat, 4, "nod", {});
    bench.step();
    expect(bench.frame!.confirms).toEqual([
      { seat, seq: 1, code: undefined },
      { seat, seq: 2, code: "TOO_STRONG", text: "At most 8." },
      { seat, seq: 3, code: "TIRED" },
      { seat, seq: 4, code: "INPUT_REFUSED" },
    ]);
    bench.step();
    expect(bench.frame!.confirms).toEqual([]);
    // what comes again gets the same words again
    for (const seq of [2, 3]) bench.input(seat, seq, "hit", { power: 1 });
    expect(bench.step()!.confirms).toEqual([
      { seat, seq: 2, code: "TOO_STRONG", text: "At most 8." },
      { seat, seq: 3, code: "TIRED" },
    ]);
  });

  it("[S-INPUT1] acts once on what comes twice, over ticks, drops and reconnects", () => {
    const { bench, hits } = arena();
    const seat = bench.join("ann");
    bench.input(seat, 1, "hit", { power: 1 });
    bench.input(seat, 1, "hit", { power: 1 });
    bench.step();
    bench.room.drop(seat);
    bench.step();
    bench.room.reconnect(seat);
    bench.input(seat, 1, "hit", { power: 1 });
    bench.input(seat, 2, "hit", { power: 2 });
    bench.step();
    expect(hits).toHaveLength(2);
    const stale = { room: "arena", cause: "stale" };
    expect(bench.metrics.value("realmwright_inputs_dropped_total", stale)).toBe(2);
  });

  it("P-ROOM7 [S-INPUT8] answers what comes again as before, once more each time, and by no other code", () => {
    const { bench, hits } = arena();
    const seat = bench.join("ann");
    const answers = (): unknown[] =>
      bench.step()!.confirms.map(({ seq, code }) => [seq, code ?? "ok"]);
    bench.input(seat, 2, "hit", { power: 1 });
    bench.input(seat, 3, "hit", { power: 9 });
    // while it waits it gets no word: a code now would be taken for its own
    bench.input(seat, 2, "hit", { power: 1 });
    expect(answers()).toEqual([
      [2, "ok"],
      [3, "TOO_STRONG"],
    ]);
    bench.room.drop(seat);
    bench.step();
    bench.room.reconnect(seat);
    for (const seq of [2, 3, 3]) bench.input(seat, seq, "hit", { power: 2 });
    // passed by: it was never taken
    bench.input(seat, 1, "hit", { power: 2 });
    expect(answers()).toEqual([
      [2, "ok"],
      [3, "TOO_STRONG"],
      [3, "TOO_STRONG"],
      [1, "INPUT_STALE"],
    ]);
    expect(answers()).toEqual([]);
    expect(hits).toHaveLength(2);
    // the predicted one's number comes with snapshots
    bench.input(seat, 4, "move", { dx: 1 });
    bench.step();
    bench.input(seat, 4, "move", { dx: 1 });
    expect(answers()).toEqual([]);
  });

  it("[S-INPUT8] remembers twice as many answers as inputs may wait, and not one more", () => {
    const { bench } = arena();
    const seat = bench.join("ann");
    const max = 2 * limits.inboxPerSeat.value;
    for (let seq = 1; seq <= max + 1; seq++) {
      bench.input(seat, seq, "hit", { power: 1 });
      bench.step();
    }
    for (const seq of [1, 2, max + 1]) bench.input(seat, seq, "hit", { power: 1 });
    expect(bench.step()!.confirms).toEqual([
      { seat, seq: 1, code: "INPUT_STALE" },
      { seat, seq: 2, code: undefined },
      { seat, seq: max + 1, code: undefined },
    ]);
  });

  it("[S-INPUT2] refuses what one seat sends beyond its limit; another seat notices nothing", () => {
    const { bench, hits } = arena();
    const ann = bench.join("ann");
    const ben = bench.join("ben");
    const max = limits.inboxPerSeat.value;
    for (let seq = 1; seq <= max + 1; seq++) bench.input(ann, seq, "hit", { power: 1 });
    bench.input(ben, 1, "hit", { power: 2 });
    bench.step();
    expect(hits.filter((hit) => hit.startsWith("ann"))).toHaveLength(max);
    expect(hits.at(-1)).toBe("ben 2 at 0");
    const refused = bench.frame!.confirms.filter(({ code }) => code !== undefined);
    expect(refused).toEqual([{ seat: ann, seq: max + 1, code: "INBOX_FULL" }]);
    expect(limits.inboxPerSeat.error).toBe("INBOX_FULL");
    bench.input(ann, max + 1, "hit", { power: 1 });
    expect(bench.step()!.confirms).toEqual(refused);
  });

  it("[S-INPUT4] a seat that sends ten times too fast does not move farther than time allows", () => {
    const { bench } = arena();
    const seat = bench.join("ann");
    let seq = 0;
    const ticks = 100;
    for (let i = 0; i < ticks; i++) {
      for (let k = 0; k < 10; k++) bench.input(seat, ++seq, "move", { dx: 1 });
      bench.step();
    }
    expect(hero(bench, seat).steps).toBeLessThanOrEqual(ticks + 20);
    expect(hero(bench, seat).steps).toBeGreaterThanOrEqual(ticks);
    expect(bench.room.mirror.seats.get(seat)!.served).toBeGreaterThan(seq - 20);
  });

  it("[S-INPUT5] applies the neutral input when none has come for more than five ticks", () => {
    const { bench } = arena();
    const seat = bench.join("ann");
    const before = hero(bench, seat).steps;
    bench.step(4);
    expect(hero(bench, seat).steps).toBe(before);
    bench.step(3);
    expect(hero(bench, seat)).toMatchObject({ x: 0, steps: 3 });
  });

  it("[S-INPUT6] serves inputs of a player whose entity is dead, without stepping anything", () => {
    const { bench } = arena();
    const seat = bench.join("ann");
    const { world } = bench.room.state;
    world.despawn(world.entity(bench.room.report(seat)!.entity)!);
    bench.input(seat, 1, "move", { dx: 1 });
    bench.step();
    expect(bench.room.mirror.seats.get(seat)!.served).toBe(1);
    expect(bench.room.status).toBe("running");
  });
});
