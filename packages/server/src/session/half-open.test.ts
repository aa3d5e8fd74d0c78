import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import type { LinkKind } from "../testing/host-bench.ts";
import { arena } from "../testing/arena.ts";
import { WholeStage, type WholeClient } from "../testing/whole-stage.ts";

const { value: graceMs } = limits.seatGraceMs;
const silenceMs = limits.pingIntervalMs.value * (limits.pingsMissed.value + 1);

describe.each<LinkKind>(["local", "bus"])(
  "peers that vanish without a word, over a %s link",
  (link) => {
    async function withTwo(): Promise<[WholeStage, WholeClient, WholeClient]> {
      const stage = await WholeStage.start(arena({ graceMs }), { link });
      const [ada, bob] = [await stage.open("binary", "ada"), await stage.open("json", "bob")];
      for (const client of [ada, bob]) client.send({ type: "join", payload: { room: "arena" } });
      await stage.run(2000);
      expect(stage.host.rooms()).toMatchObject([{ players: 2 }]);
      return [stage, ada, bob];
    }
    /** The kernel goes on taking what is sent, and nothing comes back. */
    function vanish(client: WholeClient): void {
      client.acknowledges = false;
      client.memory.answersPings = false;
    }
    const ends = (stage: WholeStage): Record<string, number> => stage.edges[0]!.counters.closed;

    test("P-SES13 where nothing happens: found within 30 s, P-ROOM10 the seat kept for the grace time, then gone", async () => {
      const [stage, ada, bob] = await withTwo();
      vanish(ada);
      await stage.run(silenceMs - 1000);
      expect(ends(stage)).toEqual({});
      expect(stage.host.sessionCount).toBe(2);
      await stage.run(1000);
      expect(ends(stage)).toEqual({ IDLE_TIMEOUT: 1 });
      expect(stage.host.sessionCount).toBe(1);
      expect(stage.host.keptSessionCount).toBe(1);
      await stage.run(graceMs - 500);
      expect(stage.host.rooms()).toMatchObject([{ players: 2 }]);
      expect([...bob.replicas.get(0)!.entities.values()].map((of) => of.get("name"))).toContain(
        "ada",
      );
      await stage.run(1000);
      expect(stage.host.rooms()).toMatchObject([{ players: 1 }]);
      expect(stage.host.keptSessionCount).toBe(0);
      expect([...bob.replicas.get(0)!.entities.values()].map((of) => of.get("name"))).toEqual([
        "bob",
      ]);
    });

    test("P-SES9 who comes back in the grace time has its seat", async () => {
      const [stage, ada] = await withTwo();
      const secret = ada.welcome!.resume;
      vanish(ada);
      await stage.run(silenceMs + graceMs - 500);
      const back = await stage.open("json", "ada", secret);
      expect(back.welcome!.resumed).toBe(true);
      await stage.run(100);
      expect(back.find("joined")).toMatchObject({ payload: { resumed: true } });
      await stage.run(2 * graceMs);
      expect(stage.host.rooms()).toMatchObject([{ players: 2 }]);
    });

    test("P-SES14 where others move: found by what it does not acknowledge, in 6 s", async () => {
      const [stage, ada, bob] = await withTwo();
      vanish(ada);
      for (let i = 0; i < 120; i++) {
        bob.input("move", { dx: i % 2 === 0 ? 1 : -1, dy: 0 });
        await stage.run(50);
      }
      expect(ends(stage)).toEqual({ TOO_SLOW: 1 });
      expect(stage.host.keptSessionCount).toBe(1);
      expect(bob.memory.isOpen).toBe(true);
    });
  },
);
