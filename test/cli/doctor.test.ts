// What is wrong with a machine and its settings is said before anybody starts a server on it.
import { createServer } from "node:net";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, GameFolder, outcome } from "./support/command.ts";

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
