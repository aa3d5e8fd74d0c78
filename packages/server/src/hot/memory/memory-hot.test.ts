import { limits } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { createMemoryHot } from "./memory-hot.ts";
import { Expiries } from "./expiries.ts";

function open(bounds: { keysMax?: number; bytesMax?: number } = {}) {
  const clock = new VirtualClock();
  return { clock, hot: createMemoryHot({ clock, log: new RecordedLog(), ...bounds }) };
}

const full = { code: "HOT_FULL" };

describe("hot state in memory", () => {
  it("[S-HOT1] a key is there to the last moment of its time, and gone exactly at its end", async () => {
    const { clock, hot } = open();
    await hot.keys.set("a", "x", { ttlMs: 1000 });
    await hot.lists.push("b", "x");
    await hot.keys.expire("b", 1000);
    clock.advance(999);
    expect(await hot.keys.ttlMs("a")).toBe(1);
    clock.advance(0.999);
    expect(await hot.keys.get("a")).toBe("x");
    expect(await hot.lists.length("b")).toBe(1);
    clock.advance(0.001);
    expect(await hot.keys.get("a")).toBeUndefined();
    expect(await hot.lists.length("b")).toBe(0);
  });

  it("[S-HOT9] a lease ends exactly at its time, and an epoch is never below the clock", async () => {
    const { clock, hot } = open();
    const first = (await hot.leases.acquire("a", "x", 1000))!;
    expect(first.epoch).toBe(Math.floor(clock.wallMs() / 1000));
    clock.advance(999);
    expect(await hot.leases.renew(first, 1000)).toBe(true);
    clock.advance(999);
    expect(await hot.leases.acquire("a", "y", 1000)).toBeUndefined();
    clock.advance(1);
    expect(await hot.leases.renew(first, 1000)).toBe(false);
    const second = (await hot.leases.acquire("a", "y", 1000))!;
    expect(second.epoch).toBeGreaterThan(first.epoch);
    // one that comes back empty knows no epochs
    const { clock: later, hot: emptied } = open();
    later.advance(clock.nowMs() + 2000);
    expect((await emptied.leases.acquire("a", "z", 1000))!.epoch).toBeGreaterThan(second.epoch);
  });

  it("[S-HOT11] holds so many keys, and not one more; what has ended makes room", async () => {
    const { clock, hot } = open({ keysMax: 3 });
    await hot.keys.set("a", "1", { ttlMs: 1000 });
    await hot.sets.add("b", "1");
    await hot.sorted.add("c", [{ member: "x", score: 1 }]);
    for (const more of [
      () => hot.keys.set("d", "1"),
      () => hot.keys.increment("d"),
      () => hot.hashes.set("d", new Map([["x", "y"]])),
      () => hot.sets.add("d", "1"),
      () => hot.sorted.increment("d", "x", 1),
      () => hot.lists.push("d", "1"),
      () => hot.leases.acquire("d", "x", 1000),
    ]) {
      await expect(more()).rejects.toMatchObject(full);
    }
    expect(await hot.keys.ttlMs("d")).toBeUndefined();
    // those that are there go on
    await hot.keys.set("a", "2", { ttlMs: 1000 });
    await hot.sets.add("b", "2");
    clock.advance(1000);
    await hot.lists.push("d", "1");
    await hot.keys.delete("b");
    expect(await hot.keys.set("e", "1")).toBe(true);
    await expect(hot.keys.set("f", "1")).rejects.toMatchObject(full);
  });

  it("[S-HOT11] holds so many bytes; all that is taken out is given back", async () => {
    const { hot } = open({ bytesMax: 10_000 });
    const text = "x".repeat(100);
    const grow = [
      (i: number) => hot.keys.set(`k${i}`, text),
      (i: number) => hot.keys.set(`k${i}`, new Uint8Array(300)),
      (i: number) => hot.hashes.set("k", new Map([[`${i}`, text]])),
      (i: number) => hot.sets.add("k", text + i),
      (i: number) => hot.sorted.add("k", [{ member: text + i, score: i }]),
      (i: number) => hot.lists.push("k", text + i),
    ];
    const shrink = [
      (i: number) => hot.keys.delete(`k${i}`),
      (i: number) => hot.keys.delete(`k${i}`),
      (i: number) => hot.hashes.delete("k", `${i}`),
      (i: number) => hot.sets.remove("k", text + i),
      (i: number) => hot.sorted.remove("k", text + i),
      () => hot.lists.pop("k"),
    ];
    const fill = async (step: (i: number) => Promise<unknown>): Promise<number> => {
      for (let i = 0; ; i++) {
        try {
          await step(i);
        } catch (error) {
          expect(error).toMatchObject({ code: "HOT_FULL" });
          return i;
        }
      }
    };
    for (const [kind, step] of grow.entries()) {
      const count = await fill(step);
      expect(count).toBeGreaterThan(20);
      expect(count).toBeLessThan(60);
      // the same again takes nothing, but for lists
      if (kind < 5) await step(0);
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < count; i++) await shrink[kind]!(i);
        expect(await hot.keys.ttlMs("k")).toBeUndefined();
        expect(await fill(step)).toBe(count);
      }
      for (let i = 0; i < count; i++) await shrink[kind]!(i);
    }
  });

  it("[S-HOT11] hotMemoryBytes: so many by default, and not one more", async () => {
    const { hot } = open();
    const mebibyte = new Uint8Array(limits.hotValueBytes.value);
    let held = 0;
    const overhead = 64 + 64 + 2 * "0000".length;
    for (let i = 0; held + mebibyte.length + overhead <= limits.hotMemoryBytes.value; i++) {
      await hot.keys.set(String(i).padStart(4, "0"), mebibyte);
      held += mebibyte.length + overhead;
    }
    const left = limits.hotMemoryBytes.value - held - overhead;
    await expect(hot.keys.set("last", new Uint8Array(left + 1))).rejects.toMatchObject(full);
    expect(await hot.keys.set("last", new Uint8Array(left))).toBe(true);
  });

  it("[S-HOT11] hotMemoryKeys: so many by default, and not one more", async () => {
    const { hot } = open();
    for (let i = 0; i < limits.hotMemoryKeys.value; i++) await hot.keys.set(`${i}`, "");
    await expect(hot.keys.set("x", "")).rejects.toMatchObject(full);
    await hot.keys.delete("0");
    expect(await hot.keys.set("x", "")).toBe(true);
  });

  it("[S-HOT1] a key that is set anew again and again costs no more than one", () => {
    const expiries = new Expiries();
    for (let i = 0; i < 100_000; i++) expiries.set("a", 1000 + (i % 7));
    expiries.set("b", 500);
    expiries.set("c", 2000);
    expiries.delete("c");
    expect(expiries.takeDue(499)).toBeUndefined();
    expect(expiries.takeDue(500)).toBe("b");
    expect(expiries.takeDue(5000)).toBe("a");
    expect(expiries.takeDue(5000)).toBeUndefined();
  });
});
