import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engines, isThere } from "../hot/testing/hot-stage.ts";
import { PrivateServer } from "../hot/testing/private-server.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { until } from "../testing/until.ts";
import { openBackend, type BackendOptions } from "./backend.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realm-opening-"));
  file = join(folder, "game.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function options(more: Partial<BackendOptions> = {}): BackendOptions {
  return {
    game: "arena",
    secret: new Uint8Array(32).fill(5),
    database: { url: `sqlite:${file}` },
    clock: systemClock(),
    random: (length) => randomBytes(length),
    log: new RecordedLog(),
    ...more,
  };
}

/** Whether this process has a database open: SQLite takes its journal away with the last connection. */
const isOpen = (): boolean => readdirSync(folder).some((name) => name.endsWith("-wal"));

describe("[S-LIFE6] a backend that can not be opened leaves nothing open", () => {
  test("with a Redis that is not there", async () => {
    const redis = { url: "redis://127.0.0.1:1" };
    await expect(openBackend(options({ redis }))).rejects.toMatchObject({
      code: "HOT_UNAVAILABLE",
    });
    expect(readdirSync(folder)).toEqual(["game.db"]);
    expect(isOpen()).toBe(false);
  });

  test.each([
    [
      "a prefix that is none",
      { redis: { url: "redis://127.0.0.1:1", prefix: "{}" } },
      "HOT_INVALID",
    ],
    ["an address that is none", { redis: { url: "http://127.0.0.1:1" } }, "HOT_INVALID"],
  ] as const)("with %s", async (_, more, code) => {
    await expect(openBackend(options(more))).rejects.toMatchObject({ code });
    expect(isOpen()).toBe(false);
  });

  test("with a secret that is too short, though store, hot state and script engine are open", async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort");
    const short = options({ secret: new Uint8Array(8), scripts: true });
    await expect(openBackend(short)).rejects.toThrow(TypeError);
    expect(isOpen()).toBe(false);
    // the engine's worker has ended
    await until(
      () =>
        process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length ===
        before.length,
    );
  });

  test("with two issuers of one name", async () => {
    const audience = "arena";
    const issuer = { issuer: "https://a.example", audience, key: { secret: randomBytes(32) } };
    const twice = options({ issuers: [issuer, issuer] });
    await expect(openBackend(twice)).rejects.toThrow("Two issuers");
    expect(isOpen()).toBe(false);
  });

  test.skipIf(!isThere("redis"))("no connection to Redis either", async () => {
    const server = await PrivateServer.start(engines.redis ?? "");
    try {
      let isAsked = false;
      let count = 0;
      const look = async (): Promise<void> => {
        const answer = await server.ask("INFO clients");
        count = Number(/connected_clients:(\d+)/u.exec(answer)?.[1]) - 1;
        isAsked = false;
      };
      /** Besides the one that asks. */
      const others = (): number => {
        if (isAsked) return count;
        isAsked = true;
        void look();
        return count;
      };
      const redis = { url: server.url };
      const backend = await openBackend(options({ redis, scripts: true }));
      await until(() => others() >= 2 || `${count} connections`);
      await backend.close();
      await until(() => others() === 0 || `${count} connections`);
      const short = options({ redis, scripts: true, secret: new Uint8Array(8) });
      await expect(openBackend(short)).rejects.toThrow(TypeError);
      count = -1;
      await until(() => others() === 0 || `${count} connections`);
    } finally {
      await server.stop();
    }
  });
});
