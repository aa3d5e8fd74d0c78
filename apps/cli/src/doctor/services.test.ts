import { afterEach, describe, expect, it } from "vitest";
import type { Config } from "../config/config.ts";
import { loadConfiguration } from "../config/configuration.ts";
import { checkDatabase } from "./database.ts";
import { checkRedis } from "./redis.ts";
import { readReply, RedisError } from "./redis-client.ts";
import { FakeServer } from "./testing/fake-server.ts";

let fake: FakeServer | undefined;
afterEach(() => fake?.stop());

function config(environment: Record<string, string>): Config {
  return loadConfiguration({ folder: "nowhere", environment, flags: [] }).config;
}

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

/** Answers as Redis, with some answers replaced. */
function redis(
  answers: Record<string, string | undefined> = {},
): (heard: string) => string | undefined {
  const seconds = String(Math.round(Date.now() / 1000));
  const all: Record<string, string | undefined> = {
    PING: "+PONG\r\n",
    INFO: bulk("# Server\r\nredis_version:8.8.1\r\n"),
    EVAL: bulk("Lua 5.1"),
    TIME: `*2\r\n${bulk(seconds)}${bulk("0")}`,
    AUTH: "+OK\r\n",
    ...answers,
  };
  return (heard) => all[/^\*\d+\r\n\$\d+\r\n([A-Z]+)/.exec(heard)?.[1] ?? ""];
}

async function ask(
  answer: (heard: string) => string | undefined,
  login = "",
): Promise<readonly string[]> {
  fake = await FakeServer.start(answer);
  const url = `redis://${login}127.0.0.1:${fake.port}`;
  const findings = await checkRedis(config({ REDIS_URL: url }));
  return findings.map(({ name, level, found }) => `${level} ${name}: ${found}`);
}

describe("Redis", () => {
  it("[S-CFG7] is asked for its time to answer, version, dialect and clock", async () => {
    const told = await ask(redis());
    expect(told).toEqual([
      expect.stringMatching(/^(ok|warning) hot state: redis:\/\/127\.0\.0\.1:\d+ answers PING in/),
      "ok engine: Redis 8.8.1",
      "ok scripts: Lua 5.1, as the embedded engine",
      "ok clock: agrees with Redis",
    ]);
  });

  it("[S-CFG7] gets the login of its address, which is not printed", async () => {
    const told = await ask(redis(), "us%40r:p%3Ass@");
    expect(fake?.heard[0]).toBe("*3\r\n$4\r\nAUTH\r\n$4\r\nus@r\r\n$4\r\np:ss\r\n");
    expect(told.join()).not.toMatch(/p:ss|p%3Ass/);
  });

  it.each([
    [{ AUTH: "-WRONGPASS no\r\n" }, "failure hot state: redis://:***@127.0.0.1"],
    [{ PING: "-NOAUTH Authentication required.\r\n" }, "failure hot state"],
    [{ PING: "HTTP/1.1 400 Bad Request\r\n\r\n" }, "failure hot state"],
    [{ INFO: bulk("nothing") }, "warning engine: INFO names no version"],
    [{ INFO: bulk("redis_version:7.0.15") }, "warning engine: Redis 7.0.15"],
    [{ EVAL: bulk("Lua 5.4") }, "warning scripts: Lua 5.4"],
    [{ TIME: `*2\r\n${bulk("1000000000")}${bulk("0")}` }, "warning clock"],
  ])("[S-CFG7] that answers %j", async (answers, wanted) => {
    const told = await ask(redis(answers), ":x@");
    expect(
      told.some((line) => line.startsWith(wanted)),
      told.join("\n"),
    ).toBe(true);
  });

  it("[S-CFG7] that says nothing, says too much or is not there, is a failure soon", async () => {
    expect(await ask(() => undefined)).toEqual([
      expect.stringMatching(/^failure hot state: .+: no answer within 2000 ms$/),
    ]);
    const port = fake!.port;
    await fake!.stop();
    expect(await checkRedis(config({ REDIS_URL: `redis://127.0.0.1:${port}` }))).toMatchObject([
      { level: "failure", found: expect.stringContaining("ECONNREFUSED") as string },
    ]);
    expect(await ask(() => `$9999999\r\n${"x".repeat(70_000)}`)).toEqual([
      expect.stringMatching(/^failure hot state: .+: what answers is no Redis$/),
    ]);
  });

  it("[S-CFG7] need not be there", async () => {
    expect(await checkRedis(config({}))).toMatchObject([{ level: "ok" }]);
  });

  it("its answers are read in whatever pieces they come", () => {
    const whole = `*3\r\n:7\r\n${bulk("a\r\nb")}*2\r\n+x\r\n$-1\r\n`;
    for (let cut = 0; cut < whole.length; cut++) {
      expect(readReply(whole.slice(0, cut), 0)).toBeUndefined();
    }
    expect(readReply(whole, 0)).toEqual({
      reply: [7, "a\r\nb", ["x", null]],
      end: whole.length,
    });
    expect(readReply("-ERR no\r\n", 0)?.reply).toBeInstanceOf(RedisError);
  });
});

