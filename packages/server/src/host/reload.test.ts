import { defineGame, room, type RoomDefinition } from "@realmwright/core";
import { entity, input, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { type FakeEdge, HostBench, type LinkKind, noFiles } from "../testing/host-bench.ts";

const Hero = entity("hero", { x: t.float(), hp: t.uint(100) });
const Hit = input("hit", { power: t.uint(9) });
const Nod = input("nod", {});

const seen: string[] = [];

function town(more: object = {}): RoomDefinition {
  return room({
    tickRate: 20,
    entities: { Hero },
    inputs: { Hit },
    permanent: true,
    join: (at, player) => void at.spawn(Hero, { owner: player, x: 12.5, hp: 77 }),
    leave: (_, player, code) => void seen.push(`leave ${player.name} ${code}`),
    on: { hit: (_, player, data) => void seen.push(`hit ${player.name} ${data.power}`) },
    ...more,
  }) as RoomDefinition;
}

const game = (rooms: Record<string, RoomDefinition>): ReturnType<typeof defineGame> =>
  defineGame({ name: "test", rooms });

async function playing(
  kind: LinkKind,
): Promise<{ bench: HostBench; edge: FakeEdge; session: string }> {
  seen.length = 0;
  const bench = await HostBench.start(
    game({ town: town(), shed: room({ permanent: true }) }),
    kind,
  );
  const edge = bench.edge();
  const { session } = bench.open(edge, "ann");
  bench.join(edge, session, "town");
  return { bench, edge, session };
}

for (const kind of ["local", "bus"] as const satisfies readonly LinkKind[]) {
  describe(`a reload, ${kind} links`, () => {
    it("[S-RELOAD1] keeps sessions, seats and state under the new rules", async () => {
      const { bench, edge, session } = await playing(kind);
      const before = edge.last("joined");
      edge.news();
      const Wolf = entity("wolf", { x: t.float() });
      const next = town({
        entities: {
          Wolf,
          Hero: entity("hero", { hp: t.uint(100), x: t.float(), mana: t.uint(9) }),
        },
        inputs: { Nod, Hit },
        tickRate: 10,
        on: { hit: (_: unknown, player: { name: string }) => void seen.push(`new ${player.name}`) },
      });
      await bench.host.reload(game({ town: next, shed: room({ permanent: true }) }), noFiles);
      bench.run(300);
      expect(edge.news()).toEqual(["descriptors", "detach", "attach", "notice", "joined"]);
      expect(edge.last("descriptors")).toMatchObject({ reload: true });
      expect(edge.last("notice").code).toBe("RELOADED");
      const after = edge.last("joined");
      expect(after).toMatchObject({
        session,
        room: before.room,
        seat: before.seat,
        resumed: true,
        entity: before.entity,
      });
      expect(after.tick).toBeGreaterThan(before.tick);
      const mirror = edge.mirrors.get(before.room)!;
      const slot = mirror.seats.get(before.seat)!.entity;
      const type = mirror.type(slot)!;
      const valueOf = (field: string): unknown => {
        const index = type.fixed.findIndex(({ name }) => name === field);
        return type.fixed[index]!.fixed!.dequantise(mirror.now[index]![slot]!);
      };
      expect([valueOf("x"), valueOf("hp"), valueOf("mana")]).toEqual([12.5, 77, 0]);
      const items = [{ seq: 1, input: 1, view: -1, value: { power: 3 } }];
      edge.say({ type: "input", session, room: after.room, seat: after.seat, items });
      bench.run(200);
      expect(seen).toEqual(["new ann"]);
    });

    it("[S-RELOAD2] that fails leaves everything as it is, wherever it fails", async () => {
      const { bench, edge, session } = await playing(kind);
      const { room: id, seat } = edge.last("joined");
      edge.news();
      const boom = (): never => {
        throw new Error("does not compile");
      };
      const broken: Record<string, RoomDefinition> = {
        load: town({ load: boom }),
        setup: town({ setup: boom }),
        schema: town({ tickRate: 0 }),
        entities: town({ maxEntities: 0 }),
      };
      for (const [what, next] of Object.entries(broken)) {
        const reloaded = bench.host.reload(game({ town: next }), noFiles);
        await expect(reloaded, what).rejects.toThrow();
      }
      const fresh = room({ permanent: true, create: boom });
      await expect(bench.host.reload(game({ town: town(), fresh }), noFiles)).rejects.toThrow();
      bench.run(500);
      expect(edge.news()).toEqual([]);
      const ticks = edge.ticks.get(id)!;
      expect(ticks).toEqual(ticks.map((_, i) => ticks[0]! + i));
      const items = [{ seq: 1, input: 0, view: -1, value: { power: 3 } }];
      edge.say({ type: "input", session, room: id, seat, items });
      bench.run();
      expect(seen).toEqual(["hit ann 3"]);
    });

    it("[S-RELOAD3] closes rooms that the game no longer has and makes the permanent ones that it has anew", async () => {
      const { bench, edge } = await playing(kind);
      edge.news();
      await bench.host.reload(game({ cave: room({ permanent: true }) }), noFiles);
      bench.run();
      expect(edge.news()).toEqual(["descriptors", "left", "detach", "notice"]);
      expect(edge.last("left").code).toBe("ROOM_CLOSED");
      expect(seen).toEqual(["leave ann ROOM_CLOSED"]);
      expect(bench.host.rooms().map(({ name }) => name)).toEqual(["cave"]);
    });

    it("[S-RELOAD4] lets joins and leaves that wait go on in the new room, and answers inputs that no longer fit", async () => {
      const { bench, edge, session } = await playing(kind);
      const { room: id, seat } = edge.last("joined");
      const ben = bench.open(edge, "ben").session;
      bench.ask(edge, ben, "town");
      bench.clock.advance(0);
      const items = [
        { seq: 1, input: 0, view: -1, value: { power: 3 } },
        { seq: 2, input: 5, view: -1, value: { power: 3 } },
      ];
      const next = town({
        inputs: { Hit: input("hit", { power: t.enum(["weak", "strong"]) }) },
        on: { hit: () => void seen.push("never") },
      });
      await bench.host.reload(game({ town: next }), noFiles);
      edge.say({ type: "input", session, room: id, seat, items });
      bench.run(300);
      expect(seen).toEqual([]);
      expect(bench.log.of("error")).toEqual([]);
      const dropped = { room: "town", cause: "unfit" };
      expect(bench.metrics.value("realmwright_inputs_dropped_total", dropped)).toBe(2);
      // who asks again hears it again
      bench.run(2000);
      edge.say({ type: "input", session, room: id, seat, items });
      bench.run(100);
      expect(edge.confirms.get(id)).toEqual(
        [1, 2, 1, 2].map((seq) => ({ seat, seq, code: "INPUT_INVALID" })),
      );
      expect(edge.all("joined").some((message) => message.session === ben)).toBe(true);
    });

    it("[S-RELOAD5] keeps the seat of a player whose connection is broken, who can come back after it", async () => {
      const { bench, edge, session } = await playing(kind);
      const { room: id, seat } = edge.last("joined");
      const { resumeSecret } = edge.last("opened");
      edge.say({ type: "drop", session });
      bench.run(500);
      await bench.host.reload(game({ town: town() }), noFiles);
      bench.run(500);
      const again = bench.open(edge, "ann", resumeSecret);
      bench.run();
      expect(edge.last("joined")).toMatchObject({
        session: again.session,
        room: id,
        seat,
        resumed: true,
      });
    });
  });
}

describe("reloads", () => {
  it("[S-RELOAD6] run one after another, the last one stays", async () => {
    const { bench } = await playing("local");
    const order: number[] = [];
    const nth = (n: number): RoomDefinition =>
      town({
        load: () => Promise.resolve(n),
        setup: (at: { content: unknown }) => order.push(at.content as number),
      });
    await Promise.all([1, 2, 3].map((n) => bench.host.reload(game({ town: nth(n) }), noFiles)));
    expect(order).toEqual([1, 2, 3]);
  });
});
