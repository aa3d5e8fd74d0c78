import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfiguration, type Configuration } from "./configuration.ts";
import { jsonSchema } from "./json-schema.ts";
import { masked } from "./masked.ts";
import { printedJson, printedYaml } from "./printed.ts";
import { referencePage } from "./reference-page.ts";
import { listSettings } from "./settings.ts";

const secrets = {
  REALMWRIGHT_AUTH_SECRET: "hidden-1-0123456789-0123456789-0123",
  REALMWRIGHT_METRICS_TOKEN: "hidden-2-0123456789",
  LIVEKIT_API_SECRET: "hidden-3",
  DATABASE_URL: "postgres://game:hidden-4@db:5432/game?sslcert=hidden-5",
  REDIS_URL: "rediss://:hid:den@-6@redis:6379/1",
  REALMWRIGHT_AUTH_ISSUERS: JSON.stringify([
    { kind: "secret", issuer: "i", audience: "a", secret: "hidden-7-0123456789-0123456789-0123" },
  ]),
};
const load = (environment: Record<string, string>): Configuration =>
  loadConfiguration({ folder: "nowhere", environment, flags: [] });

describe("the printed configuration", () => {
  it("[S-CFG4] holds no secret, and what may be known of them", () => {
    const configuration = load(secrets);
    const all = [
      printedYaml(configuration, false),
      printedYaml(configuration, true),
      JSON.stringify(printedJson(configuration)),
    ];
    for (const text of all) {
      expect(text).not.toMatch(/hid/);
      expect(text).toContain("postgres://game:***@db:5432/game?***");
      expect(text).toContain("rediss://:***@redis:6379/1");
    }
  });

  it("[S-CFG4] hides what is no address altogether", () => {
    const url = listSettings().find(({ path }) => path === "database.url")!;
    expect(masked(url, "host=a password=b")).toBe("***");
    expect(masked(url, "sqlite:game.db")).toBe("sqlite:game.db");
    for (const malformed of [
      "postgress://a:topsecret@b/c",
      "pg+x.1://a:topsecret@b@c/d?x",
      "POSTGRES://a:topsecret@b",
      "postgres:/a:topsecret@b",
      "sqlite:postgres://a:topsecret@b",
      "://a:topsecret@b",
    ]) {
      expect(masked(url, malformed)).not.toContain("topsecret");
    }
    expect(masked(url, undefined)).toBeUndefined();
  });

  it("is YAML that says the same", () => {
    const environment = {
      REALMWRIGHT_SERVER_HOSTS: "a.example,*",
      REALMWRIGHT_REDIS_PREFIX: "x:",
      REALMWRIGHT_LIMITS_STRIKES: "5",
    };
    const printed = printedYaml(load(environment), false);
    expect(parse(printed)).toMatchObject({
      server: { host: "127.0.0.1", hosts: ["a.example", "*"], edges: 0 },
      redis: { prefix: "x:" },
      limits: { strikes: 5 },
    });
    expect(printed).toContain("  # http_port: 8080\n");
  });

  it("says where each value comes from", () => {
    const explained = printedYaml(load({ PORT: "81" }), true);
    expect(explained).toMatch(/^ {2}http_port: 81 +# PORT$/m);
    expect(explained).toMatch(/^ {2}host: 127\.0\.0\.1 +# default$/m);
    expect(printedJson(load({ PORT: "81" }))["server.http_port"]).toEqual({
      value: 81,
      from: { kind: "environment", place: "PORT" },
    });
  });
});

describe("what is generated from the schema", () => {
  it("docs/reference/configuration.md is what the schema says", () => {
    // If this fails: node --conditions=@realmwright/source apps/cli/tools/generate-docs.ts
    const page = new URL("../../../../docs/reference/configuration.md", import.meta.url);
    expect(readFileSync(page, "utf8")).toBe(referencePage());
  });

  it("the page names every setting", () => {
    for (const { key } of listSettings()) expect(referencePage()).toContain(`\n| \`${key}\``);
  });

  it("the JSON Schema knows every setting, and files for secrets only", () => {
    const { properties } = jsonSchema() as {
      properties: Record<string, { properties: Record<string, Record<string, unknown>> }>;
    };
    for (const { section, key, secret, description } of listSettings()) {
      const known = properties[section]!.properties;
      expect(known[key]).toMatchObject({ description });
      expect(Object.hasOwn(known, `${key}_file`)).toBe(secret === true);
    }
    expect(properties["server"]!.properties["edges"]!["anyOf"]).toMatchObject([
      { type: "integer", minimum: 0, maximum: 64 },
      { type: "string" },
    ]);
  });
});
