import { describe, expect, it } from "vitest";
import { loadConfiguration, type Configuration } from "./configuration.ts";
import { developmentSettings, mustBeForProduction } from "./production.ts";
import { weakness } from "./weak-secrets.ts";

const secret = "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J";
const load = (environment: Record<string, string>): Configuration =>
  loadConfiguration({ folder: "nowhere", environment, flags: [] });
const found = (environment: Record<string, string>): string[] =>
  developmentSettings(load({ REALMWRIGHT_AUTH_SECRET: secret, ...environment })).map(
    ({ place, what }) => `${place}: ${what}`,
  );

describe("production", () => {
  it("[S-CFG6] takes what is fit for it", () => {
    expect(
      found({
        REALMWRIGHT_SERVER_HOST: "0.0.0.0",
        REALMWRIGHT_SERVER_HOSTS: "play.example.com",
        REALMWRIGHT_SERVER_ORIGINS: "https://example.com",
        DATABASE_URL: `postgres://game:${secret}@db/game`,
        REDIS_URL: "redis://redis:6379",
      }),
    ).toEqual([]);
  });

  it.each([
    [{ REALMWRIGHT_AUTH_SECRET: "" }, "auth.secret: auth.secret is not set"],
    [
      { REALMWRIGHT_AUTH_SECRET: "a".repeat(40) },
      "REALMWRIGHT_AUTH_SECRET: auth.secret repeats a few",
    ],
    [
      { REALMWRIGHT_AUTH_SECRET: "secretly".repeat(4) },
      "REALMWRIGHT_AUTH_SECRET: auth.secret repeats a few",
    ],
    [
      { REALMWRIGHT_AUTH_SECRET: "super-secret-jwt-token-with-at-least-32-characters-long" },
      "REALMWRIGHT_AUTH_SECRET: auth.secret is a secret that everybody knows.",
    ],
    [
      { LIVEKIT_API_SECRET: "secret" },
      "LIVEKIT_API_SECRET: livekit.api_secret is a secret that everybody",
    ],
    [
      { DATABASE_URL: "postgres://postgres:postgres@db/x" },
      "DATABASE_URL: database.url is a secret that everybody",
    ],
    [
      { DATABASE_URL: "postgres://game:aB3-x@db/x" },
      "DATABASE_URL: database.url is short: it has 5 characters.",
    ],
    [
      { REDIS_URL: "redis://:foobared@redis" },
      "REDIS_URL: redis.url is a secret that everybody knows.",
    ],
    [
      { REALMWRIGHT_METRICS_TOKEN: "x".repeat(16) },
      "REALMWRIGHT_METRICS_TOKEN: metrics.token repeats",
    ],
    [
      { REALMWRIGHT_SERVER_HOST: "0.0.0.0" },
      "REALMWRIGHT_SERVER_HOST: server.host is 0.0.0.0, but server.hosts is empty.",
    ],
    [
      { REALMWRIGHT_SERVER_ORIGINS: "https://a,*" },
      "REALMWRIGHT_SERVER_ORIGINS: server.origins lets every page in.",
    ],
    [
      { REALMWRIGHT_DATABASE_DURABILITY: "normal" },
      "REALMWRIGHT_DATABASE_DURABILITY: database.durability is normal",
    ],
  ])("[S-CFG6] refuses %j", (environment, wanted) => {
    const told = found(environment);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(wanted);
    for (const value of Object.values(environment)) {
      if (value.length > 15 && value !== "0.0.0.0") expect(told[0]).not.toContain(value);
    }
  });

  it("[S-CFG6] refuses all of them at once", () => {
    const configuration = load({
      REALMWRIGHT_SERVER_HOST: "0.0.0.0",
      REALMWRIGHT_SERVER_ORIGINS: "*",
      REALMWRIGHT_DATABASE_DURABILITY: "normal",
    });
    const missing = [{ path: "database.url", variable: "DATABASE_URL", place: "config.yaml:9:8" }];
    expect(() => mustBeForProduction({ ...configuration, missing })).toThrow(
      /^For production there are 5 faults:\n {2}config\.yaml:9:8: database\.url is left to the variable DATABASE_URL/,
    );
    expect(() => mustBeForProduction(load({ REALMWRIGHT_AUTH_SECRET: secret }))).not.toThrow();
  });

  it.each([secret, "correct horse battery staple, and more", "aB3-xyz"])(
    "%j is no weak secret",
    (text) => {
      expect(weakness(text)).toBeUndefined();
    },
  );
});