/** A message of PostgreSQL: its kind, its length, and what stands in it. */
const message = (kind: string, body: string): string => {
  const length = [24, 16, 8, 0].map((bits) => ((body.length + 4) >> bits) & 255);
  return `${kind}${String.fromCodePoint(...length)}${body}`;
};
const ready = message("Z", "I");
const welcome = `${message("R", "\0\0\0\0")}${ready}`;
const refusal = (state: string, text: string): string =>
  message("E", `SFATAL\0VFATAL\0C${state}\0M${text}\0\0`);

describe("the database", () => {
  /** What is found of one that answers so when it is asked for TLS, to a login, and to statements. */
  const postgres = async (
    tls: string | undefined,
    { query = "", login = welcome, statement = `${message("C", "SELECT 1\0")}${ready}` } = {},
  ): Promise<string> => {
    const answers = [tls, login, statement];
    fake = await FakeServer.start(() => answers.shift());
    const url = `postgres://game:hidden@127.0.0.1:${fake.port}/game${query}`;
    const finding = await checkDatabase(config({ DATABASE_URL: url }));
    expect(JSON.stringify(finding)).not.toContain("hidden");
    return `${finding.level} ${finding.found}: ${finding.remedy ?? ""}`;
  };

  it("[S-CFG7] PostgreSQL is asked whether it speaks TLS, logged in to, and asked one thing", async () => {
    expect(await postgres("S")).toMatch(
      /^ok PostgreSQL at 127\.0\.0\.1:\d+ answers in [\d.]+ ms, with TLS; the login and a statement work: $/,
    );
    expect(fake?.heard[0]).toBe("\u0000\u0000\u0000\u0008\u0004\u00D2\u0016\u002F");
    expect(fake?.heard[1]).toMatch(/user\0game\0database\0game\0/);
    expect(fake?.heard[2]).toMatch(/^Q.+select 1\0$/s);
    expect(await postgres("N")).toMatch(/^ok .+ without TLS; the login and a statement work: $/);
  });

  it.each([
    ["28P01", 'password authentication failed for user "game"', /Mend the user and the password/],
    ["28000", 'role "game" does not exist', /Mend the user and the password/],
    ["3D000", 'database "game" does not exist', /createdb NAME/],
    ["53300", "too many clients already", /doctor tries|Is it running/],
  ])("[S-CFG7] a login that is refused by %s is a failure", async (state, text, remedy) => {
    const said = await postgres("N", { login: refusal(state, text) });
    expect(said).toMatch(/^failure PostgreSQL at .+; database\.url: /);
    expect(said).toContain(text);
    expect(said).toMatch(remedy);
  });

  it("[S-CFG7] so are rights that are missing", async () => {
    const statement = `${refusal("42501", "permission denied")}${ready}`;
    expect(await postgres("N", { statement })).toMatch(
      /^failure .+; database\.url: permission denied: Give the user of database\.url the right/,
    );
  });

  it.each([
    ["N", { query: "?sslmode=require" }, /^failure PostgreSQL .+ without TLS/],
    ["N", { query: "?sslmode=disable" }, /^ok /],
    ["HTTP/1.1 400", {}, /^failure what answers at .+ is no PostgreSQL: /],
    ["E", {}, /^failure what answers at .+ is no PostgreSQL: /],
    [undefined, {}, /^failure .+: no answer within 2000 ms: /],
  ])("[S-CFG7] that answers %j to %j", async (answer, how, wanted) => {
    expect(await postgres(answer, how)).toMatch(wanted);
  });

  it("[S-CFG7] that is not there is a failure", async () => {
    await postgres("S");
    const { port } = fake!;
    await fake!.stop();
    const gone = config({ DATABASE_URL: `postgres://a@127.0.0.1:${port}/b` });
    expect(await checkDatabase(gone)).toMatchObject({
      level: "failure",
      found: `127.0.0.1:${port}: ECONNREFUSED`,
    });
    const socket = config({ DATABASE_URL: "postgres://a@/b?host=%2Fnowhere" });
    expect(await checkDatabase(socket)).toMatchObject({
      level: "failure",
      found: "/nowhere/.s.PGSQL.5432: ENOENT",
    });
  });

  it.each([
    ["sqlite:game.db", "ok"],
    ["sqlite:nowhere/game.db", "failure"],
    ["sqlite::memory:", "warning"],
  ])("[S-CFG7] %s: %s", async (url, level) => {
    expect(await checkDatabase(config({ DATABASE_URL: url }))).toMatchObject({ level });
  });
});
