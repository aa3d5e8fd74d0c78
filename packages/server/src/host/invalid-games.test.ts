import { defineGame, room } from "@realmwright/core";
import { entity, input, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { HostBench } from "../testing/host-bench.ts";

const Hero = entity("hero", { hp: t.uint(100) });
const Hit = input("hit", { power: t.uint(9) });

describe("a host", () => {
  it("[S-HOST13] does not start with a game that is not valid", async () => {
    const broken: Record<string, () => Parameters<typeof defineGame>[0]["rooms"]> = {
      "a bad name": () => ({ "Bad Name": room({}) }),
      "a bad rate": () => ({ town: room({ tickRate: 0 }) }),
      "too many players": () => ({ town: room({ maxPlayers: 1001 }) }),
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
});
