import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@realmwright/protocol";
import { createLog } from "@realmwright/server";
import { createMemoryHot, systemClock, type Hot } from "@realmwright/server/internal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adjustableLimits, largest, limitOverrides, snakeCase } from "./adjustable-limits.ts";
import { loadConfiguration, type Configuration } from "./configuration.ts";
import { ConfigFailure } from "./problem.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realmwright-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hidden = "0123456789abcdef-0123456789ABCDEF";

function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

function load(yaml: string, environment: Record<string, string> = {}): Configuration {
  write("config.yaml", yaml);
  return loadConfiguration({ folder, environment, flags: [] });
}

/** Each fault as `line:column what remedy`, or with the place that it has outside of the file. */
function faults(yaml: string, environment: Record<string, string> = {}): string[] {
  try {
    load(yaml, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigFailure);
    const { problems, message, remedy } = error as ConfigFailure;
    for (const secret of [hidden, "short"]) expect(`${message}${remedy}`).not.toContain(secret);
    return problems.map(
      ({ place, what, remedy: advice }) =>
        `${place.replace(join(folder, "config.yaml:"), "")} ${what} ${advice}`,
    );
  }
  throw new Error("was loaded");
}

describe("what is wrong with a file is said with its place and what to do", () => {
  it.each([
    ["server:\n  http_prot: 1\n", "2:3 server.http_prot is no setting. Did you mean http_port?"],
    ["server:\n  httpPort: 1\n", "2:3 server.httpPort is no setting. Did you mean http_port?"],
    ["serve:\n  host: a\n", "1:1 serve is no section. Did you mean server?"],
    ["http_port: 1\n", "1:1 http_port is no section. The sections are server, livekit, database,"],
    ["server:\n  level: info\n", "2:3 server.level is no setting. Did you mean logging.level?"],
    ["redis: {zzzzzz: 1}\n", "1:9 redis.zzzzzz is no setting. redis has url, url_file, prefix."],
    [
      "limits: {messageByte: 9}\n",
      "1:10 limits.messageByte is no setting. Did you mean message_bytes?",
    ],
    ["server: 8080\n", "1:9 server must be a section. Write name: value."],
    ["[1]\n", "1:1 the file must be a section."],
    [
      "server: {edges: '2'}\n",
      '1:17 server.edges: expected a whole number from 0 to 64, not "2". Leave',
    ],
    [
      "server: {edges: 65}\n",
      "1:17 server.edges: expected a whole number from 0 to 64, not 65. Worker",
    ],
    ["server: {edges: 1.5}\n", "1:17 server.edges: expected a whole number from 0 to 64, not 1.5."],
    ["server: {edges: -1}\n", "1:17 server.edges: expected a whole number from 0 to 64, not -1."],
    ["server: {edges: .inf}\n", "1:17 server.edges: expected a whole number from 0 to 64"],
    ["server: {host: 3}\n", "1:16 server.host: expected text, not 3. Put it in quotes."],
    ["server: {host: ''}\n", '1:16 server.host: expected at least 1 characters, not "".'],
    ["server: {host: 'a b'}\n", '1:16 server.host: expected a host name or address, not "a b".'],
    [
      "server: {hosts: a}\n",
      '1:17 server.hosts: expected a list of texts, not "a". Leave the quotes out.',
    ],
    [
      "server: {hosts: [a, 'b:80']}\n",
      "1:21 server.hosts, at 1: expected a name without scheme and port",
    ],
    [
      "server: {origins: [null]}\n",
      "1:20 server.origins, at 0: expected text that is not missing.",
    ],
    [
      "server: {origins: [example.com]}\n",
      "1:20 server.origins, at 0: expected a scheme and a host",
    ],
    [
      "auth: {guests: yes}\n",
      '1:16 auth.guests: expected true or false, not "yes". Whether guests',
    ],
    [
      "auth: {guests: 'true'}\n",
      '1:16 auth.guests: expected true or false, not "true". Leave the quotes out.',
    ],
    [
      "game: {authority_mode: half}\n",
      '1:24 game.authority_mode: expected one of full, validated, observer, not "half".',
    ],
    [
      "game: {default_tick_rate: 0}\n",
      "1:27 game.default_tick_rate: expected a whole number from 1 to 128, not 0.",
    ],
    [
      "redis: {url: 'http://a'}\n",
      "1:14 redis.url: expected an address such as redis://localhost:6379. Redis,",
    ],
    [
      "redis: {prefix: 'a b'}\n",
      '1:17 redis.prefix: expected at most 64 letters, digits and : . _ -, not "a b".',
    ],
    [
      "redis: {prefix: '{}'}\n",
      '1:17 redis.prefix: expected at most 64 letters, digits and : . _ -, not "{}".',
    ],
    [
      "database: {url: 'mysql://a'}\n",
      "1:17 database.url: expected postgres://user@host/name, or sqlite:file.",
    ],
    [
      "auth: {secret: short}\n",
      "1:16 auth.secret: expected at least 32 bytes of secret text. Signs",
    ],
    ["auth: {secret: 12345678}\n", "1:16 auth.secret: expected text. Put it in quotes."],
    ["metrics: {token: short}\n", "1:18 metrics.token: expected at least 16 characters. Bearer"],
    [
      "auth: {issuers: [{kind: what}]}\n",
      "1:25 auth.issuers, at 0.kind: expected kind: secret, or kind: jwks.",
    ],
    [
      `auth: {issuers: [{kind: secret, issuer: a, audience: b, secret: ${hidden}, x: 1}]}\n`,
      "1:18 auth.issuers, at 0: nothing is called x.",
    ],
    [
      "auth: {issuers: [{kind: jwks, issuer: a, audience: b, jwks_url: 'http://a/b'}]}\n",
      "1:65 auth.issuers, at 0.jwks_url: expected an address such as https://…/jwks.json.",
    ],
    [
      "server: {host: 'a${NO}'}\n",
      "1:16 server.host needs the variable NO, which is not set. Set it, or write ${NO:-default}.",
    ],
    ["server: {host: '${'}\n", "1:16 server.host has ${ without its }. Write ${NAME},"],
    ["server: {host: '${a b}'}\n", "1:16 server.host has ${…} around what names no variable."],
    [
      "auth: {secret_file: 7}\n",
      "1:21 auth.secret_file: expected the path of a file. Put it in quotes.",
    ],
    [
      "auth: {secret: a, secret_file: b}\n",
      "1:19 auth has both secret and secret_file. Keep one of them.",
    ],
  ])("[S-CFG3] %j", (yaml, wanted) => {
    const told = faults(yaml);
    expect(
      told.some((fault) => fault.startsWith(wanted)),
      told.join("\n"),
    ).toBe(true);
  });

  it("[S-CFG3] all at once, twenty of them in words", () => {
    expect(faults("server: {edges: 65, host: 3}\nx: {}\n")).toHaveLength(3);
    const many = Array.from({ length: 25 }, (_, i) => `unknown${i}: {}`).join("\n");
    expect(() => load(many)).toThrow(/^The configuration has 25 faults:\n[\s\S]+\n {2}and 5 more$/);
  });
});

