import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration, type Configuration } from "../config/configuration.ts";
import {
  checkClock,
  checkDisk,
  checkNode,
  checkOpenFiles,
  checkPort,
  openFiles,
} from "./machine.ts";
import {
  checkConfiguration,
  checkLimits,
  checkReach,
  checkRung,
  checkSecrets,
} from "./settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realmwright-doctor-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (environment: Record<string, string> = {}): Configuration =>
  loadConfiguration({ folder, environment, flags: [] });

describe("the machine", () => {
  it("[S-CFG7] Node 24 and newer will do", () => {
    expect(checkNode("24.0.0").level).toBe("ok");
    expect(checkNode("100.0.0").level).toBe("ok");
    expect(checkNode("23.11.1")).toMatchObject({ level: "failure" });
    expect(checkNode("x")).toMatchObject({ level: "failure" });
  });

  it("[S-CFG7] needs as many files as there may be sessions, and some", () => {
    const { config } = load({ REALMWRIGHT_LIMITS_SESSIONS_PER_NODE: "1000" });
    expect(checkOpenFiles(1256, config).level).toBe("ok");
    expect(checkOpenFiles(undefined, config).level).toBe("ok");
    expect(checkOpenFiles(1255, config)).toMatchObject({
      level: "warning",
      remedy: "Say ulimit -n 1256, or lower limits.sessions_per_node.",
    });
    if (process.platform === "linux") expect(openFiles()).toBeGreaterThan(0);
  });

  it("[S-CFG7] a taken port is a failure, a free one is not", async () => {
    const other = createServer();
    await new Promise<void>((listening) => {
      other.listen({ host: "127.0.0.1", port: 0 }, listening);
    });
    const { port } = other.address() as AddressInfo;
    const { config } = load({ PORT: String(port) });
    expect(await checkPort(config, folder)).toMatchObject({
      level: "failure",
      found: `Port ${port} on 127.0.0.1 is taken`,
    });
    await new Promise((closed) => other.close(closed));
    expect(await checkPort(config, folder)).toMatchObject({ level: "ok" });
  });

  it("[S-CFG7] the disk takes a file, and keeps none", async () => {
    expect((await checkDisk(folder)).map(({ name }) => name)).toEqual(["disk", "clock"]);
    expect(readdirSync(folder)).toEqual([]);
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(await checkDisk(file)).toMatchObject([
      { level: "failure", found: `${file} can not be written (ENOTDIR)` },
    ]);
  });

  it.each([
    [2000, 0, "ok"],
    [-2000, 0, "ok"],
    [2001, 0, "warning"],
    [-2001, 0, "warning"],
    [2500, 500, "ok"],
    [2501, 500, "warning"],
  ])("[S-CFG7] a clock that is %i ms off, known to %i ms: %s", (aheadMs, withinMs, level) => {
    expect(checkClock("it", aheadMs, withinMs).level).toBe(level);
    if (level === "warning") {
      expect(checkClock("it", aheadMs, withinMs).found).toContain(aheadMs > 0 ? "behind" : "ahead");
    }
  });
});

describe("the settings", () => {
  it("[S-CFG7] are told with their warnings", () => {
    expect(checkConfiguration(load())).toEqual([
      { name: "settings", level: "ok", found: "defaults, no config.yaml" },
    ]);
    writeFileSync(join(folder, "config.yaml"), "game: {authority_mode: observer}\n");
    expect(checkConfiguration(load())).toMatchObject([{ level: "ok" }, { level: "warning" }]);
  });

  it("[S-CFG7] secrets are told by their strength, never by their text", () => {
    const strong = "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J";
    const findings = checkSecrets(
      load({ REALMWRIGHT_AUTH_SECRET: strong, LIVEKIT_API_SECRET: "secret" }),
      folder,
    );
    expect(findings).toMatchObject([
      { level: "ok", found: "auth.secret, 32 bytes" },
      { level: "warning", found: "livekit.api_secret is a secret that everybody knows" },
    ]);
    expect(checkSecrets(load(), folder)).toMatchObject([{ level: "ok" }]);
  });

  it.skipIf(process.platform === "win32")(
    "[S-CFG7] a secrets.json that others may read is a warning",
    () => {
      mkdirSync(join(folder, "data"));
      writeFileSync(join(folder, "data", "secrets.json"), "{}", { mode: 0o644 });
      expect(checkSecrets(load(), join(folder, "data"))).toMatchObject([{ level: "warning" }]);
    },
  );

  it("[S-CFG7] an address for all without names is a warning", () => {
    expect(checkReach(load().config).level).toBe("ok");
    const open = { REALMWRIGHT_SERVER_HOST: "0.0.0.0" };
    const any = { ...open, REALMWRIGHT_SERVER_HOSTS: "a.example,*" };
    expect(checkReach(load(any).config).level).toBe("warning");
    expect(checkReach(load(open).config).level).toBe("warning");
    expect(checkReach(load({ ...open, REALMWRIGHT_SERVER_HOSTS: "a.example" }).config).level).toBe(
      "ok",
    );
  });

  it("[S-CFG7] limits that differ are counted", () => {
    expect(checkLimits(load().config).found).toBe(
      "sessionsPerNode 10000, roomsPerNode 1000; none changed",
    );
    const changed = load({ REALMWRIGHT_LIMITS_ROOMS_PER_NODE: "7" }).config;
    expect(checkLimits(changed).found).toBe("roomsPerNode 7, sessionsPerNode 10000; 1 changed");
  });

  it("[S-CFG7] the rung of the ladder, and what gives way first", () => {
    expect(checkRung(load().config, 4).found).toMatch(
      /^1, one process with SQLite and memory; next: one core/,
    );
    const { config } = load({
      REALMWRIGHT_SERVER_EDGES: "2",
      DATABASE_URL: "postgres://a@b/c",
      REDIS_URL: "redis://a",
    });
    expect(checkRung(config, 4)).toMatchObject({
      level: "ok",
      found: expect.stringMatching(/^2, 2 edge threads with PostgreSQL and Redis/) as string,
    });
    expect(checkRung(config, 2)).toMatchObject({ level: "warning" });
  });
});
