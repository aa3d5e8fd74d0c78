import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRedisHot } from "../hot/redis/redis-hot.ts";
import { engines, isThere, serverNames } from "../hot/testing/hot-stage.ts";
import { PrivateServer } from "../hot/testing/private-server.ts";
import type { Hot } from "../ports/hot.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { RecordedMetrics } from "../testing/recorded-metrics.ts";
import { until } from "../testing/until.ts";
import { jobs, type Jobs } from "./jobs.ts";

for (const engine of serverNames) {
  describe.skipIf(!isThere(engine))(`jobs by leases of ${engine}`, () => {
    let server: PrivateServer;
    let nodes: { readonly jobs: Jobs; readonly hot: Hot }[];
    /** Answers to who asked for a lease. */
    let asked: number;

    beforeEach(async () => {
      server = await PrivateServer.start(engines[engine] ?? "");
      nodes = [];
      asked = 0;
      for (let i = 0; i < 3; i++) {
        const clock = systemClock();
        const log = new RecordedLog();
        const metrics = new RecordedMetrics();
        const redis = await openRedisHot({ url: server.url, clock, log, randomBytes });
        const hot: Hot = {
          ...redis,
          leases: {
            ...redis.leases,
            async acquire(...args) {
              const lease = await redis.leases.acquire(...args);
              asked++;
              return lease;
            },
          },
        };
        // names of their own; and they ask at once
        const random = (length: number): Uint8Array =>
          new Uint8Array(length).fill(length === 4 ? 0 : i);
        nodes.push({ hot, jobs: jobs({ hot, clock, random, log, metrics }) });
      }
    });
    afterEach(async () => {
      await Promise.all(nodes.map((node) => node.jobs.close()));
      await Promise.all(nodes.map((node) => node.hot.close()));
      await server.stop();
    });

    it("[S-JOB1] one node at a time begins one, once in its interval", async () => {
      const begunMs: number[] = [];
      let [atOnce, most] = [0, 0];
      for (const node of nodes) {
        node.jobs.add({
          name: "work",
          everyMs: 1000,
          async run() {
            begunMs.push(performance.now());
            most = Math.max(most, ++atOnce);
            await new Promise((resolve) => void setImmediate(resolve));
            atOnce--;
            return false;
          },
        });
      }
      await until(() => begunMs.length >= 4);
      expect(most).toBe(1);
      // the engine counts whole milliseconds
      for (const [i, atMs] of begunMs.entries()) {
        if (i > 0) expect(atMs - begunMs[i - 1]!).toBeGreaterThan(998);
      }
    });

    it("[S-JOB4] one that was done is not due because the engine came back empty", async () => {
      let runs = 0;
      for (const node of nodes) {
        node.jobs.add({ name: "daily", everyMs: 86_400_000, run: async () => ++runs < 0 });
      }
      await until(() => asked === 3 && runs === 1);
      await server.kill();
      await server.restart();
      let holder: unknown;
      await until(() => {
        const asked = nodes[0]!.hot.leases.holder("job:daily");
        asked.then(
          (lease) => (holder = lease),
          () => (holder = undefined),
        );
        return holder !== undefined || "nobody has the lease";
      });
      expect(runs).toBe(1);
    });
  });
}