describe("the environment", () => {
  it.each([
    [
      { REALMWRIGHT_SERVER_EDGES: "x" },
      'REALMWRIGHT_SERVER_EDGES server.edges: expected a whole number from 0 to 64, not "x".',
    ],
    [{ REALMWRIGHT_SERVER_EDGES: "1e1" }, "REALMWRIGHT_SERVER_EDGES server.edges: expected"],
    [{ PORT: "65536" }, "PORT server.http_port: expected a whole number from 0 to 65535"],
    [
      { REALMWRIGHT_AUTH_GUESTS: "1" },
      'REALMWRIGHT_AUTH_GUESTS auth.guests: expected true or false, not "1".',
    ],
    [
      { REALMWRIGHT_AUTH_ISSUERS: "{" },
      "REALMWRIGHT_AUTH_ISSUERS auth.issuers: expected a list of sections.",
    ],
    [
      { REALMWRIGHT_AUTH_ISSUERS: "{}" },
      "REALMWRIGHT_AUTH_ISSUERS auth.issuers: expected a list of sections.",
    ],
    [{ REDIS_URL: "redis:///" }, "REDIS_URL redis.url: expected an address such as"],
    [
      { REALMWRIGHT_AUTH_SECRET: "short" },
      "REALMWRIGHT_AUTH_SECRET auth.secret: expected at least 32 bytes",
    ],
    [
      { DATABASE_URL_FILE: "/nowhere/x" },
      "DATABASE_URL_FILE /nowhere/x can not be read (ENOENT). Name the file",
    ],
    [
      { DATABASE_URL: "sqlite:a", DATABASE_URL_FILE: "b" },
      "DATABASE_URL_FILE DATABASE_URL is set as well. Unset one",
    ],
  ])("[S-CFG3] %j is refused", (environment, wanted) => {
    const told = faults("", environment);
    expect(
      told.some((fault) => fault.startsWith(wanted)),
      told.join("\n"),
    ).toBe(true);
  });

  it("has lists with commas, and issuers as JSON", () => {
    const issuer = { kind: "secret", issuer: "i", audience: "a", secret: hidden };
    const { config } = load("", {
      REALMWRIGHT_SERVER_HOSTS: " a.example, [::1] ,,",
      REALMWRIGHT_SERVER_ORIGINS: "https://A.example:443/,capacitor://localhost/",
      REALMWRIGHT_AUTH_ISSUERS: JSON.stringify([issuer]),
      REALMWRIGHT_AUTH_QUERY_TOKEN: "false",
    });
    expect(config.server.hosts).toEqual(["a.example", "[::1]"]);
    expect(config.server.origins).toEqual(["https://a.example", "capacitor://localhost"]);
    expect(config.auth.issuers).toEqual([issuer]);
    expect(config.auth.query_token).toBe(false);
  });

  it("[S-CFG3] a variable that looks like a setting and is none is warned about", () => {
    const { warnings } = load("", {
      REALMWRIGHT_SERVER_HTP_PORT: "1",
      REALMWRIGHT_SERVICE_HOST: "10.0.0.1",
      REALMWRIGHT_PORT_8080_TCP_ADDR: "10.0.0.1",
      REALMWRIGHT_PORT: "tcp://10.0.0.1:8080",
      PATH: "x",
    });
    expect(warnings).toEqual([
      "The variable REALMWRIGHT_SERVER_HTP_PORT is no setting. Did you mean REALMWRIGHT_SERVER_HTTP_PORT?",
    ]);
  });

  it("[S-CFG2] what is put into the file is a value, never YAML", () => {
    const { config } = load(
      "redis: {prefix: '${P}'}\nserver: {http_port: '${N}', hosts: ['${H}']}\n",
      {
        P: "a:",
        N: "81",
        H: "b",
      },
    );
    expect(config.redis.prefix).toBe("a:");
    expect(config.server).toMatchObject({ http_port: 81, hosts: ["b"] });
    expect(faults("server: {host: '${P}'}\n", { P: "a\nedges: 2" })).toHaveLength(1);
  });
});

