import { defineGame, room } from "@realmwright/core";
import { expect, it } from "vitest";
import { HostBench, noFiles } from "../testing/host-bench.ts";

const tickRate = 20;
const game = defineGame({ name: "test", rooms: { town: room({ tickRate, permanent: true }) } });

/** Steps that each line of a level says were lost. */
function lost(bench: HostBench, level: "warn" | "debug"): unknown[] {
  return bench.log.of(level).flatMap(({ data }) => ("steps" in data ? [data["steps"]] : []));
}

/** The thread is late so that so many steps are lost; three more are caught up with. */
function beLate(bench: HostBench, steps: number): void {
  bench.clock.stall(((steps + 3) * 1000) / tickRate);
  bench.clock.advance(0);
}

it("[S-SCHED3] a room that has just begun warns of no lost ticks", async () => {
  const bench = await HostBench.start(game, "local");
  bench.run(4_700);
  beLate(bench, 2);
  expect(lost(bench, "warn")).toEqual([]);
  expect(lost(bench, "debug")).toEqual([2]);
  bench.run(1_000);
  beLate(bench, 1);
  expect(lost(bench, "warn")).toEqual([3]);
});

it("[S-SCHED3] one warning in ten seconds tells of all that was lost since the last", async () => {
  const bench = await HostBench.start(game, "local");
  bench.run(6_000);
  beLate(bench, 4);
  for (let i = 0; i < 8; i++) {
    bench.run(1_000);
    beLate(bench, 1);
  }
  expect(lost(bench, "warn")).toEqual([4]);
  bench.run(1_000);
  beLate(bench, 2);
  expect(lost(bench, "warn")).toEqual([4, 10]);
});

it("[S-SCHED3] after a reload it is as at the beginning", async () => {
  const bench = await HostBench.start(game, "local");
  bench.run(6_000);
  await bench.host.reload(game, noFiles);
  bench.run(1_000);
  beLate(bench, 2);
  expect(lost(bench, "warn")).toEqual([]);
  bench.run(5_000);
  beLate(bench, 1);
  expect(lost(bench, "warn")).toEqual([3]);
});
