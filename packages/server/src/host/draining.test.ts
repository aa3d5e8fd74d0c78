import { defineGame, room } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import type { HostToEdge } from "../link/messages.ts";
import { HostBench, type FakeEdge, type LinkKind } from "../testing/host-bench.ts";

type Joined = Extract<HostToEdge, { type: "joined" }>;

const town = room({ permanent: true, graceMs: 1000 });
const game = defineGame({ name: "test", rooms: { town, forest: room({ permanent: true }) } });

/** Lets a second go by, and the promises that wait in it. */
async function second(bench: HostBench): Promise<void> {
  for (let i = 0; i < 10; i++) {
    bench.run();
    await Promise.resolve();
  }
}

/** Begins to drain, for a minute at most. */
function drain(bench: HostBench): { isOver: boolean } {
  const drained = { isOver: false };
  void bench.host.drain({ graceMs: 60_000 }).then(() => (drained.isOver = true));
  return drained;
}

for (const kind of ["local", "bus"] as const satisfies readonly LinkKind[]) {
  describe(`a host that drains, ${kind} links`, () => {
    it("[S-HOST9] drains: notice, no sessions, no joins; then every room closes and every session ends", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      bench.join(edge, session, "town");
      const drained = bench.host.drain({ graceMs: 1000 });
      bench.run();
      expect(edge.last("notice")).toMatchObject({ code: "DRAINING", data: { deadlineMs: 1000 } });
      expect(bench.open(edge, "ben").secret).toBe("");
      expect(edge.last("denied").error.code).toBe("SERVER_DRAINING");
      bench.ask(edge, session, "forest");
      bench.run();
      expect(edge.last("refused").error.code).toBe("SERVER_DRAINING");
      expect(bench.host.rooms()).toHaveLength(2);
      bench.run(1000);
      await Promise.resolve();
      bench.run(1000);
      await drained;
      bench.run();
      expect(bench.host.rooms()).toEqual([]);
      expect(edge.last("left").code).toBe("ROOM_CLOSED");
      expect(edge.last("end")).toMatchObject({ session, error: { code: "SERVER_DRAINING" } });
      bench.host.close();
      bench.run();
      expect(edge.end?.code).toBe("SERVER_DRAINING");
      expect(bench.clock.waiting).toBe(0);
    });

    it.each([
      [
        "leaves",
        (edge, { session, room: id, seat }) => edge.say({ type: "leave", session, room: id, seat }),
      ],
      ["drops", (edge, { session }) => edge.say({ type: "drop", session })],
      ["loses its edge", (edge) => edge.link.close()],
    ] satisfies [string, (edge: FakeEdge, joined: Joined) => void][])(
      "[S-HOST9] waits no longer than until the last player %s",
      async (_, go) => {
        const bench = await HostBench.start(game, kind);
        const [ann, ben, lobby] = [bench.edge(), bench.edge(), bench.edge()];
        const members = [ann, ben].map((edge, i) =>
          bench.join(edge, bench.open(edge, `p${i}`).session, "town"),
        );
        // who is in no room is not waited for
        bench.open(lobby, "zoe");
        const drained = drain(bench);
        await second(bench);
        go(ann, members[0]!);
        await second(bench);
        expect([drained.isOver, bench.host.rooms().length]).toEqual([false, 2]);
        go(ben, members[1]!);
        await second(bench);
        expect([drained.isOver, bench.host.rooms().length]).toEqual([true, 0]);
        expect(lobby.last("end").error.code).toBe("SERVER_DRAINING");
        bench.host.close();
        bench.run();
        expect(bench.clock.waiting).toBe(0);
      },
    );

    it("[S-HOST9] waits for who is about to join", async () => {
      const bench = await HostBench.start(game, kind);
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      bench.ask(edge, session, "town");
      bench.clock.advance(0);
      const drained = drain(bench);
      await second(bench);
      expect([drained.isOver, bench.host.rooms()[0]!.players]).toEqual([false, 1]);
      edge.say({ type: "drop", session });
      await second(bench);
      expect(drained.isOver).toBe(true);
    });

    it("[S-HOST9] does not wait when nobody is there", async () => {
      const bench = await HostBench.start(game, kind);
      const drained = drain(bench);
      await second(bench);
      expect([drained.isOver, bench.host.rooms().length]).toEqual([true, 0]);
    });
  });
}

describe("draining", () => {
  it("[S-HOST9] draining twice is draining once, and close cuts it short", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    // somebody stays
    bench.join(edge, bench.open(edge, "ann").session, "town");
    const both = [bench.host.drain({ graceMs: 60_000 }), bench.host.drain()];
    bench.run();
    expect(edge.all("notice")).toHaveLength(1);
    bench.host.close();
    bench.run(60_000);
    await Promise.all(both);
    expect(edge.end?.code).toBe("SERVER_DRAINING");
  });
});
