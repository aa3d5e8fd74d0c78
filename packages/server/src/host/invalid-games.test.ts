import { defineGame, room } from "@realmwright/core";
import { entity, input, limits, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { HostBench } from "../testing/host-bench.ts";

const Hero = entity("hero", { hp: t.uint(100) });
const Hit = input("hit", { power: t.uint(9) });

describe("a host", () => {
  it("[S-HOST13] does not start with a game that is not valid", async () => {
    const broken: Record<string, () => Parameters<typeof defineGame>[0]["rooms"]> = {
      "a bad name": () => ({ "Bad Name": room({}) }),
      "a bad rate": () => ({ town: room({ tickRate: 0 }) }),
      "too many players": () => ({ town: room({ maxPlayers: limits.playersPerRoom.value + 1 }) }),
      "an unserved mode": () => ({ town: room({ authority: "observer" as "full" }) }),
      "a foreign predicted input": () => ({
        town: room({
          entities: { Hero },
          predict: { entity: Hero, input: Hit, step: () => undefined },
        }),
      }),
    };
    for (const [title, rooms] of Object.entries(broken)) {
      const start = HostBench.start(defineGame({ name: "bad", rooms: rooms() }));
      await expect(start, title).rejects.toThrow(/^(GAME|SCHEMA)_INVALID/);
    }
    const failing = room({
      permanent: true,
      setup: () => {
        throw new Error("no");
      },
    });
    await expect(
      HostBench.start(defineGame({ name: "bad", rooms: { failing } })),
    ).rejects.toMatchObject({ code: "ROOM_FAILED" });
    const unloaded = room({ load: () => Promise.reject(new Error("no file")) });
    await expect(HostBench.start(defineGame({ name: "bad", rooms: { unloaded } }))).rejects.toThrow(
      "no file",
    );
  });

  it("[S-ROOM3] [S-HOST4] logs the game's own error when a room can not begin for a join, and refuses the join", async () => {
    const broken = (): never => {
      throw new TypeError("no map");
    };
    for (const hook of ["setup", "create"] as const) {
      const rooms = { town: room({}), shed: room({ [hook]: broken }) };
      const bench = await HostBench.start(defineGame({ name: "half", rooms }));
      const edge = bench.edge();
      const { session } = bench.open(edge, "ann");
      bench.ask(edge, session, "shed");
      bench.run();
      expect(edge.last("refused").error).toMatchObject({ code: "ROOM_FAILED" });
      const [line, ...more] = bench.log.of("error");
      expect(more).toEqual([]);
      expect(line!.data["detail"]).toBe(`ROOM_FAILED: room "shed": hook "${hook}" threw`);
      const thrown = line!.data["error"] as Error;
      expect([thrown.name, thrown.message]).toEqual(["TypeError", "no map"]);
      expect(thrown.stack).toContain("invalid-games.test.ts");
      expect(bench.join(edge, session, "town").name).toBe("town");
    }
  });
});
