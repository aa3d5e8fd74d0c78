import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { systemClock } from "../scheduler/system-clock.ts";
import { createServer } from "../server.ts";
import { arena } from "../testing/arena.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { openBackend } from "./backend.ts";

test("[S-STO9] [S-HTTP2] /readyz says that a database is full, and that it is no more", async () => {
  const folder = mkdtempSync(join(tmpdir(), "realm-ready-"));
  const common = { log: new RecordedLog(), secret: new Uint8Array(32).fill(5) };
  const backend = await openBackend({
    ...common,
    game: "arena",
    database: { url: `sqlite:${join(folder, "game.db")}` },
    clock: systemClock(),
    random: (length) => randomBytes(length),
  });
  const { services } = backend;
  const server = createServer({ ...common, game: arena(), http: { port: 0 }, services });
  try {
    await server.start();
    const status = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(`${server.url}${path}`, init)).status;
    const ready = (): Promise<number> => status("/readyz");
    const come = (): Promise<number> => status("/guest-login", { method: "POST" });
    expect([await ready(), await come()]).toEqual([200, 200]);
    await sql`pragma max_page_count = 1`.execute(backend.store.db);
    await expect.poll(come, { timeout: 15_000, interval: 1 }).toBe(503);
    await expect.poll(ready, { timeout: 15_000 }).toBe(503);
    // who only reads is served
    expect(await status("/livez")).toBe(200);
    await sql`pragma max_page_count = 1000000`.execute(backend.store.db);
    await expect.poll(ready, { timeout: 15_000 }).toBe(200);
    expect(await come()).toBe(200);
  } finally {
    await server.stop();
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
