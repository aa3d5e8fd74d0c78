import { afterEach, describe, expect, it } from "vitest";
import type { LoginsEnded } from "../auth/logins-ended.ts";
import { createMemoryHot } from "../hot/memory/memory-hot.ts";
import type { Hot, HotReturn } from "../ports/hot.ts";
import type { Store } from "../ports/store.ts";
import { IdentityBench } from "../services/accounts/testing/identity-bench.ts";
import { onEachDatabase } from "../sql/testing/on-each-database.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { until } from "../testing/until.ts";
import type { LiveLogin } from "../services/accounts/live-logins.ts";
import { LoginWatch } from "./login-watch.ts";

/** Two nodes of one store and one hot state. */
class Nodes {
  readonly bench: IdentityBench;
  readonly log = new RecordedLog();
  readonly forgotten: string[] = [];
  /** Who is connected to the second node, and what was closed there. */
  readonly live: LiveLogin[] = [];
  readonly ended: LoginsEnded[] = [];
  readonly here: LoginsEnded[] = [];
  readonly first: LoginWatch;
  readonly second: LoginWatch;
  isDeaf = false;
  #timers = 0;
  returned: (news: HotReturn) => void = () => {};

  constructor(store: Store) {
    this.bench = new IdentityBench(store);
    const { clock } = this.bench;
    const memory = createMemoryHot({ clock, log: this.log });
    const hot: Hot = {
      ...memory,
      channels: {
        ...memory.channels,
        publish: (...args) =>
          this.isDeaf ? Promise.reject(new Error("away")) : memory.channels.publish(...args),
      },
      onReturn: (listener) => {
        this.returned = listener;
        return () => {};
      },
    };
    const common = { store, hot, clock, log: this.log };
    this.first = new LoginWatch({ ...common, node: "first", forget: () => {} });
    this.second = new LoginWatch({
      ...common,
      node: "second",
      forget: (account) => this.forgotten.push(account),
    });
  }

  async start(): Promise<void> {
    await this.first.start();
    this.first.attach({ end: (event) => this.here.push(event), all: () => [] });
    this.second.attach({ end: (event) => this.end(event), all: () => this.live });
    await this.second.start();
    this.#timers = this.bench.clock.waiting;
  }

  /** Somebody logs in and is connected to the second node. */
  async connected(username: string): Promise<LiveLogin> {
    const { account, session, role } = await this.bench.register(username);
    const login = { account, role, login: session, sinceMs: this.bench.clock.wallMs() };
    this.live.push(login);
    return login;
  }

  end(event: LoginsEnded): void {
    this.ended.push(event);
    const stays = ({ account, login }: LiveLogin): boolean =>
      account !== event.account || (event.session !== undefined && event.session !== login);
    const left = this.live.filter(stays);
    this.live.splice(0, this.live.length, ...left);
  }

