import { defineGame, room } from "@realmwright/core";
import { expect, test } from "vitest";
import { checkpoint } from "../room/room-checkpoint.ts";
import { HostBench } from "../testing/host-bench.ts";
import { RoomBench } from "../testing/room-bench.ts";

const hooks: string[] = [];

const arena = room({
  tickRate: 20,
  graceMs: 1000,
  permanent: true,
  create: () => void hooks.push("create"),
  drop: (_, player) => void hooks.push(`drop ${player.name}`),
  reconnect: (_, player) => void hooks.push(`reconnect ${player.name}`),
  leave: (_, player) => void hooks.push(`leave ${player.name}`),
});

/** A room that has gone on for a while, with two players. */
function lastNight(): Uint8Array {
  const bench = new RoomBench(arena);
  bench.join("ann");
  bench.join("ben");
  bench.step(50);
  return checkpoint(bench.room);
}

test("[S-CHK7] a host goes on with the rooms of its checkpoints; who does not come back in time is out", async () => {
  const checkpoints = [lastNight()];
  hooks.length = 0;
  const game = defineGame({ name: "test", rooms: { arena } });
  const bench = await HostBench.start(game, "local", { checkpoints });
  const edge = bench.edge();
  const { session } = bench.open(edge, "ann");
  const joined = bench.join(edge, session, "arena");
  expect(joined).toMatchObject({ resumed: true, seat: 0 });
  expect(joined.tick).toBeGreaterThan(52);
  expect(bench.host.rooms()).toMatchObject([{ name: "arena", players: 2 }]);
  bench.run(1200);
  expect(hooks).toEqual(["drop ann", "drop ben", "reconnect ann", "leave ben"]);
});

test("[S-CHK7] a host does not start with a room that its game does not know", async () => {
  const checkpoints = [lastNight()];
  const game = defineGame({ name: "test", rooms: { desert: arena } });
  await expect(HostBench.start(game, "local", { checkpoints })).rejects.toMatchObject({
    code: "ROOM_UNKNOWN",
  });
});
