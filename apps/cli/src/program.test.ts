import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { invocation } from "./invocation.ts";
import { run } from "./program.ts";

describe("the command line", () => {
  let said: string;

  beforeEach(() => {
    said = "";
    const hear = (text: string | Uint8Array): boolean => {
      said += String(text);
      return true;
    };
    vi.spyOn(process.stdout, "write").mockImplementation(hear);
    vi.spyOn(process.stderr, "write").mockImplementation(hear);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it("explains itself, and every command", async () => {
    expect(await run(["--help"])).toBe(0);
    expect(said).toContain("Examples");
    const [, folder = ""] = said.split("A game is a folder\n");
    const parts = folder.split("\n").map((line) => /^ {2}(\S+) {2}/.exec(line)?.[1] ?? "");
    expect(parts).toEqual(
      expect.arrayContaining(["server.ts", "scripts/*.lua", "shared.ts", "bots.ts", "config.yaml"]),
    );
    for (const command of ["dev", "start", "bots"]) {
      said = "";
      expect(await run([command, "--help"])).toBe(0);
      expect(said).toContain(`Usage: npm run realmwright -- ${command} [options]`);
      // lists that are empty say what that means
      expect(said).not.toContain("[]");
    }
  });

  it("says what `npm start` is to whoever called that", async () => {
    vi.stubEnv("npm_lifecycle_event", "start");
    expect(await run(["dev", "games/realm", "--help"])).toBe(0);
    expect(said).toContain("npm start is short for: npm run realmwright -- dev games/realm\n");
    expect(said).toContain("Usage: npm start -- [options]");
  });

  it("gives examples that work where they are printed", async () => {
    await run(["--help"]);
    const lines = said.split("\n").filter((line) => line.startsWith("  npm run realmwright -- "));
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line).toContain("games/realm");
    expect(said).toContain("accounts role ada admin --game games/realm\n");
    expect(said).not.toMatch(/^ +\$? *realmwright /m);
    expect(invocation("file:///a/cli/dist/invocation.js")).toEqual({
      command: "npx realmwright",
      game: "",
    });
  });

  it("says which port `dev` and `start` take by themselves", async () => {
    await run(["dev", "--help"]);
    expect(said.replaceAll(/\s+/g, " ")).toContain("the next free one from 8080 on");
    said = "";
    await run(["start", "--help"]);
    expect(said.replaceAll(/\s+/g, " ")).toContain("8080; it fails if that is taken");
  });

  it("answers its version", async () => {
    expect(await run(["--version"])).toBe(0);
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ["dve", "Did you mean dev?"],
    ["bot", "Did you mean bots?"],
    ["strat", "Did you mean start?"],
    ["frobnicate", "The commands are dev, start, bots"],
  ])("meets the unknown command %s with: %s", async (command, advice) => {
    expect(await run([command])).toBe(2);
    expect(said).toContain(`unknown command '${command}'`);
    expect(said).toContain(advice);
    expect(said).toContain("npm run realmwright -- --help");
  });

  it("teaches when nothing was said", async () => {
    expect(await run([])).toBe(2);
    expect(said).toContain("Examples");
  });

  it.each([
    [["dev", "--prot", "1"], "Did you mean --port?"],
    [["dev", "a", "b"], "too many arguments"],
    [["dev", "--port"], "argument missing"],
    [["dev", "--port", "70000"], "A port is"],
    [["dev", "--edges", "65"], "from 0 to 64"],
    [["start", "--edges", "9999"], "from 0 to 64"],
    [["start", "--proxy-hops", "17"], "from 0 to 16"],
    [["start", "--origin", "example.com"], "An origin is"],
    [["start", "--host-name", "https://example.com"], "A host name has"],
    [["start", "--grace", "soon"], "Expected seconds"],
    [["start", "--log", "loud"], "Allowed choices"],
    [["start", "--bots", "2"], "unknown option"],
    [["dev", "--bots", "-1"], "whole number"],
    [["bots"], "missing required argument"],
    [["bots", "0"], "from 1 to 100000"],
    [["bots", "many"], "whole number"],
    [["bots", "1", "--joined", "101"], "100 at most"],
    [["bots", "1", "--joined", "0"], "above 0"],
    [["bots", "1", "--rtt-p95", "-1"], "above 0"],
    [["bots", "1", "--errors", "1.5"], "whole number"],
    [["bots", "1", "--seconds", "-1"], "Expected seconds"],
    [["bots", "1", "--ramp", "x"], "Expected seconds"],
    [["bots", "1", "--url", "localhost"], "http://localhost:8080"],
    [["bots", "1", "--encoding", "xml"], "Allowed choices"],
  ])("refuses %j, and says where help is", async (args, problem) => {
    expect(await run(args)).toBe(2);
    expect(said).toContain(problem);
    expect(said).toContain(`npm run realmwright -- ${args[0]} --help`);
    expect(said.trimEnd().split("\n").length).toBeLessThanOrEqual(3);
  });

  it("refuses a PORT that is none", async () => {
    vi.stubEnv("PORT", "http");
    expect(await run(["dev"])).toBe(2);
    expect(said).toContain("from env 'PORT' is invalid. A port is");
  });
});
