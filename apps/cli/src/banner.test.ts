import { networkInterfaces } from "node:os";
import { beforeEach, describe, expect, it } from "vitest";
import { banner, type BannerFacts } from "./banner.ts";
import { reachOf } from "./commands/serve.ts";
import { loadConfiguration } from "./config/configuration.ts";
import type { Terminal } from "./terminal.ts";

const { config } = loadConfiguration({ folder: "nowhere", environment: {}, flags: [] });
const facts: BannerFacts = {
  version: "1.2.3",
  game: {
    root: process.cwd(),
    name: "field",
    server: "server.ts",
    scripts: undefined,
    shared: undefined,
    page: "client/index.html",
    assets: undefined,
    bots: undefined,
    data: "data",
  },
  where: { database: "SQLite data/game.db", isKept: true, redis: undefined, scripts: undefined },
  url: "http://localhost:8081",
  port: 8081,
  reach: "here",
  tookMs: 1234,
  bots: 0,
  dev: true,
  instead: undefined,
};

let told: object[];
beforeEach(() => {
  told = [];
});

function said(changes: Partial<BannerFacts>): string {
  const lines: string[] = [];
  const plain = (text: string): string => text;
  const terminal = {
    tell: (event: object) => void told.push(event),
    say: (text = "") => void lines.push(text),
    bold: plain,
    dim: plain,
    green: plain,
    cyan: plain,
  };
  banner(terminal as unknown as Terminal, { ...facts, ...changes });
  return lines.join("\n");
}

describe("what the first run prints", () => {
  it("says where to play, and what was done instead of what is usual", () => {
    expect(said({})).toMatch(/➜ Play +http:\/\/localhost:8081\//);
    expect(said({})).not.toContain("taken");
    expect(said({ instead: 8080 })).toContain("Port 8080 was taken, so this is port 8081.");
    expect(said({ bots: 12 })).toContain("12 bots are walking about");
    const bare = { game: { ...facts.game, page: undefined } };
    expect(said(bare)).toMatch(
      /➜ Play +http:\/\/localhost:8081\/ +shows client\/index.html as soon/,
    );
    expect(said({ ...bare, dev: false })).not.toContain("Play");
    expect(said({})).not.toContain("index.html");
    expect(said({ dev: false })).not.toContain("edit and save");
    expect(said({})).toMatch(/edit and save: reloads live, players stay$/m);
    const scripted = { ...facts.game, scripts: "/games/realm/scripts" };
    expect(said({ game: scripted })).toMatch(
      /reloads live, players stay; scripts as their `-- rel/,
    );
    const alone = said({ game: { ...scripted, server: undefined } });
    expect(alone).toMatch(/: players stay; scripts as .*, new rooms by default$/m);
    expect(alone).not.toContain("reloads live");
  });

  it("[S-CFG10] says where what is kept lies, and what is not kept", () => {
    const { where } = facts;
    expect(said({})).toMatch(/➜ Kept +SQLite data\/game\.db +accounts, objects, scores$/m);
    expect(said({})).toMatch(/➜ Hot state +in memory .*: gone when this stops$/m);
    expect(said({})).toMatch(/➜ Scripts +none$/m);
    expect(told).toContainEqual(expect.objectContaining({ where }));
    const fleeting = { ...where, database: "SQLite in memory", isKept: false };
    expect(said({ where: fleeting })).toMatch(/➜ Kept +SQLite in memory +gone when this stops$/m);
    const redis = { ...where, redis: "Redis cache:6379", scripts: "redis" as const };
    expect(said({ where: redis })).toMatch(/➜ Hot state +Redis cache:6379 +shared with all/);
    expect(said({ where: redis })).toMatch(/➜ Scripts +Lua 5\.1 inside Redis +as soon as/);
    const worker = { where: { ...where, scripts: "worker" as const }, dev: false };
    expect(said(worker)).toMatch(/➜ Scripts +Lua 5\.1 in a worker$/m);
  });

  it("says addresses for phones only where phones are let in", () => {
    const addresses = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal);
    const lines = (text: string): number => text.split("On phones").length - 1;
    expect(lines(said({ reach: "network" }))).toBe(addresses.length);
    const network = addresses.map(({ address }) => `http://${address}:8081`);
    expect(told).toMatchObject([{ event: "ready", url: "http://localhost:8081", network }]);
    expect(lines(said({ reach: "by-name" }))).toBe(0);
    expect(said({ reach: "by-name" })).toContain("--host-name");
    told = [];
    expect(said({ reach: "here" })).not.toContain("--host-name");
    expect(told).toMatchObject([{ event: "ready", network: [] }]);
  });

  it.each([
    ["127.0.0.1", [], "here"],
    ["127.1.2.3", ["*"], "here"],
    ["localhost", ["play.example.com"], "here"],
    ["::1", [], "here"],
    ["0.0.0.0", [], "by-name"],
    ["192.0.2.1", ["play.example.com"], "by-name"],
    ["0.0.0.0", ["*"], "network"],
    ["::", ["*"], "network"],
  ] as const)("knows who reaches %s with the names %j: %s", (host, hosts, reach) => {
    expect(reachOf({ ...config, server: { ...config.server, host, hosts } })).toBe(reach);
  });
});
