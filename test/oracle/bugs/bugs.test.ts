import { describe, expect, test } from "vitest";
import { PlayThread } from "../play/play-thread.ts";
import { shrink } from "../play/shrink.ts";
import { generate } from "../script/generate.ts";
import type { Script } from "../script/script.ts";
import { type Bug, bugs } from "./bugs.ts";
import { withBug } from "./plant.ts";

/** Seeds that are tried where the one that was measured no longer shows a bug: chances move with the product. */
const otherSeeds = [1, 2, 3, 4, 5, 6];

const scriptOf = (seed: number, link: Bug["link"]): Script =>
  generate(seed, { link, ticks: 600, clients: 20 });

/** What the oracle says of runs in a thread where a bug is planted. */
async function messageOf(bug: Bug): Promise<string | undefined> {
  const thread = new PlayThread(bug);
  try {
    for (const seed of new Set([bug.seed, ...otherSeeds])) {
      const { complaint } = await thread.play(scriptOf(seed, bug.link));
      if (complaint !== undefined) return complaint.message;
    }
    return undefined;
  } finally {
    await thread.stop();
  }
}

describe("the oracle", () => {
  test.concurrent.each(bugs)("P-SNAP3 catches that $name", { timeout: 120_000 }, async (bug) => {
    expect(await messageOf(bug)).toMatch(bug.says);
  });

  test("P-SNAP3 has nothing to say where no bug is planted", async () => {
    const thread = new PlayThread({ ...bugs[0]!, to: bugs[0]!.from });
    const { complaint } = await thread.play(scriptOf(bugs[0]!.seed, bugs[0]!.link));
    await thread.stop();
    expect(complaint?.message).toBeUndefined();
  });

  test("knows twelve bugs and more, each by another name and in another place", () => {
    expect(bugs.length).toBeGreaterThanOrEqual(12);
    expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
    expect(new Set(bugs.map(({ file, from, to }) => `${file} ${from} ${to}`)).size).toBe(
      bugs.length,
    );
  });
});

describe("a bug", () => {
  const bug = bugs[0]!;

  test("has no place in a source that is another by now, or twice the same", () => {
    expect(() => withBug("", bug)).toThrow(/0 times, not once/);
    expect(() => withBug(`${bug.from}${bug.from}`, bug)).toThrow(/2 times, not once/);
    expect(withBug(`a${bug.from}b`, bug)).toBe(`a${bug.to}b`);
  });

  test("that can not be planted fails the run", async () => {
    const thread = new PlayThread({ ...bug, from: "no such line" });
    const run = thread.play(scriptOf(1, "local"));
    await expect(run).rejects.toThrow(/has no place in .*keyframe/);
    const elsewhere = new PlayThread({ ...bug, file: "core/src/no-such-file.ts" });
    await expect(elsewhere.play(scriptOf(1, "local"))).rejects.toThrow(/is no part of/);
  });
});

describe("shrinking", () => {
  const names = ["one's own new team is not noticed", "an entity comes in and is updated at once"];

  test.each(names)("leaves little of a run in which %s", async (name) => {
    const bug = bugs.find((one) => one.name === name)!;
    const thread = new PlayThread(bug);
    const script = scriptOf(bug.seed, bug.link);
    const { complaint } = await thread.play(script);
    const small = await shrink(script, complaint!, (one) => thread.play(one), 150);
    await thread.stop();
    expect(small.script.clients.length).toBeLessThanOrEqual(4);
    expect(small.script.ops.length).toBeLessThan(script.ops.length / 50);
    expect(small.complaint.message).toMatch(bug.says);
    const sound = new PlayThread();
    const kept = JSON.parse(JSON.stringify(small.script)) as Script;
    expect((await sound.play(kept)).complaint).toBeUndefined();
    await sound.stop();
  });
});
