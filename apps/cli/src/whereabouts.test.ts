import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfiguration } from "./config/configuration.ts";
import type { GameFolder } from "./game/game-folder.ts";
import { whereabouts, type Whereabouts } from "./whereabouts.ts";

const folder: GameFolder = {
  root: process.cwd(),
  name: "field",
  server: "server.ts",
  scripts: undefined,
  shared: undefined,
  page: undefined,
  assets: undefined,
  bots: undefined,
  data: join(process.cwd(), "games/field/.realmwright"),
};

function found(environment: Record<string, string>, scripts = true): Whereabouts {
  const { config } = loadConfiguration({ folder: "nowhere", environment, flags: [] });
  return whereabouts(config, folder, scripts);
}

describe("[S-CFG10] where a server has what it has", () => {
  it("is the game's folder and this process, unless something else is said", () => {
    expect(found({})).toEqual({
      database: `SQLite ${join("games/field/.realmwright/game.db")}`,
      isKept: true,
      redis: undefined,
      scripts: "worker",
    });
    expect(found({}, false).scripts).toBeUndefined();
  });

  it.each([
    ["sqlite::memory:", "SQLite in memory", false],
    ["sqlite:/var/lib/game.db", "SQLite /var/lib/game.db", true],
    ["postgres://db.example.com/game", "PostgreSQL db.example.com:5432/game", true],
    ["postgres://u:s3cret@db.example.com:6000/game", "PostgreSQL db.example.com:6000/game", true],
    ["postgres://u@/game?host=%2Frun%2Fpg", "PostgreSQL /run/pg/game", true],
    ["postgres://db/game?password=s3cret&user=u", "PostgreSQL db:5432/game", true],
  ])("of %s it is %s", (url, database, isKept) => {
    expect(found({ DATABASE_URL: url })).toMatchObject({ database, isKept });
  });

  it.each([
    ["redis://cache", "Redis cache:6379"],
    ["rediss://u:s3cret@cache.example.com:7000/3", "Redis cache.example.com:7000/3"],
    ["redis://:s3cret@[::1]:6379/0", "Redis [::1]:6379"],
  ])("of %s it is %s, and scripts run there", (url, redis) => {
    expect(found({ REDIS_URL: url })).toMatchObject({ redis, scripts: "redis" });
  });

  it("holds no password and no user, wherever they stand", () => {
    const said = JSON.stringify(
      found({
        DATABASE_URL: "postgres://us3r:s3cret@db/game?password=s3cret&user=us3r",
        REDIS_URL: "redis://us3r:s3cret@cache/?password=s3cret",
      }),
    );
    expect(said).not.toMatch(/s3cret|us3r/);
  });
});