  /** Whether it is so after so many virtual milliseconds, in which the nodes have asked the store as often as they would. */
  async within(ms: number, isSo: () => boolean): Promise<boolean> {
    const { clock } = this.bench;
    // a node that asks the store has no timer until it is answered
    const settle = (): Promise<void> => until(() => clock.waiting >= this.#timers || "an answer");
    await clock.pass(ms, settle);
    return isSo();
  }

  async close(): Promise<void> {
    await this.first.close();
    await this.second.close();
  }
}

onEachDatabase((database) => {
  let nodes: Nodes | undefined;
  const start = async (): Promise<Nodes> => {
    nodes = new Nodes(await database.open());
    await nodes.start();
    return nodes;
  };
  afterEach(() => nodes?.close());

  describe("[S-AUTH23] what ends on one node", () => {
    it("ends on the other, which asks the store itself", async () => {
      const all = await start();
      const { account, login } = await all.connected("ada");
      const bob = await all.connected("bob");
      const { db } = all.bench.store;
      await db.deleteFrom("login_sessions").where("account_id", "=", account).execute();
      all.first.publish({ account, session: login!, error: "SESSION_ENDED" });
      expect(all.here).toHaveLength(1);
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(true);
      expect(all.ended).toEqual([{ account, session: login, error: "SESSION_ENDED" }]);
      expect(all.live).toEqual([bob]);
      expect(all.forgotten).toContain(account);
    });

    it("leaves a login alone that the account made afterwards", async () => {
      const all = await start();
      const { account } = await all.connected("ada");
      all.first.publish({ account, error: "SESSION_ENDED" });
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(false);
    });

    it("is found out by the store when nobody could tell", async () => {
      const all = await start();
      const { account } = await all.connected("ada");
      all.isDeaf = true;
      const { db } = all.bench.store;
      const at = { ended_ms: all.bench.clock.wallMs(), ban_reason: "cheats" };
      await db.updateTable("accounts").set(at).where("id", "=", account).execute();
      all.first.publish({ account, error: "ACCOUNT_BANNED" });
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(true);
      expect(all.ended).toEqual([{ account, error: "ACCOUNT_BANNED" }]);
      expect(all.log.of("warn").length).toBeGreaterThan(0);
    });

    it("is found out when the hot state returns, a single logout too", async () => {
      const all = await start();
      const { account, login } = await all.connected("ada");
      const { db } = all.bench.store;
      await db.deleteFrom("login_sessions").where("account_id", "=", account).execute();
      expect(await all.within(1500, () => all.ended.length > 0)).toBe(false);
      all.returned({ empty: true });
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(true);
      expect(all.ended).toEqual([{ account, session: login, error: "SESSION_ENDED" }]);
    });

    it("ends a connection that a stale answer let in a moment later", async () => {
      const all = await start();
      const { account, role } = await all.connected("ada");
      all.live.length = 0;
      const bob = await all.connected("bob");
      all.first.publish({ account, error: "SESSION_ENDED" });
      await all.within(1000, () => false);
      all.live.push({ account, role, login: crypto.randomUUID(), sinceMs: 0 });
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(true);
      expect(all.live).toEqual([bob]);
    });

    it("ends again when it ends once more a moment later", async () => {
      const all = await start();
      const { account } = await all.connected("ada");
      const { db } = all.bench.store;
      const end = (): Promise<unknown> =>
        db
          .updateTable("accounts")
          .set({ ended_ms: all.bench.clock.wallMs(), role: "moderator" })
          .where("id", "=", account)
          .execute();
      await end();
      expect(await all.within(2000, () => all.ended.length === 1)).toBe(true);
      await all.within(3000, () => false);
      all.live.push({ account, role: "player", login: undefined, sinceMs: 0 });
      await end();
      expect(await all.within(2000, () => all.ended.length === 2)).toBe(true);
    });

    it("is not forgotten while the store does not answer", async () => {
      const all = await start();
      const { account, login } = await all.connected("ada");
      const { db } = all.bench.store;
      await db.deleteFrom("login_sessions").where("account_id", "=", account).execute();
      const select = db.selectFrom.bind(db);
      let isAway = true;
      db.selectFrom = ((...args: Parameters<typeof select>) => {
        if (isAway) throw new Error("away");
        return select(...args);
      }) as typeof db.selectFrom;
      all.first.publish({ account, session: login!, error: "SESSION_ENDED" });
      expect(await all.within(10_000, () => all.ended.length > 0)).toBe(false);
      isAway = false;
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(true);
    });

    it("is an account that is no more", async () => {
      const all = await start();
      const { account } = await all.connected("ada");
      await all.bench.store.db.deleteFrom("players").where("id", "=", account).execute();
      all.first.publish({ account, error: "SESSION_ENDED" });
      expect(await all.within(2000, () => all.ended.length > 0)).toBe(true);
      // told again as long as the connection is there, which stays here
      for (const told of all.ended) expect(told).toEqual({ account, error: "SESSION_ENDED" });
    });

    it("is not asked of a store that does not answer, and asked again later", async () => {
      const all = await start();
      await all.connected("ada");
      const { account } = all.live[0]!;
      const { db } = all.bench.store;
      const broken = db.selectFrom.bind(db);
      let failures = 2;
      db.selectFrom = ((...args: Parameters<typeof broken>) => {
        if (failures-- > 0) throw new Error("away");
        return broken(...args);
      }) as typeof db.selectFrom;
      const at = { ended_ms: all.bench.clock.wallMs(), ban_reason: "cheats" };
      await db.updateTable("accounts").set(at).where("id", "=", account).execute();
      expect(await all.within(4000, () => all.ended.length > 0)).toBe(true);
      expect(all.log.of("warn").length).toBeGreaterThan(0);
    });
  });
});