describe("[S-CFG11] a prefix of the hot state", () => {
  const log = createLog({ level: "silent" });
  const opened = (prefix: string): Hot => createMemoryHot({ clock: systemClock(), log, prefix });

  it.each(["", "a", "x".repeat(64), "game:1_2.-"])("%j is one", (prefix) => {
    const { config } = load(`redis: {prefix: ${JSON.stringify(prefix)}}\n`);
    expect(() => opened(config.redis.prefix)).not.toThrow();
  });

  it.each(["{}", "{game}:", "a{", "x".repeat(65), "a b", "ü", "a\n", "a*", "\u0000"])(
    "%j is none, for the file, the environment and the hot state alike",
    (prefix) => {
      const expected = /redis\.prefix: expected at most 64 letters, digits and : \. _ -/u;
      expect(faults(`redis: {prefix: ${JSON.stringify(prefix)}}\n`)).toEqual([
        expect.stringMatching(expected),
      ]);
      expect(() => opened(prefix)).toThrow(expect.objectContaining({ code: "HOT_INVALID" }));
    },
  );
});

describe("secrets", () => {
  it("[S-CFG4] come from files, without the line's end", () => {
    write("token", `${hidden}\n`);
    const { config, origins, warnings } = load(
      "auth:\n  secret_file: token\n  issuers: [{kind: secret, issuer: i, audience: a, secret_file: token}]\n",
      { REALMWRIGHT_METRICS_TOKEN_FILE: join(folder, "token") },
    );
    expect([config.auth.secret, config.metrics.token]).toEqual([hidden, hidden]);
    expect(config.auth.issuers).toMatchObject([{ secret: hidden }]);
    expect(origins.get("auth.secret")).toMatchObject({ kind: "file", through: "token" });
    expect(origins.get("metrics.token")?.place).toBe("REALMWRIGHT_METRICS_TOKEN_FILE");
    expect(warnings.filter((warning) => warning.includes("chmod"))).toEqual([]);
  });

  it.each([
    ["", "is empty"],
    ["\n", "is empty"],
    ["x".repeat(65_537), "is larger than 65536 bytes"],
  ])("[S-CFG4] files of %j are refused", (text, why) => {
    write("token", text);
    expect(faults("auth: {secret_file: token}\n").join()).toContain(why);
  });

  it("[S-CFG4] a folder is no file, and one that is missing is an error", () => {
    expect(faults("auth: {secret_file: .}\n").join()).toContain("is no file");
    expect(faults("auth: {secret_file: gone}\n").join()).toContain("can not be read (ENOENT)");
  });

  it.skipIf(process.platform === "win32")("[S-CFG4] that others may read are warned about", () => {
    write("token", hidden, 0o644);
    expect(load("auth: {secret_file: token}\n").warnings.join()).toContain("chmod 600 token");
    write("token", hidden, 0o640);
    expect(load("auth: {secret_file: token}\n").warnings).toEqual([]);
    write("config.yaml", `auth: {secret: ${hidden}}\n`, 0o644);
    const { warnings } = loadConfiguration({ folder, environment: {}, flags: [] });
    expect(warnings.join()).toMatch(/config\.yaml holds secrets, and others may read it/);
    write("config.yaml", "auth: {secret: '${S}'}\n", 0o644);
    expect(loadConfiguration({ folder, environment: { S: hidden }, flags: [] }).warnings).toEqual(
      [],
    );
  });
});

