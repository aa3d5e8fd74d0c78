import { randomBytes } from "node:crypto";
import { limitValues, openRedisEngine, systemClock } from "@realmwright/server/internal";
import { Redis } from "ioredis";
import { PrivateServer } from "../../packages/server/src/hot/testing/private-server.ts";
import type { Row } from "../report.ts";
import { beside, interleave, progress, type Sample } from "../rounds.ts";
import { callOn, readModifyWrite, silent, type Calls } from "./calls.ts";

/** Paths of the servers' programs; "" where there is none. */
const servers = {
  Redis: process.env["REDIS_SERVER"] ?? "",
  Valkey: process.env["VALKEY_SERVER"] ?? "",
};

/** The same script inside of Redis and Valkey, called by our engine and by ioredis alone. */
export async function inRedis(runs: number, about: Calls): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, binary] of Object.entries(servers)) {
    if (binary === "") {
      progress(`scripts: there is no ${name} here, it is left out`);
      continue;
    }
    const server = await PrivateServer.start(binary);
    try {
      const what = `inside of ${name}, ${about.callers} callers in flight`;
      const samples = await interleave(what, runs, {
        ours: () => byEngine(server.url, about),
        plain: () => byIoredis(server.url, about),
      });
      rows.push({
        case: what,
        metric: "calls",
        unit: "1/s",
        ...beside(samples.ours, samples.plain, "perSecond"),
        bound: { of: "ratio", min: 0.8 },
        about: "beside: EVALSHA of the bare script by ioredis",
      });
    } finally {
      await server.stop();
    }
  }
  return rows;
}

/** By our engine. */
async function byEngine(url: string, about: Calls): Promise<Sample> {
  const clock = systemClock();
  const limits = limitValues();
  const engine = await openRedisEngine({ url, clock, log: silent, randomBytes, limits });
  const { name, version } = await engine.load("bench.lua", readModifyWrite);
  const perSecond = await callOn(about, async (key) => {
    const outcome = await engine.call(name, version, [key], ["1"]);
    if (!outcome.ok) throw new Error(outcome.error);
  });
  await engine.close();
  return { perSecond };
}

async function byIoredis(url: string, about: Calls): Promise<Sample> {
  const redis = new Redis(url);
  const sha1 = String(await redis.script("LOAD", readModifyWrite));
  const perSecond = await callOn(about, async (key) => {
    await redis.evalsha(sha1, 1, key, "1");
  });
  redis.disconnect();
  return { perSecond };
}
