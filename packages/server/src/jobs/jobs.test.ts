import { RealmError } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import type { Hot, HotReturn } from "../ports/hot.ts";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { RecordedMetrics } from "../testing/recorded-metrics.ts";
import { jobs, type Jobs } from "./jobs.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const labels = { job: "work" };

/** Nodes that share memory and a clock; a node's lines to the memory can be cut. */
function stage() {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const metrics = new RecordedMetrics();
  let memory = createMemoryHot({ clock, log });
  let isAway = false;
  const returned = new Set<(news: HotReturn) => void>();
  /** Its own bytes for each node, so that they ask at different times. */
  let seed = 0;
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const reach = async <T>(work: (hot: Hot) => Promise<T>, isDead = false): Promise<T> => {
    if (isAway || isDead) throw new RealmError("HOT_UNAVAILABLE");
    return await work(memory);
  };
  return {
    clock,
    log,
    metrics,
    settle,
    pass: (ms: number) => clock.pass(ms, settle),
    /** A node; `kill` cuts it off, as an end without a word would. */
    node: (): { readonly jobs: Jobs; readonly kill: () => void } => {
      let isDead = false;
      const hot: Hot = {
        ...memory,
        leases: {
          acquire: (...args) => reach((of) => of.leases.acquire(...args), isDead),
          renew: (...args) => reach((of) => of.leases.renew(...args), isDead),
          release: (...args) => reach((of) => of.leases.release(...args), isDead),
          holder: (...args) => reach((of) => of.leases.holder(...args), isDead),
          write: (...args) => reach((of) => of.leases.write(...args), isDead),
          read: (...args) => reach((of) => of.leases.read(...args), isDead),
        },
        onReturn(listener) {
          returned.add(listener);
          return () => void returned.delete(listener);
        },
      };
      const random = (length: number): Uint8Array => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        return Uint8Array.from({ length }, (_, i) => (seed >> ((i % 3) * 8)) & 0xff);
      };
      const made = jobs({ hot, clock, random, log, metrics });
      const kill = (): void => {
        isDead = true;
      };
      return { jobs: made, kill };
    },
    goAway: (): void => {
      isAway = true;
    },
    comeBack: async (empty: boolean): Promise<void> => {
      isAway = false;
      if (empty) memory = createMemoryHot({ clock, log });
      for (const listener of returned) listener({ empty });
      await settle();
    },
    holder: () => memory.leases.holder("job:work"),
    /** Somebody else gets the lease. */
    steal: async () => {
      const lease = await memory.leases.holder("job:work");
      if (lease !== undefined) await memory.leases.release(lease);
      await memory.leases.acquire("job:work", "somebody", hourMs);
    },
  };
}

