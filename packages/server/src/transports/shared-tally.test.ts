import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TallyWork } from "../testing/tally-worker.ts";
import { SharedTally, type Taken } from "./shared-tally.ts";

/** So many tallies over one memory, with room for so many counts. */
function tallies(threads: number, countMax = 64): SharedTally[] {
  const memory = SharedTally.memory(countMax, threads);
  return Array.from({ length: threads + 1 }, (_, i) => new SharedTally(memory, threads, i));
}

test("an address is counted up to its bound, over all threads, and others are not", () => {
  const [a, b] = tallies(2) as [SharedTally, SharedTally];
  expect([a.take("192.0.2.1", 3, 9), b.take("192.0.2.1", 3, 9)]).toEqual(["taken", "taken"]);
  expect(a.take("192.0.2.1", 3, 9)).toBe("taken");
  expect([a.take("192.0.2.1", 3, 9), b.take("192.0.2.1", 3, 9)]).toEqual(["address", "address"]);
  expect(b.take("192.0.2.2", 3, 9)).toBe("taken");
  b.give("192.0.2.1");
  expect([a.take("192.0.2.1", 3, 9), a.take("192.0.2.1", 3, 9)]).toEqual(["taken", "address"]);
});

test("all together are counted up to the bound of the node", () => {
  const [a, b] = tallies(2) as [SharedTally, SharedTally];
  for (let i = 0; i < 4; i++) expect(a.take(`192.0.2.${i}`, 9, 4)).toBe("taken");
  expect([a.total, b.total]).toEqual([4, 4]);
  expect(b.take("198.51.100.7", 9, 4)).toBe("node");
  a.give("192.0.2.0");
  expect(b.take("198.51.100.7", 9, 4)).toBe("taken");
});

test.each([
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["192.0.2.1", "192.0.2.129", false],
  ["0.0.0.1", "::1", false],
  ["192.0.2.1", "::c000:201", false],
  ["", "::1", true],
])("[S-NET6] %j and %j are one: %s", (one, other, isOne) => {
  const [tally] = tallies(1) as [SharedTally];
  tally.take(one, 1, 9);
  expect(tally.take(other, 1, 9)).toBe(isOne ? "address" : "taken");
});

test("what a dead thread has counted is forgotten, and what others have is kept", () => {
  const [a, b, main] = tallies(2) as [SharedTally, SharedTally, SharedTally];
  for (let i = 0; i < 20; i++) a.take(`192.0.2.${i}`, 9, 64);
  for (let i = 10; i < 30; i++) b.take(`192.0.2.${i}`, 9, 64);
  main.forget(0);
  expect(main.total).toBe(20);
  for (let i = 0; i < 10; i++) expect(b.take(`192.0.2.${i}`, 1, 64)).toBe("taken");
  for (let i = 10; i < 30; i++) expect(b.take(`192.0.2.${i}`, 1, 64)).toBe("address");
});

test("a thread that dies with the lock in its hand locks nobody out", () => {
  const memory = SharedTally.memory(8, 2);
  const [a, main] = [new SharedTally(memory, 2, 0), new SharedTally(memory, 2, 2)];
  a.take("192.0.2.1", 9, 9);
  // thread 1 holds it
  new Int32Array(memory)[0] = 2;
  main.forget(1);
  expect(a.take("192.0.2.1", 9, 9)).toBe("taken");
  expect(a.total).toBe(2);
});

/** What a tally is to do, by plain maps. */
class Model {
  readonly counts: Map<string, number>[];
  constructor(threads: number) {
    this.counts = Array.from({ length: threads }, () => new Map<string, number>());
  }
  of(address: string): number {
    return this.counts.reduce((sum, counts) => sum + (counts.get(address) ?? 0), 0);
  }
  get total(): number {
    return this.counts.flatMap((counts) => [...counts.values()]).reduce((a, b) => a + b, 0);
  }
  take(thread: number, address: string, addressMax: number, nodeMax: number): Taken {
    if (this.total >= nodeMax) return "node";
    if (this.of(address) >= addressMax) return "address";
    this.counts[thread]!.set(address, (this.counts[thread]!.get(address) ?? 0) + 1);
    return "taken";
  }
  give(thread: number, address: string): boolean {
    const count = this.counts[thread]!.get(address) ?? 0;
    if (count > 0) this.counts[thread]!.set(address, count - 1);
    return count > 0;
  }
}

test("counts as plain maps do, in a table so small that everything collides", () => {
  const step = fc.record({
    act: fc.constantFrom("take", "take", "give", "forget"),
    thread: fc.nat(2),
    host: fc.nat(40),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const shared = tallies(3, 16);
      const model = new Model(3);
      for (const { act, thread, host } of steps) {
        const address = host % 2 === 0 ? `10.0.${host}.1` : `2001:db8:0:${host.toString(16)}::1`;
        if (act === "take") {
          const expected = model.take(thread, address, 3, 16);
          expect(shared[thread]!.take(address, 3, 16)).toBe(expected);
        } else if (act === "give") {
          if (model.give(thread, address)) shared[thread]!.give(address);
        } else if (host < 8) {
          model.counts[thread]!.clear();
          shared[3]!.forget(thread);
        }
        expect(shared[3]!.total).toBe(model.total);
      }
    }),
  );
});

test("threads that count at the same time lose nothing and never pass the bound", async () => {
  const threads = 2;
  const addresses = Array.from({ length: 50 }, (_, i) => `10.1.${i}.1`);
  const addressMax = 7;
  const memory = SharedTally.memory(addresses.length * addressMax, threads);
  const work = { memory, threads, addresses, addressMax, rounds: 60_000 };
  const results = await Promise.all(
    Array.from({ length: threads }, (_, thread) => run({ ...work, thread })),
  );
  for (const address of addresses) {
    const held = results.reduce((sum, result) => sum + (new Map(result).get(address) ?? 0), 0);
    expect(held).toBe(addressMax);
  }
  const observer = new SharedTally(memory, threads, threads);
  expect(observer.total).toBe(addresses.length * addressMax);
});

function run(work: TallyWork): Promise<[string, number][]> {
  const worker = new Worker(new URL("../testing/tally-worker.ts", import.meta.url), {
    workerData: work,
    execArgv: ["--conditions=@realmwright/source"],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
