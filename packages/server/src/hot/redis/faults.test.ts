import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { Hot, HotReturn } from "../../ports/hot.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { until } from "../../testing/until.ts";
import { onlineKey } from "../layout.ts";
import { Presence } from "../presence.ts";
import { engines, isThere, serverNames } from "../testing/hot-stage.ts";
import { PrivateServer } from "../testing/private-server.ts";
import { openRedisHot } from "./redis-hot.ts";

const gone = { code: "HOT_UNAVAILABLE" };
const closing: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(url: string): Promise<Hot> {
  const log = new RecordedLog();
  const hot = await openRedisHot({ url, clock: systemClock(), log, randomBytes });
  closing.push(() => hot.close());
  return hot;
}

/** A server, hot state on it, what was heard on a channel, and what was told of returns. */
async function stage(binary: string, options: readonly string[] = []) {
  const server = await PrivateServer.start(binary, options);
  closing.push(() => server.stop());
  const hot = await open(server.url);
  const heard: string[] = [];
  const returns: HotReturn[] = [];
  await hot.channels.subscribe("news", (message) => heard.push(Buffer.from(message).toString()));
  hot.onReturn((news) => {
    returns.push(news);
    // what is restored is in place when this is told
    void hot.channels.publish("news", "back");
  });
  return { server, hot, heard, returns };
}

for (const name of serverNames)
  describe.skipIf(!isThere(name))(`hot state when ${name} fails`, () => {
    const binary = engines[name];

    it("[S-HOT13] killed and come back empty: calls fail, then all is restored", async () => {
      const { server, hot, heard, returns } = await stage(binary);
      const clock = systemClock();
      const presence = new Presence({ hot, clock, log: new RecordedLog() });
      closing.push(() => presence.close());
      await presence.enter("ann");
      const lease = (await hot.leases.acquire("room", "a", 60_000))!;
      await server.kill();
      const calls = [
        hot.keys.get("a"),
        hot.leases.renew(lease, 1000),
        hot.channels.publish("news", "x"),
        hot.channels.subscribe("other", () => {}),
      ];
      for (const call of calls) await expect(call).rejects.toMatchObject(gone);
      expect(hot.isReady()).toBe(false);
      await server.restart();
      await until(() => heard.includes("back"));
      expect(returns).toEqual([{ empty: true }]);
      expect(await hot.leases.renew(lease, 1000)).toBe(false);
      const next = (await hot.leases.acquire("room", "b", 1000, { above: lease.epoch }))!;
      expect(next.epoch).toBeGreaterThan(lease.epoch);
      let isOnline = false;
      await until(() => {
        void hot.keys.get(onlineKey("ann")).then((value) => (isOnline ||= value === "1"));
        return isOnline;
      });
      await hot.channels.publish("news", "and on");
      await until(() => heard.includes("and on"));
    });

    it("[S-HOT12] stopped: calls fail though the connection stands, and it comes back as it was", async () => {
      const { server, hot, heard, returns } = await stage(binary);
      await hot.keys.set("a", "kept");
      server.signal("SIGSTOP");
      closing.push(() => server.signal("SIGCONT"));
      const calls = Array.from({ length: 100 }, () => hot.keys.get("a"));
      for (const call of calls) await expect(call).rejects.toMatchObject(gone);
      await expect(hot.keys.increment("n")).rejects.toMatchObject(gone);
      server.signal("SIGCONT");
      await until(() => heard.includes("back"));
      expect(returns).toEqual([{ empty: false }]);
      expect(await hot.keys.get("a")).toBe("kept");
    });

    it("[S-HOT13] a subscription that the engine cuts is made again, and told of", async () => {
      const { server, hot, heard, returns } = await stage(binary);
      await hot.keys.set("a", "kept");
      expect(await server.ask("CLIENT KILL TYPE pubsub")).toContain(":1");
      await until(() => heard.includes("back"));
      expect(returns).toEqual([{ empty: false }]);
      expect(await hot.keys.get("a")).toBe("kept");
    });

    it("[S-HOT7] a reader that does not read is cut, and holds nobody up", async () => {
      const limit = ["--client-output-buffer-limit", "pubsub 2mb 1mb 1"];
      const { server, hot, heard } = await stage(binary, limit);
      const slow = connect(server.port, "127.0.0.1", () => slow.write("SUBSCRIBE news\r\n"));
      closing.push(() => void slow.destroy());
      let isCut = false;
      slow.on("error", () => (isCut = true));
      slow.on("close", () => (isCut = true));
      await new Promise((resolve) => slow.once("data", resolve));
      slow.pause();
      const message = "x".repeat(65_536);
      for (let i = 0; i < 600; i++) await hot.channels.publish("news", message);
      await until(() => heard.length === 600);
      expect(heard.every((one) => one === message)).toBe(true);
      slow.resume();
      await until(() => isCut);
    });

    it("[S-HOT11] an engine without memory refuses writes, and serves reads", async () => {
      const options = ["--maxmemory", "4mb", "--maxmemory-policy", "noeviction"];
      const { hot } = await stage(binary, options);
      await hot.keys.set("first", "x");
      const fill = async (step: (i: number) => Promise<unknown>): Promise<void> => {
        for (let i = 0; i < 20_000; i++) await step(i);
      };
      for (const step of [
        (i: number) => hot.keys.set(`${i}`, "x".repeat(65_536)),
        () => hot.lists.push("list", "x".repeat(1000)),
        (i: number) => hot.keys.increment(`count ${i}`),
      ]) {
        await expect(fill(step)).rejects.toMatchObject({ code: "HOT_FULL" });
      }
      expect(await hot.keys.get("first")).toBe("x");
      for (let i = 0; i < 10; i++) await hot.keys.delete(`${i}`);
      expect(await hot.keys.set("last", "x")).toBe(true);
    });

    it("[S-HOT12] a script of somebody else that never ends makes it unavailable, not us wait", async () => {
      const { server, hot } = await stage(binary, ["--lua-time-limit", "50"]);
      const endless = server.ask('EVAL "while true do end" 0');
      let failed = false;
      await until(() => {
        void hot.keys.get("a").catch((error: unknown) => {
          expect(error).toMatchObject(gone);
          failed = true;
        });
        return failed;
      });
      let killed = "";
      await until(() => {
        void server.ask("SCRIPT KILL").then((answer) => (killed += answer));
        return killed.includes("+OK") || killed;
      });
      await endless;
      await until(() => hot.isReady());
      expect(await hot.keys.get("a")).toBeUndefined();
    });

    it("[S-HOT12] does not open what is not there, is closed to us, or is no address", async () => {
      const server = await PrivateServer.start(binary, ["--requirepass", "right"]);
      closing.push(() => server.stop());
      await expect(open(server.url)).rejects.toMatchObject(gone);
      const refused = await open(server.url.replace("//", "//:wr0ng@")).catch((error) =>
        inspect(error, { depth: 9 }),
      );
      expect(refused).toContain("HOT_UNAVAILABLE");
      expect(refused).not.toContain("wr0ng");
      const hot = await open(server.url.replace("//", "//:right@"));
      await hot.keys.set("a", "x");
      const second = await open(`${server.url.replace("//", "//:right@")}/1`);
      expect(await second.keys.get("a")).toBeUndefined();
      await server.kill();
      await expect(open(server.url)).rejects.toMatchObject(gone);
      for (const url of ["", "127.0.0.1:1", "http://127.0.0.1", "/tmp/redis.sock"]) {
        await expect(open(url)).rejects.toMatchObject({ code: "HOT_INVALID" });
      }
    });
  });