describe("limits", () => {
  it.each(adjustableLimits)("%s is set up to its largest value and no further", (name) => {
    const yaml = (value: number): string => `limits: {${snakeCase(name)}: ${value}}\n`;
    const { config } = load(yaml(largest(name)));
    expect(limitOverrides(config.limits)).toEqual({ [name]: largest(name) });
    expect(limitOverrides(load(yaml(1)).config.limits)).toEqual({ [name]: 1 });
    expect(faults(yaml(largest(name) + 1))).toHaveLength(1);
    expect(faults(yaml(0))).toHaveLength(1);
    expect(largest(name)).toBeGreaterThan(limits[name].value);
  });
});

describe("the file", () => {
  it("may be another, which must be there", () => {
    const file = write("other.yaml", "server: {edges: 3}\n");
    const request = { folder, environment: {}, flags: [] };
    expect(loadConfiguration({ ...request, file }).config.server.edges).toBe(3);
    expect(() => loadConfiguration({ ...request, file: `${file}.bak` })).toThrow(
      /There is no file/,
    );
    expect(() => loadConfiguration({ ...request, file: folder })).toThrow(
      /can not be read \(EISDIR\)/,
    );
  });

  it("may have sections and settings without a value", () => {
    const { config } = load("server:\nredis:\n  url:\nauth: ~\n");
    expect([config.redis.url, config.server.edges]).toEqual([undefined, 0]);
  });
});
