import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineGame, room, type GameDefinition } from "@realmwright/core";
import { openBackend, type Backend } from "@realmwright/server";
import { systemClock } from "@realmwright/server/internal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FolderScripts } from "./game-scripts.ts";

let root: string;
let backend: Backend;
let scripts: FolderScripts;
/** Kinds of rooms of each game that the server was given. */
let games: string[][];
const server = {
  reload: async (game: GameDefinition) => void games.push(Object.keys(game.rooms)),
};
const quiet = { debug: none, info: none, warn: none, error: none, with: () => quiet };
function none(): void {}

const file = (name: string): string => join(root, "scripts", `${name}.lua`);
const write = (name: string, more = ""): void =>
  writeFileSync(file(name), `-- room: ${name}\n${more}\nreturn realm.room({})`);
const take = async (): Promise<string[]> =>
  (await scripts.take(server)).problems.map(({ message }) => message);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "realmwright-folder-"));
  mkdirSync(join(root, "scripts"));
  write("den");
  games = [];
  backend = await openBackend({
    game: "dens",
    secret: new Uint8Array(32).fill(5),
    log: quiet,
    database: { url: "sqlite::memory:" },
    scripts: true,
    clock: systemClock(),
    random: (length) => new Uint8Array(length).fill(7),
  });
  scripts = new FolderScripts({ root }, backend);
});
afterEach(async () => {
  await backend.close();
  rmSync(root, { recursive: true, force: true });
});

describe("a game whose last room script goes", () => {
  test("says which one and what to do, keeps its kinds, and takes the file back", async () => {
    await scripts.begin(undefined, none);
    const held = backend.scripts!.hold("den");
    rmSync(file("den"));
    const [said, ...others] = await take();
    expect(said).toMatch(/^scripts\/den\.lua is no room any more, .* Put it back, or/s);
    expect([others, games]).toEqual([[], []]);
    // the room that runs has its script
    const answer = await backend.scripts!.call("den", held.version, ["k"], ["[]", "{}"]);
    expect(answer.ok).toBe(false);
    // it is still so when another file is saved
    writeFileSync(file("say"), "return 1");
    expect(await take()).toEqual([said]);
    write("den", "-- again");
    expect(await take()).toEqual([]);
    expect(held.version).toBe(1);
    expect(backend.scripts!.kept()).toEqual([{ script: "den", version: 1, rooms: 1 }]);
    held.release();
  });

  test("that becomes a script for players is told alike, with all that were rooms", async () => {
    write("pit");
    await scripts.begin(undefined, none);
    writeFileSync(file("den"), "return 1");
    writeFileSync(file("pit"), "return 1");
    expect(await take()).toEqual([
      expect.stringMatching(/^scripts\/den\.lua, scripts\/pit\.lua are no room any more/),
    ]);
  });

  test("and has rooms of its own goes on with those", async () => {
    await scripts.begin(defineGame({ name: "dens", rooms: { hall: room({}) } }), none);
    rmSync(file("den"));
    expect([await take(), games]).toEqual([[], [["hall"]]]);
    write("den");
    expect([await take(), games.at(-1)]).toEqual([[], ["hall", "den"]]);
  });

  test("is no game to begin with", async () => {
    rmSync(file("den"));
    await expect(scripts.begin(undefined, none)).rejects.toMatchObject({ code: "GAME_INVALID" });
  });
});
