// What is wrong with a machine and its settings is said before anybody starts a server on it.
import { createServer } from "node:net";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, GameFolder, outcome, serve } from "./support/command.ts";

let game: GameFolder;
beforeEach(() => {
  game = new GameFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  game.remove();
});

test("[S-CFG7] all is well: exit code 0, plain lines", async () => {
  const { code, output } = await outcome(["doctor", game.path, "--port", "0"]);
  expect(code, output.join("\n")).toBe(0);
  expect(output.at(-1)).toMatch(/^failures: 0, warnings: \d+$/);
  expect(output.join("\n")).toBe(stripVTControlCharacters(output.join("\n")));
  for (const name of ["node", "settings", "port", "open files", "disk", "clock", "database"]) {
    expect(
      output.some((line) => new RegExp(`^(✓ ok|! warning) +${name} `).test(line)),
      name,
    ).toBe(true);
  }
});

test("[S-CFG7] in colour for a person", async () => {
  const child = begin(["doctor", game.path, "--port", "0"], { isTerminal: true });
  expect(await child.ended).toBe(0);
  const text = child.output.join("\n");
  expect(stripVTControlCharacters(text)).toMatch(/^✓ ok +node +\d+\./m);
});

test("[S-CFG7] services that are not there: exit code 1, JSON lines that say what to do", async () => {
  const gone = createServer();
  const port = await new Promise<number>((resolve) => {
    gone.listen({ host: "127.0.0.1", port: 0 }, () =>
      resolve((gone.address() as { port: number }).port),
    );
  });
  await new Promise((closed) => gone.close(closed));
  vi.stubEnv("REDIS_URL", `redis://:hidden@127.0.0.1:${port}`);
  vi.stubEnv("DATABASE_URL", `postgres://game:hidden@127.0.0.1:${port}/game`);
  const { code, output } = await outcome(["doctor", game.path, "--port", "0", "--json"]);
  expect(code).toBe(1);
  expect(output.join("\n")).not.toContain("hidden");
  const findings = output.map((line) => JSON.parse(line) as Record<string, string>);
  const failures = findings.filter(({ level }) => level === "failure");
  expect(failures.map(({ name }) => name)).toEqual(["database", "hot state"]);
  for (const failure of failures) expect(failure["remedy"]).toMatch(/^Start it, or mend /);
});

test("[S-CFG7] settings that can not be read are a failure among the others", async () => {
  game.write("config.yaml", "server: [\n");
  const { code, output } = await outcome(["doctor", game.path]);
  expect(code).toBe(1);
  expect(output.join("\n")).toMatch(
    /✓ ok +node[\s\S]+✗ failure +settings +.+config\.yaml:\d+:\d+: /,
  );
});

const development = {
  DATABASE_URL: "postgres://game:abc@127.0.0.1:1/game",
  REALMWRIGHT_SERVER_ORIGINS: "*",
};

test.each([
  [["--production"], ""],
  [[], "production"],
])(
  "[S-CFG6] [S-CFG7] what production refuses is a failure: %j, NODE_ENV=%j",
  async (flags, mode) => {
    for (const [name, value] of Object.entries(development)) vi.stubEnv(name, value);
    vi.stubEnv("NODE_ENV", mode);
    const refused = await outcome(["start", game.path, "--port", "0", ...flags]);
    const { code, output } = await outcome([
      "doctor",
      game.path,
      "--port",
      "0",
      "--json",
      ...flags,
    ]);
    expect([refused.code, code]).toEqual([1, 1]);
    const findings = output.map((line) => JSON.parse(line) as Record<string, string>);
    const found = findings.filter(({ name }) => name === "production");
    expect(found.map(({ found: text }) => text)).toEqual([
      "auth.secret: auth.secret is not set: one made in place is lost with its folder",
      "DATABASE_URL: database.url is short: it has 3 characters",
      "REALMWRIGHT_SERVER_ORIGINS: server.origins lets every page in",
    ]);
    for (const { level, found: text, remedy } of found) {
      expect(level).toBe("failure");
      expect(refused.output.join("\n")).toContain(`${text}. ${remedy}`);
    }
  },
);

test("[S-CFG6] [S-CFG7] what production refuses is none in development, and what it takes is said", async () => {
  vi.stubEnv("NODE_ENV", "");
  vi.stubEnv("REALMWRIGHT_SERVER_ORIGINS", "*");
  const development = await outcome(["doctor", game.path, "--port", "0"]);
  expect(development.code, development.output.join("\n")).toBe(0);
  vi.stubEnv("REALMWRIGHT_SERVER_ORIGINS", "");
  vi.stubEnv("REALMWRIGHT_AUTH_SECRET", "k3Zt9vQx1LmN7pRs5TuW2yAbCdEfGh4J");
  const fit = await outcome(["doctor", game.path, "--port", "0", "--production"]);
  expect(fit.code, fit.output.join("\n")).toBe(0);
  expect(fit.output.join("\n")).toMatch(/✓ ok +production +it refuses none/);
});

test("[S-CFG7] scripts are compiled, not run: what does not compile is a failure with its place", async () => {
  game.write("scripts/endless.lua", "while true do end\n");
  const well = await outcome(["doctor", game.path, "--port", "0"]);
  expect(well.code, well.output.join("\n")).toBe(0);
  expect(well.output.join("\n")).toMatch(/✓ ok +scripts +all 1 compile/);
  game.write("scripts/broken.lua", "local x = 1\nx = = 2\n");
  const { code, output } = await outcome(["doctor", game.path, "--port", "0"]);
  expect(code).toBe(1);
  expect(output.join("\n")).toMatch(/✗ failure +scripts +scripts\/broken\.lua:2 /);
});

test("[S-CFG7] beside the running server: it has its port, and all is well", async () => {
  const running = await serve(["start", game.path, "--port", "0"]);
  await running.child.stop();
  const port = String(running.port);
  const server = await serve(["start", game.path, "--port", port]);
  try {
    const { code, output } = await outcome(["doctor", game.path, "--port", port, "--json"]);
    expect(code, output.join("\n")).toBe(0);
    const findings = output.map((line) => JSON.parse(line) as Record<string, string>);
    expect(findings.find(({ name }) => name === "port")).toMatchObject({
      level: "ok",
      found: expect.stringMatching(
        new RegExp(`^${port} on 127\\.0\\.0\\.1: this game's server has it \\(process \\d+\\)$`),
      ) as string,
    });
    const other = new GameFolder();
    const beside = await outcome(["doctor", other.path, "--port", port]);
    other.remove();
    expect(beside.code).toBe(1);
    expect(beside.output.join("\n")).toContain(`Port ${port} on 127.0.0.1 is taken`);
  } finally {
    await server.child.stop();
  }
});
