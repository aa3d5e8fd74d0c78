import { describe, expect, it } from "vitest";
import type { Entity } from "../game/room.ts";
import { Bed, Walker } from "./testing/stream-bed.ts";

const bytesPerSecond = 900;
const bytesPerSend = bytesPerSecond / 20;

/** Sixty walkers of which one has a long text to tell at every tick, and a client that may be sent little of them. */
function crowd(readable: boolean) {
  const bed = new Bed(7);
  const client = bed.join({
    readable,
    far: false,
    interest: { enter: 200, leave: 240, nearest: 200, tiers: false, bytesPerSecond },
  });
  for (let i = 0; i < 60; i++) bed.spawn();
  const talker = bed.world.spawn(Walker, { name: "talker" });
  const step = (): void => {
    for (const walker of bed.world.all(Walker)) walker.x += 0.05;
    talker.title = `tick ${bed.tick} `.padEnd(24, "-");
    bed.step();
  };
  return { bed, client, talker, step };
}

describe("updates where bytes are short", () => {
  it.each([false, true])("P-SNAP10 go by their urgency, however long (words: %s)", (readable) => {
    const { bed, client, talker, step } = crowd(readable);
    const { entities } = client.replica;
    const told = new Map<number, number>();
    let waited = 0;
    for (let tick = 0; tick < 400; tick++) {
      step();
      const own = client.view.handleOf(bed.own.get(0)!.id);
      const before = new Map([...entities].map(([handle, seen]) => [handle, seen.updatedTick]));
      bed.send();
      let leastTold = Infinity;
      let mostWaiting = 0;
      for (const [handle, updatedTick] of before) {
        const urgency = (tick - updatedTick) * (handle === own ? 8 : 1);
        if (entities.get(handle)!.updatedTick < tick) mostWaiting = Math.max(mostWaiting, urgency);
        else {
          leastTold = Math.min(leastTold, urgency);
          if (client.view.deferred > 0) told.set(handle, (told.get(handle) ?? 0) + 1);
        }
      }
      expect(mostWaiting).toBeLessThanOrEqual(leastTold);
      if (mostWaiting > 0) waited++;
    }
    expect(waited).toBeGreaterThan(150);
    const own = client.view.handleOf(bed.own.get(0)!.id);
    const others = [...told].filter(([handle]) => handle !== own).map(([, times]) => times);
    const long = told.get(client.view.handleOf(talker.id))!;
    expect(long).toBeGreaterThanOrEqual(Math.min(...others));
    expect(told.get(own)).toBeGreaterThan(long);
  });

  it("P-SNAP10 pay in the next snapshots for what the last of them took too much", () => {
    const { bed, step } = crowd(false);
    let allowed = 16_384;
    for (let tick = 0; tick < 400; tick++) {
      step();
      bed.send();
      if (tick > 0 && allowed < bytesPerSend * 2) {
        allowed = Math.min(bytesPerSend * 2, allowed + bytesPerSend);
      }
      allowed -= bed.bits.byteLength;
      // the longest update and one's own unrounded values
      expect(allowed).toBeGreaterThan(-100);
    }
    expect(allowed).toBeLessThan(bytesPerSend);
  });

  it("P-SNAP10 owe no more than a second's worth, whatever could not be helped", () => {
    const { bed, client, step } = crowd(false);
    const guests: Entity<typeof Walker>[] = [];
    for (let tick = 0; tick < 300; tick++) {
      // of those that wait one comes in with every send, however large it is
      const text = "t".repeat(24);
      for (let i = 0; i < 20; i++)
        guests.push(bed.world.spawn(Walker, { name: text, title: text }));
      step();
      bed.send();
      for (const guest of guests.splice(0, guests.length - 160)) bed.world.despawn(guest);
    }
    for (const guest of guests) bed.world.despawn(guest);
    const { entities } = client.replica;
    let sends = 0;
    for (let told = 0; told < 4; sends++) {
      for (const walker of bed.world.all(Walker)) if (walker.owner < 0) walker.x += 0.05;
      bed.step();
      bed.send();
      told = [...entities.values()].filter(
        ({ updatedTick }) => updatedTick === bed.tick - 1,
      ).length;
      expect(sends).toBeLessThan(60);
    }
    expect(sends).toBeGreaterThan(10);
  });
});
