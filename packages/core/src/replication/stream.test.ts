import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permits, relationOf } from "../world/audience.ts";
import { Mirror } from "./mirror.ts";
import { Banner, Bed, type Client, interest, Ping, Walker } from "./testing/stream-bed.ts";

describe("the stream of a room", () => {
  it("P-SNAP4 P-SNAP7 gives every client the authority's values after each snapshot", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const bed = new Bed(seed);
        for (let i = 0; i < 40; i++) bed.spawn();
        for (let i = 0; i < 6; i++) bed.join({ readable: i % 2 === 1, far: i % 3 === 2 });
        let compared = 0;
        for (let tick = 0; tick < 80; tick++) {
          bed.churn();
          bed.step();
          bed.send();
          for (const client of bed.clients) compared += bed.check(client);
        }
        expect(compared).toBeGreaterThan(10_000);
      }),
      { numRuns: 12 },
    );
  });

  // where 30, 31 and 32 bits end, where stamps end a second time, and the last ticks of all
  it.each([2 ** 30, 2 ** 31, 2 ** 32, 2 ** 45 - 44])("P-SNAP9 does so about tick %d", (middle) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, before) => {
        const bed = new Bed(seed);
        bed.tick = middle - before;
        for (let i = 0; i < 40; i++) bed.spawn();
        for (let i = 0; i < 6; i++) {
          const at = { readable: i % 2 === 1, far: i % 3 === 2 };
          bed.join(i < 3 ? { ...at, interest } : at);
        }
        for (let tick = 0; tick < 44 + before; tick++) {
          bed.churn();
          bed.step();
          bed.send();
          for (const client of bed.clients) bed.check(client);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("P-SNAP1 P-SNAP3 shows what is near, nothing that is far, and at most the nearest", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const bed = new Bed(seed);
        for (let i = 0; i < 60; i++) bed.spawn();
        for (let i = 0; i < 4; i++) bed.join({ readable: i === 3, far: i === 2, interest });
        for (let tick = 0; tick < 60; tick++) {
          bed.churn();
          bed.step();
          bed.send();
          for (const client of bed.clients) {
            bed.check(client);
            // What is seen is chosen five times a second; between two choices things move.
            if (tick % 4 === (4 - client.seat) % 4) bed.checkInterest(client, interest);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it("P-SNAP6 catches up in one snapshot after a client was skipped", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 90 }), (seed, pause) => {
        const bed = new Bed(seed);
        for (let i = 0; i < 30; i++) bed.spawn();
        const client = bed.join({ readable: false, far: false });
        for (let tick = 0; tick < 130; tick++) {
          bed.churn();
          bed.step();
          client.slow = tick > 10 && tick <= 10 + pause;
          bed.send();
          if (!client.slow) bed.check(client);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("P-SNAP5 says one byte when nothing happens, and nothing in words", () => {
    const bed = new Bed(1);
    for (let i = 0; i < 30; i++) bed.spawn();
    const binary = bed.join({ readable: false, far: false, interest });
    const words = bed.join({ readable: true, far: false, interest });
    for (let tick = 0; tick < 20; tick++) {
      bed.step();
      bed.send();
    }
    bed.step();
    bed.bits.reset();
    expect(binary.view.writeBinary(bed.bits)).toBe(false);
    expect(bed.bits.byteLength).toBe(1);
    expect(words.view.writeReadable()).toBeUndefined();
  });

  it("P-SNAP3 shows all that a client may see when there is no interest, and no other", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const bed = new Bed(seed);
        for (let i = 0; i < 25; i++) bed.spawn();
        const clients = [0, 1, 2].map((i) => bed.join({ readable: i === 1, far: i === 2 }));
        for (let tick = 0; tick < 40; tick++) {
          bed.churn();
          bed.step();
          bed.send();
          for (const client of clients) {
            let count = 0;
            const { ownerOf, teamOf, seatOf, audienceOf } = bed.world;
            for (const { id } of [...bed.world.all(Walker), ...bed.world.all(Banner)]) {
              const s = (id - 1) & 0xffff;
              const relation = relationOf(
                client.seat,
                client.team,
                ownerOf[s]!,
                teamOf[s]!,
                seatOf[s]!,
              );
              if (permits(audienceOf[s]!, relation)) count++;
            }
            expect(client.replica.entities.size).toBe(count);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it("P-SNAP3 never means another entity by an old handle", () => {
    const bed = new Bed(21);
    const client = bed.join({ readable: false, far: false });
    const gone = new Set<number>();
    for (let round = 0; round < 30; round++) {
      const walker = bed.spawn();
      bed.step();
      bed.send();
      const handle = client.view.handleOf(walker.id);
      if (handle === 0) continue;
      expect(gone.has(handle)).toBe(false);
      gone.add(handle);
      bed.world.despawn(walker);
      bed.step();
      // Dead for the authority, and the client has not been told yet.
      expect(client.view.idOf(handle)).toBe(0);
      const next = bed.spawn();
      bed.step();
      expect(client.view.idOf(handle)).toBe(0);
      bed.send();
      expect(client.view.idOf(handle)).toBe(0);
      bed.world.despawn(next);
    }
    expect(gone.size).toBeGreaterThan(10);
  });

  it("keeps what is in sight up to the outer radius, and lets nothing in before the inner one", () => {
    const bed = new Bed(9);
    const client = bed.join({ readable: false, far: false, interest });
    const me = bed.own.get(0)!;
    me.x = me.y = 0;
    const other = bed.world.spawn(Walker, { x: 22, y: 0 });
    const holds = (x: number): boolean => {
      other.x = x;
      for (let i = 0; i < 8; i++) {
        bed.step();
        bed.send();
      }
      return client.view.handleOf(other.id) !== 0;
    };
    expect([22, 19, 22, 23.5, 25, 22].map(holds)).toEqual([false, true, true, true, false, false]);
  });

  it("P-SNAP4 writes text when it changes, not when its entity moves", () => {
    const bed = new Bed(11);
    for (let i = 0; i < 5; i++) bed.spawn();
    bed.step();
    for (const walker of bed.world.all(Walker)) walker.x += 1;
    bed.world.all(Walker)[2]!.title = "changed";
    bed.world.endTick();
    const frame = bed.writer.write("bed", 1, bed.tick, true);
    expect(frame.changes.length).toBeGreaterThan(0);
    expect(frame.blobs).toHaveLength(1);
  });

  it("keeps to the byte budget and lets nothing wait for ever", () => {
    const bed = new Bed(7);
    for (let i = 0; i < 100; i++) bed.spawn();
    const client = bed.join({
      readable: false,
      far: false,
      interest: { enter: 200, leave: 240, nearest: 200, bytesPerSecond: 2_000 },
    });
    const waited = new Set<number>();
    let longest = 0;
    let bytes = 0;
    for (let tick = 0; tick < 400; tick++) {
      for (const walker of bed.world.all(Walker)) walker.x += 0.05;
      bed.step();
      bed.send();
      if (tick < 200) continue;
      bytes += bed.bits.byteLength;
      for (const seen of client.replica.entities.values()) {
        waited.add(seen.id);
        longest = Math.max(longest, tick - seen.updatedTick);
      }
    }
    expect(waited.size).toBe(client.view.visible);
    expect(waited.size).toBeGreaterThan(80);
    expect(bytes / 200).toBeLessThan(2_000 / 20 + 10);
    expect(longest).toBeLessThan(40);
  });

  it("P-SNAP4 tells who may see an event", () => {
    const bed = new Bed(3);
    const a = bed.join({ readable: false, far: false, interest });
    const b = bed.join({ readable: false, far: false, interest });
    bed.own.get(0)!.x = bed.own.get(0)!.y = -80;
    bed.own.get(1)!.x = bed.own.get(1)!.y = 80;
    bed.step();
    bed.send();
    const targets = [
      { near: bed.own.get(0)! },
      { near: { x: 79, y: 79 } },
      { seat: { seat: 1 } },
      { owner: bed.own.get(0)! },
    ] as const;
    for (const to of targets) bed.writer.event(Ping, { who: 0, n: 1 }, to);
    bed.writer.event(Ping, { who: 0, n: 1 }, "all");
    bed.world.endTick();
    const frame = bed.writer.write("bed", 1, bed.tick, true);
    const seen = (client: Client): boolean[] => frame.events.map((e) => client.view.receives(e));
    expect(seen(a)).toEqual([true, false, false, true, true]);
    expect(seen(b)).toEqual([false, true, true, false, true]);
  });

  it("a mirror refuses a frame after a gap and takes a keyframe", () => {
    const bed = new Bed(5);
    for (let i = 0; i < 20; i++) bed.spawn();
    bed.step();
    const late = new Mirror(bed.wire, { historyTicks: 0, cellSize: 10 });
    bed.churn();
    bed.world.endTick();
    const frame = bed.writer.write("bed", 1, 1, true);
    expect(() => late.apply(frame)).toThrow(expect.objectContaining({ code: "FRAME_GAP" }));
    late.apply(bed.writer.keyframe("bed", 1));
    for (let slot = 0; slot < bed.mirror.high; slot++) {
      expect(late.typeOf[slot]).toBe(bed.mirror.typeOf[slot]);
      for (const [f, column] of bed.mirror.now.entries()) {
        if (bed.mirror.typeOf[slot] !== 0) expect(late.now[f]![slot]).toBe(column[slot]);
      }
    }
  });
});
