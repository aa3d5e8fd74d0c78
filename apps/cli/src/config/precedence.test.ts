import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration, type Configuration } from "./configuration.ts";
import { listSettings } from "./settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realmwright-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const seed = `# config.yaml
server:
  http_port: 8080
  
livekit:
  host: "https://your-livekit.cloud"
  api_key: "\${LIVEKIT_API_KEY}"
  api_secret: "\${LIVEKIT_API_SECRET}"
  
database:
  url: "\${DATABASE_URL}"
  
redis:
  url: "\${REDIS_URL}"
  
game:
  default_tick_rate: 60
  authority_mode: "validated"
`;

function load(environment: Record<string, string> = {}, flags: object[] = []): Configuration {
  return loadConfiguration({ folder, environment, flags: flags as never });
}

/** A setting for the property: two values for each of the three places, and how they are written. */
const cases = [
  { path: "server.http_port", values: [1, 2, 3], names: ["PORT"], byDefault: undefined },
  { path: "server.host", values: ["a", "b", "c"], names: [], byDefault: "127.0.0.1" },
  { path: "server.hosts", values: [["a"], ["b", "c"], ["*"]], names: [], byDefault: [] },
  { path: "auth.guests", values: [false, false, false], names: [], byDefault: true },
  {
    path: "redis.url",
    values: ["redis://a", "redis://b", "redis://c"],
    names: ["REDIS_URL"],
    byDefault: undefined,
  },
  { path: "logging.level", values: ["info", "error", "silent"], names: [], byDefault: "warn" },
  { path: "limits.strikes", values: [4, 5, 6], names: [], byDefault: undefined },
] as const;

function valueAt({ config }: Configuration, path: string): unknown {
  const [section = "", key = ""] = path.split(".");
  return (config as unknown as Record<string, Record<string, unknown>>)[section]?.[key];
}

describe("which value counts", () => {
  it("[S-CFG1] that of the strongest place which says it, for each setting by itself", () => {
    const said = fc.record({
      file: fc.boolean(),
      own: fc.constantFrom("no", "empty", "yes"),
      other: fc.boolean(),
      flag: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.tuple(...cases.map(() => said)), (places) => {
        const file: Record<string, Record<string, unknown>> = {};
        const environment: Record<string, string> = {};
        const flags: object[] = [];
        const wanted = cases.map((one, i) => {
          const place = places[i]!;
          const [section = "", key = ""] = one.path.split(".");
          const own = `REALMWRIGHT_${section}_${key}`.toUpperCase();
          const [inFile, inEnvironment, onLine] = one.values;
          if (place.file) (file[section] ??= {})[key] = inFile;
          if (place.own !== "no")
            environment[own] = place.own === "yes" ? String(inEnvironment) : "";
          const [other] = one.names;
          if (place.other && other !== undefined) environment[other] = String(inFile);
          if (place.flag) flags.push({ path: one.path, value: onLine, flag: "--it" });
          if (place.flag) return [onLine, "flag", "--it"];
          if (place.own === "yes") return [inEnvironment, "environment", own];
          if (place.other && other !== undefined) return [inFile, "environment", other];
          return place.file ? [inFile, "file", undefined] : [one.byDefault, "default", ""];
        });
        writeFileSync(join(folder, "config.yaml"), JSON.stringify(file));
        const configuration = load(environment, flags);
        for (const [i, { path }] of cases.entries()) {
          const [value, kind, place] = wanted[i]!;
          expect(valueAt(configuration, path)).toEqual(value);
          const origin = configuration.origins.get(path);
          expect(origin?.kind).toBe(kind);
          if (place !== undefined) expect(origin?.place).toBe(place);
          else expect(origin?.place).toMatch(/config\.yaml:\d+:\d+$/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("[S-CFG1] the defaults, where nothing is said at all", () => {
    const { config, file, warnings, missing, origins } = load();
    expect([file, warnings, missing]).toEqual([undefined, [], []]);
    expect([...origins.values()].every(({ kind }) => kind === "default")).toBe(true);
    expect(config.server).toEqual({
      host: "127.0.0.1",
      hosts: [],
      origins: [],
      proxy_hops: 0,
      edges: 0,
    });
    expect(config.limits).toEqual({});
  });

  it("[S-CFG1] every setting has a name of its own in the environment, and takes it", () => {
    const names = listSettings().flatMap((setting) => setting.names);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[A-Z][A-Z_]+$/.test(name))).toBe(true);
    expect(names).toContain("REALMWRIGHT_LIMITS_MESSAGES_PER_SECOND");
  });
});

describe("the seed's file", () => {
  beforeEach(() => writeFileSync(join(folder, "config.yaml"), seed));

  it("[S-CFG1] is read as written", () => {
    const { config, missing, warnings } = load({
      LIVEKIT_API_KEY: "key",
      LIVEKIT_API_SECRET: "hidden",
      DATABASE_URL: "postgres://game@db/game",
      REDIS_URL: "redis://redis:6379",
    });
    expect(config).toMatchObject({
      server: { http_port: 8080 },
      livekit: { host: "https://your-livekit.cloud", api_key: "key", api_secret: "hidden" },
      database: { url: "postgres://game@db/game" },
      redis: { url: "redis://redis:6379" },
      game: { default_tick_rate: 60, authority_mode: "validated" },
    });
    expect(missing).toEqual([]);
    expect(warnings.join("\n")).toContain("game.authority_mode: set, but every room is served");
    expect(warnings.join("\n")).not.toContain("hidden");
  });

  it("[S-CFG2] leaves to the defaults what names variables that are not set, and says so", () => {
    const { config, missing, warnings } = load({ REDIS_URL: "" });
    expect(config.database.url).toBeUndefined();
    expect(missing.map(({ variable }) => variable)).toEqual([
      "LIVEKIT_API_KEY",
      "LIVEKIT_API_SECRET",
      "DATABASE_URL",
      "REDIS_URL",
    ]);
    expect(warnings[0]).toMatch(/^Not set: LIVEKIT_API_KEY, .+REDIS_URL\. So livekit\.api_key/);
    expect(warnings[0]).toMatch(/, redis\.url have their defaults\.$/);
    const others = { LIVEKIT_API_KEY: "key", LIVEKIT_API_SECRET: "hidden", REDIS_URL: "redis://a" };
    expect(load(others).warnings[0]).toBe(
      "Not set: DATABASE_URL. So database.url has its default.",
    );
    const stronger = load({ REALMWRIGHT_DATABASE_URL: "sqlite:other.db" });
    expect(stronger.missing.map(({ path }) => path)).not.toContain("database.url");
    expect(stronger.config.database.url).toBe("sqlite:other.db");
  });
});
