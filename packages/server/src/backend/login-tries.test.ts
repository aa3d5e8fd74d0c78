import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { engines, isThere, serverNames } from "../hot/testing/hot-stage.ts";
import { PrivateServer } from "../hot/testing/private-server.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { createServer } from "../server.ts";
import { arena } from "../testing/arena.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { openBackend } from "./backend.ts";

const password = "correct horse battery";
const evil = "203.0.113.9";
const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A server behind a proxy; asks it for a login from some address. */
async function node(file: string, redis: string) {
  const common = { log: new RecordedLog(), secret: new Uint8Array(32).fill(5) };
  const backend = await openBackend({
    ...common,
    game: "arena",
    database: { url: `sqlite:${file}` },
    redis: { url: redis },
    clock: systemClock(),
    random: (length) => randomBytes(length),
    hashing: { cost: { memoryKib: 8, passes: 1, lanes: 1 } },
  });
  ends.push(() => backend.close());
  const { services } = backend;
  const http = { port: 0, proxyHops: 1 };
  const server = createServer({ ...common, game: arena(), http, services });
  await server.start();
  ends.push(() => server.stop());
  return async (path: string, from: string, typed: string): Promise<number> => {
    const headers = { "content-type": "application/json", "x-forwarded-for": from };
    const body = JSON.stringify({ username: "ada", password: typed });
    const answer = await fetch(`${server.url}${path}`, { method: "POST", headers, body });
    await answer.arrayBuffer();
    if (answer.status === 429) expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    return answer.status;
  };
}

describe.each(serverNames)("[S-AUTH25] two servers on one %s", (name) => {
  test.skipIf(!isThere(name))(
    "count tries together, and go on by themselves without it",
    { timeout: 30_000 },
    async () => {
      const redis = await PrivateServer.start(engines[name] ?? "");
      ends.push(() => redis.stop());
      const folder = mkdtempSync(join(tmpdir(), "realm-tries-"));
      ends.push(() => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, "game.db");
      const a = await node(file, redis.url);
      const b = await node(file, redis.url);
      expect(await a("/register", "192.0.2.1", password)).toBe(201);
      const wrong: number[] = [];
      for (const ask of [a, b, a, b, a]) wrong.push(await ask("/login", evil, "wrong"));
      expect(wrong).toEqual([401, 401, 401, 401, 401]);
      // the right password too: a guesser learns nothing while it waits
      for (const ask of [b, a]) expect(await ask("/login", evil, password)).toBe(429);
      // and nobody else waits for that
      for (const ask of [b, a]) expect(await ask("/login", "192.0.2.1", password)).toBe(200);

      redis.signal("SIGSTOP");
      expect(await a("/login", "192.0.2.1", password)).toBe(200);
      const alone: number[] = [];
      for (let i = 0; i < 6; i++) alone.push(await b("/login", "203.0.113.10", "wrong"));
      expect(alone).toEqual([401, 401, 401, 401, 401, 429]);
      await redis.kill();
      expect(await a("/login", "192.0.2.1", password)).toBe(200);
    },
  );
});