describe("a job", () => {
  test("[S-JOB1] begins once in its interval, whichever nodes have it and whenever they came", async () => {
    const { clock, metrics, node, pass } = stage();
    const begunMs: number[] = [];
    const workers = new Set<number>();
    const nodes = [node(), node(), node(), node()];
    const add = (of: Jobs, number: number): void =>
      of.add({
        name: "work",
        everyMs: hourMs,
        run: async () => {
          begunMs.push(clock.nowMs());
          workers.add(number);
          return false;
        },
      });
    for (const [i, one] of nodes.entries()) {
      add(one.jobs, i);
      await pass(10_000);
    }
    await pass(minuteMs);
    expect(begunMs).toHaveLength(1);
    await pass(10 * hourMs);
    const late = node();
    add(late.jobs, 4);
    await pass(90 * hourMs);
    for (const [i, atMs] of begunMs.entries()) {
      if (i === 0) continue;
      expect(atMs - begunMs[i - 1]!).toBeGreaterThanOrEqual(hourMs);
      expect(atMs - begunMs[i - 1]!).toBeLessThanOrEqual(hourMs + minuteMs);
    }
    expect(begunMs.length).toBeGreaterThan(96);
    expect(metrics.observed("realmwright_job_seconds", labels)).toHaveLength(begunMs.length);
    // it is nobody's office
    expect(workers.size).toBeGreaterThan(1);
    await Promise.all([...nodes, late].map((one) => one.jobs.close()));
    expect(clock.waiting).toBe(0);
  });

  test("[S-JOB1] of a short interval is asked for as often", async () => {
    const { clock, node, pass } = stage();
    let runs = 0;
    const { jobs: all } = node();
    all.add({ name: "work", everyMs: 1000, run: async () => ++runs < 0 });
    await pass(100_000);
    expect(runs).toBeGreaterThanOrEqual(50);
    expect(runs).toBeLessThanOrEqual(100);
    await all.close();
    expect(clock.waiting).toBe(0);
  });

  test("[S-JOB2] whose node dies in the midst of it is begun anew by another, within two minutes", async () => {
    const { clock, node, pass } = stage();
    const begun: [node: number, atMs: number][] = [];
    const nodes = [node(), node(), node()];
    for (const [i, one] of nodes.entries()) {
      one.jobs.add({
        name: "work",
        everyMs: hourMs,
        run() {
          begun.push([i, clock.nowMs()]);
          if (begun.length > 1) return Promise.resolve(false);
          one.kill();
          return new Promise(() => undefined);
        },
      });
    }
    await pass(minuteMs);
    expect(begun).toHaveLength(1);
    await pass(2 * minuteMs);
    expect(begun).toHaveLength(2);
    const [first, second] = begun;
    expect(second![0]).not.toBe(first![0]);
    expect(second![1] - first![1]).toBeGreaterThanOrEqual(minuteMs);
    expect(second![1] - first![1]).toBeLessThanOrEqual(2 * minuteMs);
    await pass(hourMs - minuteMs);
    expect(begun).toHaveLength(2);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("no"))],
    [
      "throws at once",
      (): never => {
        throw new Error("no");
      },
    ],
  ])("[S-JOB2] that %s is logged, counted and tried again, and costs no other", async (_, fail) => {
    const { clock, log, metrics, node, pass } = stage();
    const nodes = [node(), node(), node()];
    const triesMs: number[] = [];
    let others = 0;
    for (const one of nodes) {
      one.jobs.add({
        name: "work",
        everyMs: 10 * hourMs,
        run() {
          triesMs.push(clock.nowMs());
          return triesMs.length < 4 ? fail() : Promise.resolve(false);
        },
      });
      one.jobs.add({ name: "other", everyMs: hourMs, run: async () => ++others < 0 });
    }
    await pass(10 * minuteMs);
    expect(triesMs).toHaveLength(4);
    for (const [i, atMs] of triesMs.entries()) {
      const waitMs = i === 0 ? minuteMs : atMs - triesMs[i - 1]!;
      expect([waitMs >= minuteMs, waitMs <= 2 * minuteMs]).toEqual([true, true]);
    }
    expect(metrics.value("realmwright_jobs_failed_total", labels)).toBe(3);
    const lines = log.of("error").map(({ message, data }) => [message, data["job"]]);
    expect(lines).toEqual(Array.from({ length: 3 }, () => ["a job failed", "work"]));
    expect(others).toBe(1);
    await pass(9 * hourMs);
    expect(triesMs).toHaveLength(4);
    await Promise.all(nodes.map((one) => one.jobs.close()));
  });

  test("[S-JOB3] goes on part by part with a pause, one node's for as long as it takes", async () => {
    const { clock, node, pass } = stage();
    const parts: [node: number, atMs: number][] = [];
    const nodes = [node(), node()];
    for (const [i, one] of nodes.entries()) {
      one.jobs.add({
        name: "work",
        everyMs: hourMs,
        async run() {
          parts.push([i, clock.nowMs()]);
          // ten minutes of work, as the clock sees it
          clock.stall(20_000);
          return parts.length < 30;
        },
      });
    }
    await pass(20 * minuteMs);
    expect(parts).toHaveLength(30);
    expect(new Set(parts.map(([number]) => number)).size).toBe(1);
    for (const [i, [, atMs]] of parts.entries()) {
      if (i > 0) expect(atMs - parts[i - 1]![1]).toBeGreaterThanOrEqual(20_020);
    }
    await Promise.all(nodes.map((one) => one.jobs.close()));
  });

  test("[S-JOB3] is left alone by a node that has lost the lease", async () => {
    const { clock, log, node, pass, steal } = stage();
    let parts = 0;
    const { jobs: all } = node();
    all.add({
      name: "work",
      everyMs: hourMs,
      async run() {
        parts++;
        if (parts === 3) await steal();
        return parts < 10;
      },
    });
    await pass(5 * minuteMs);
    expect(parts).toBe(3);
    expect(log.of("warn").map(({ message }) => message)).toEqual(["a job went to another node"]);
    await all.close();
    expect(clock.waiting).toBe(0);
  });

  test("[S-JOB4] does not begin while the hot state is away, and then does", async () => {
    const { goAway, comeBack, log, node, pass } = stage();
    let runs = 0;
    const { jobs: all } = node();
    goAway();
    all.add({ name: "work", everyMs: hourMs, run: async () => ++runs < 0 });
    await pass(10 * minuteMs);
    expect(runs).toBe(0);
    expect(log.of("warn").length).toBeGreaterThan(8);
    await comeBack(true);
    await pass(minuteMs);
    expect(runs).toBe(1);
    await all.close();
  });

  test.each([true, false])(
    "[S-JOB4] that was done is not due because the hot state was away (empty: %s)",
    async (empty) => {
      const { goAway, comeBack, holder, node, pass } = stage();
      let runs = 0;
      const nodes = [node(), node(), node()];
      for (const one of nodes) {
        one.jobs.add({ name: "work", everyMs: hourMs, run: async () => ++runs < 0 });
      }
      await pass(minuteMs);
      expect(runs).toBe(1);
      goAway();
      await pass(minuteMs / 2);
      await comeBack(empty);
      expect(await holder()).toBeDefined();
      await pass(55 * minuteMs);
      expect(runs).toBe(1);
      await pass(10 * minuteMs);
      expect(runs).toBe(2);
      await Promise.all(nodes.map((one) => one.jobs.close()));
    },
  );

  test("[S-JOB4] stops between two parts when the hot state goes, and is done by somebody when it is back", async () => {
    const { goAway, comeBack, node, pass } = stage();
    let parts = 0;
    const { jobs: all } = node();
    all.add({
      name: "work",
      everyMs: hourMs,
      async run() {
        parts++;
        if (parts === 2) goAway();
        return parts < 5;
      },
    });
    await pass(5 * minuteMs);
    expect(parts).toBe(2);
    await comeBack(true);
    await pass(2 * minuteMs);
    expect(parts).toBe(5);
    await all.close();
  });

  test("[S-JOB5] of a node that closes is free for others when the part under way is over", async () => {
    const { clock, holder, node, pass, settle } = stage();
    const { jobs: all } = node();
    const part = Promise.withResolvers<boolean>();
    let [parts, isClosed] = [0, false];
    all.add({
      name: "work",
      everyMs: hourMs,
      run() {
        parts++;
        return part.promise;
      },
    });
    await pass(minuteMs);
    expect(await holder()).toBeDefined();
    const closed = all.close().then(() => (isClosed = true));
    await settle();
    expect(isClosed).toBe(false);
    part.resolve(true);
    await pass(100);
    await closed;
    expect([parts, await holder(), clock.waiting]).toEqual([1, undefined, 0]);
    await all.close();
  });

  test("[S-JOB5] that is done when its node closes stays done", async () => {
    const { holder, node, pass } = stage();
    let runs = 0;
    const [first, second] = [node(), node()];
    first.jobs.add({ name: "work", everyMs: hourMs, run: async () => ++runs < 0 });
    await pass(minuteMs);
    await first.jobs.close();
    second.jobs.add({ name: "work", everyMs: hourMs, run: async () => ++runs < 0 });
    await pass(30 * minuteMs);
    expect([runs, (await holder()) === undefined]).toEqual([1, false]);
    await second.jobs.close();
  });

  test("has a name of its own and an interval that a lease can have", () => {
    const { jobs: all } = stage().node();
    const run = (): Promise<boolean> => Promise.resolve(false);
    all.add({ name: "work", everyMs: 1000, run });
    expect(() => all.add({ name: "work", everyMs: 1000, run })).toThrow(TypeError);
    for (const everyMs of [999, 0, -1, 1000.5, NaN, Infinity, 31_536_000_001]) {
      expect(() => all.add({ name: `every ${everyMs}`, everyMs, run })).toThrow(RangeError);
    }
    all.add({ name: "yearly", everyMs: 31_536_000_000, run });
  });
});
