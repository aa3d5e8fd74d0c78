import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { PrivateServer } from "../hot/testing/private-server.ts";
import { engines, isThere, serverNames } from "../hot/testing/hot-stage.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { createServer } from "../server.ts";
import { arena } from "../testing/arena.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { until } from "../testing/until.ts";
import { WsClient } from "../testing/ws-client.ts";
import { openBackend } from "./backend.ts";

/** As long as the issue asks for: what waits longer and longer between its tries has come to its longest wait. */
const AWAY_MS = 30_000;

describe.each(serverNames)("[S-HOT17] %s that is lost and comes back empty", (name) => {
  const ends: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });

  test.skipIf(!isThere(name))(
    "rooms tick on, calls fail in 2 s, and what can be rebuilt is within 5 s",
    { timeout: 90_000 },
    async () => {
      const redis = await PrivateServer.start(engines[name] ?? "");
      ends.push(() => redis.stop());
      const log = new RecordedLog();
      const secret = new Uint8Array(32).fill(5);
      const backend = await openBackend({
        game: "arena",
        secret,
        log,
        database: { url: "sqlite::memory:" },
        redis: { url: redis.url, prefix: "arena:" },
        clock: systemClock(),
        random: (length) => randomBytes(length),
      });
      ends.push(() => backend.close());
      const { services } = backend;
      const server = createServer({ game: arena(), secret, log, http: { port: 0 }, services });
      await server.start();
      ends.push(() => server.stop());
      const ada = await WsClient.open(server.url, { name: "Ada" });
      ends.push(async () => ada.socket.terminate());
      const { room } = await ada.join("arena");
      const { account } = ada.welcome!;
      const keys = async (): Promise<string> =>
        `${await redis.ask(`GET arena:player:${account}:online`)} ${await redis.ask(`SISMEMBER arena:room:${room}:players ${account}`)}`;
      const whole = "$1\r\n1\r\n :1\r\n";
      let found = await keys();
      const isWhole = (): boolean => {
        void keys().then((now) => (found = now));
        return found === whole;
      };
      await until(isWhole);

      await redis.kill();
      const lostMs = performance.now();
      const before = server.stats().rooms[0]!.tick;
      await expect(backend.hot.keys.get("anything")).rejects.toMatchObject({
        code: "HOT_UNAVAILABLE",
      });
      await until(() => performance.now() - lostMs > AWAY_MS, { timeoutMs: 2 * AWAY_MS });
      // 20 a second, of which a machine that is busy may lose some
      expect(server.stats().rooms[0]!.tick - before).toBeGreaterThan((AWAY_MS / 1000) * 15);
      const guest = await fetch(`${server.url}/guest-login`, { method: "POST" });
      expect(guest.status).toBe(200);

      await redis.restart();
      found = "";
      await until(isWhole, { timeoutMs: 5000 });
      expect(ada.closedWith).toBeUndefined();
    },
  );
});
