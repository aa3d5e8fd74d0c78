import { randomInt } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { runTarget, verdicts } from "./support/run.ts";
import type { Target } from "./support/target.ts";
import { groups, type Group } from "./targets.ts";

/*
 * A short run with other inputs each time. What it finds can be had again: `npm run fuzz -- GROUP --only TARGET
 * --seed SEED --from INDEX --count 1`. A million of each takes `npm run fuzz -- all --count 1000000`.
 */

const seed = randomInt(2 ** 32);
console.log(`npm run fuzz: seed ${seed}`);

/** Messages or frames for a target whose share is 1. */
const counts: Readonly<Record<Group, number>> = {
  decoders: 4000,
  frames: 6000,
  tcp: 40_000,
  sessions: 10_000,
};

const rejections: unknown[] = [];
const reject = (reason: unknown): number => rejections.push(reason);
process.on("unhandledRejection", reject);
afterAll(() => {
  process.off("unhandledRejection", reject);
});

async function expectSound(target: Target, group: Group): Promise<void> {
  const count = Math.ceil(counts[group] * target.share);
  const tally = await runTarget(target, { count, seed });
  await target.end?.();
  const name = `${group} --only ${target.name} --seed ${seed}`;
  expect(verdicts(tally, target), name).toEqual([]);
  expect(tally.units, name).toBeGreaterThanOrEqual(count);
  expect(rejections, name).toEqual([]);
}

const decoders = await groups.decoders();

describe("wrong bytes", () => {
  test.each(decoders.map((target) => ({ name: target.name, target })))(
    "P-ENC3 [S-LINK2] $name is read or refused by an error of the catalogue",
    async ({ target }) => {
      await expectSound(target, "decoders");
    },
  );

  test("S-NET4 frames are taken or the connection closed as RFC 6455 has it", async () => {
    for (const target of await groups.frames()) await expectSound(target, "frames");
  });

  test("S-NET4 P-SES11 frames over TCP harm nobody else", async () => {
    for (const target of await groups.tcp()) await expectSound(target, "tcp");
  });

  test("P-SES7 P-ROOM3 [S-HOST14] messages in any order are answered, and leave nothing behind", async () => {
    for (const target of await groups.sessions()) await expectSound(target, "sessions");
  });
});
