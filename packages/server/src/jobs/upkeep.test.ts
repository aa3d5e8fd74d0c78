import { limits } from "@realmwright/protocol";
import { expect, test } from "vitest";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import { IdentityBench } from "../services/accounts/testing/identity-bench.ts";
import { Objects } from "../services/objects/objects.ts";
import { eraseObjects } from "../services/objects/store.ts";
import { onEachDatabase } from "../sql/testing/on-each-database.ts";
import { RecordedMetrics } from "../testing/recorded-metrics.ts";
import { until } from "../testing/until.ts";
import { jobs } from "./jobs.ts";
import { upkeep } from "./upkeep.ts";

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

onEachDatabase((database) => {
  test("[S-JOB6] guests that stayed away go with all that they own, by one node of several", async () => {
    const store = await database.open();
    const bench = new IdentityBench(store, { erasers: [eraseObjects] });
    const { clock, identity, log } = bench;
    const objects = new Objects(store, { clock, random });
    const idle: string[] = [];
    for (let i = 0; i < 11; i++) {
      const guest = await bench.ask("guest");
      idle.push(guest.account);
      const subject = await identity.verifier.verify(guest.token);
      const owner = guest.account;
      const save = { op: "write", owner, collection: "saves", key: "one", value: { i } } as const;
      await objects.batch(subject, [save], "key");
    }
    clock.advance(limits.refreshTokenMs.value + 1);
    const fresh = await bench.ask("guest");

    const metrics = new RecordedMetrics();
    const hot = createMemoryHot({ clock, log });
    const sweeps = [0, 0, 0];
    let busy = 0;
    const counted = async (work: () => Promise<boolean>): Promise<boolean> => {
      busy++;
      const isLeft = await work();
      busy--;
      return isLeft;
    };
    const nodes = sweeps.map((_, i) => {
      const node = jobs({ hot, clock, random, log, metrics });
      const services = {
        identity: {
          sweep() {
            sweeps[i] = (sweeps[i] ?? 0) + 1;
            return counted(() => identity.sweep());
          },
        },
        objects: { forgetAnswers: () => counted(() => objects.forgetAnswers()) },
      };
      for (const job of upkeep(services)) node.add(job);
      return node;
    });
    const done = (): number =>
      metrics.observed("realmwright_job_seconds", { job: "accounts.sweep" }).length +
      metrics.observed("realmwright_job_seconds", { job: "objects.forgetAnswers" }).length;
    const passUntil = (count: number): Promise<void> =>
      until(() => {
        // the database's time is not the clock's
        if (busy === 0 && done() < count) clock.advance(1000);
        return done() === count || `${done()} of ${count} are done`;
      });
    await passUntil(2);

    // two parts, by one node
    expect(sweeps.toSorted((a, b) => a - b)).toEqual([0, 0, 2]);
    const left = await store.db.selectFrom("accounts").select("id").execute();
    expect(left).toEqual([{ id: fresh.account }]);
    expect(await store.db.selectFrom("objects").select("owner").execute()).toEqual([]);
    expect(await store.db.selectFrom("idempotency").select("account").execute()).toEqual([]);
    expect(idle).not.toContain(fresh.account);

    for (let minute = 0; minute < 58; minute++) {
      clock.advance(60_000);
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(done()).toBe(2);
    await passUntil(4);
    expect(sweeps.reduce((sum, one) => sum + one, 0)).toBe(3);
    expect(log.of("error")).toEqual([]);
    await Promise.all(nodes.map((node) => node.close()));
  });
});
