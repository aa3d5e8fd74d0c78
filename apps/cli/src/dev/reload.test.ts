import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, type Server } from "@realmwright/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findGame } from "../game/game-folder.ts";
import type { KeptRooms } from "../game/game-scripts.ts";
import { SourceError } from "../game/source-error.ts";
import { Terminal, type MachineEvent } from "../terminal.ts";
import { DevHub, type DevEvent } from "./dev-hub.ts";
import { GameFaults } from "./game-faults.ts";
import { Reload } from "./reload.ts";
import { WalkingBots } from "./walking-bots.ts";

/** What pages are told, in order. */
class HeardHub extends DevHub {
  readonly heard: string[] = [];
  /** The page as it is served when it is told of a change. */
  readonly pages: string[] = [];

  override tell(event: DevEvent): void {
    if (event.type === "shared" || event.type === "page") {
      const built = join(root, ".realmwright/client/main.js");
      this.pages.push(existsSync(built) ? readFileSync(built, "utf8") : "");
    }
    const ends = event.type === "fault" && event.isOfRun ? " of a room" : "";
    this.heard.push(event.type + ends);
    super.tell(event);
  }
}

class SilentTerminal extends Terminal {
  override tell(event: MachineEvent): void {
    said.push(event);
  }
  override say(text = ""): void {
    said.push(text);
  }
  override fault(): void {}
}

let root: string;
let hub: HeardHub;
let faults: GameFaults;
let reload: Reload;
/** What the newest source does as soon as it runs. */
let atOnce: () => void;
/** What is wrong with the scripts that are saved. */
let scripts: () => readonly SourceError[];
/** Rooms that go on with older ones. */
let kept: readonly KeptRooms[];
const said: unknown[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "realmwright-reload-")));
  writeFileSync(join(root, "server.ts"), 'export default { kind: "game" };\n');
  hub = new HeardHub({ root, data: join(root, ".realmwright") });
  const terminal = new SilentTerminal({ json: true, color: false });
  faults = new GameFaults(createLog({ level: "silent" }), root, hub);
  atOnce = () => undefined;
  scripts = () => [];
  kept = [];
  said.length = 0;
  const server: Pick<Server, "reload"> = { reload: async () => atOnce() };
  const bots = new WalkingBots("http://localhost:1", root, 0, terminal);
  const folder = findGame(root);
  reload = new Reload(
    {
      folder,
      hub,
      terminal,
      faults,
      bots,
      server: server as Server,
      defaults: {},
      whole: (own) => own!,
      takeScripts: async () => ({ problems: scripts(), kept }),
    },
    undefined,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function save(path = "server.ts"): Promise<string[]> {
  hub.heard.length = 0;
  await reload.take(new Set([path]));
  return hub.heard;
}

/** A rule fails, in line 3 of the game's source. */
function fail(data: Readonly<Record<string, unknown>> = {}): void {
  const error = new Error("no more");
  error.stack = `Error: no more\n    at tick (${join(root, "server.ts")}:3:7)`;
  faults.error("A room ended by an error.", { error, ...data });
}

test("a source that runs is told to pages, which take their error away", async () => {
  expect(await save()).toEqual(["ready"]);
});

test("a page that is told of a change, and is loaded anew at once, is the new one", async () => {
  mkdirSync(join(root, "client"));
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  write("client/index.html", '<script type="module" src="./main.ts"></script>');
  write("client/main.ts", 'import { speed } from "../shared.ts";\nconsole.log(speed);\n');
  write("shared.ts", "export const speed = 5;\n");
  expect(await save("client/index.html")).toEqual(["page", "ready"]);
  write("shared.ts", "export const speed = 10;\n");
  expect(await save("shared.ts")).toEqual(["shared", "ready"]);
  write("client/main.ts", 'import { speed } from "../shared.ts";\nconsole.log(-speed);\n');
  expect(await save("client/main.ts")).toEqual(["page", "ready"]);
  // what is left of a constant is its value
  const shown = hub.pages.map((page) => /log\((-?\d+)\)/u.exec(page)?.[1]);
  expect(shown).toEqual(["5", "10", "-10"]);
});

test("a rule that fails at once keeps its error on the page, until a save mends it and players join anew", async () => {
  atOnce = fail;
  expect(await save()).toEqual(["fault of a room"]);
  // the next one is as bad
  expect(await save()).toEqual(["fault of a room"]);
  atOnce = () => undefined;
  expect(await save()).toEqual(["ready", "page"]);
  expect(await save()).toEqual(["ready"]);
});

test("what failed before a save is mended by it", async () => {
  await save();
  fail();
  expect(await save()).toEqual(["ready", "page"]);
});

test("what failed before a save that does not build is still to be mended", async () => {
  await save();
  fail();
  writeFileSync(join(root, "server.ts"), "export default nothing at all;\n");
  expect(await save()).toEqual(["fault"]);
  writeFileSync(join(root, "server.ts"), 'export default { kind: "game" };\n');
  expect(await save()).toEqual(["ready", "page"]);
});

test("what nothing caught and what ended no room is shown, and nobody has to join anew", async () => {
  await save();
  hub.heard.length = 0;
  fail({ code: "INTERNAL" });
  expect(hub.heard).toEqual(["fault"]);
  expect(await save()).toEqual(["ready"]);
});

test("a script that does not load is shown until one is saved that does", async () => {
  scripts = () => [new SourceError("unexpected symbol", { file: "scripts/lobby.lua", line: 3 })];
  expect(await save("scripts/lobby.lua")).toEqual(["fault"]);
  expect(await save("server.ts")).toEqual(["fault"]);
  scripts = () => [];
  expect(await save("scripts/lobby.lua")).toEqual(["ready"]);
});

test("scripts do not load the rules anew, and rules not the scripts", async () => {
  atOnce = fail;
  expect(await save("scripts/lobby.lua")).toEqual(["ready"]);
  atOnce = () => undefined;
  scripts = () => [new SourceError("unexpected symbol", { file: "scripts/lobby.lua", line: 3 })];
  expect(await save("server.ts")).toEqual(["ready"]);
});

test("an error that does not point into the game is none of the page's", async () => {
  faults.error("The server is ill.", { error: new Error("no") });
  faults.error("Nothing is known.", {});
  expect(hub.heard).toEqual([]);
});

test("rooms that go on with an older script are told, with how to change them", async () => {
  kept = [
    { script: "lobby", version: 1, rooms: 1, isLive: false },
    { script: "lobby", version: 2, rooms: 3, isLive: true },
  ];
  await save("scripts/lobby.lua");
  expect(said.slice(2)).toEqual([
    { event: "kept", script: "lobby", version: 1, rooms: 1 },
    "    scripts/lobby.lua: 1 room goes on with version 1: write `-- reload: live` to change rooms as they run",
    { event: "kept", script: "lobby", version: 2, rooms: 3 },
    "    scripts/lobby.lua: 3 rooms go on with version 2",
  ]);
  // also where another one does not load
  scripts = () => [new SourceError("unexpected symbol", { file: "scripts/say.lua", line: 3 })];
  said.length = 0;
  await save("scripts/lobby.lua");
  expect(said).toContainEqual({ event: "kept", script: "lobby", version: 1, rooms: 1 });
  said.length = 0;
  await save("server.ts");
  expect(said).not.toContainEqual({ event: "kept", script: "lobby", version: 1, rooms: 1 });
});

test("a script that fails is told to pages with its place, once until the next save", async () => {
  mkdirSync(join(root, "scripts"));
  writeFileSync(join(root, "scripts/lobby.lua"), "local x = 1\nx.y.z = 2\n");
  await save();
  hub.heard.length = 0;
  const told = vi.spyOn(hub, "tell");
  const problem = "lobby.lua:2: attempt to index a nil value";
  for (let i = 0; i < 5; i++) faults.error("A script failed.", { script: "lobby", fault: problem });
  faults.warn("a script failed", { script: "say", problem: "user_script:1: no" });
  faults.warn("a script failed", { script: "say", problem: "nowhere" });
  faults.warn("what a script published is no patch", { channel: "c" });
  const places = told.mock.calls.map(([event]) => event.type === "fault" && event.error.place);
  expect(places).toEqual(["scripts/lobby.lua:2", "scripts/say.lua:1", "scripts/say.lua"]);
  expect(told.mock.calls[0]?.[0]).toMatchObject({
    error: {
      message: "attempt to index a nil value",
      frame: expect.stringMatching(/2: x\.y/) as string,
    },
    isOfRun: false,
    isOfScript: true,
  });
  // nobody has to join anew
  expect(await save("scripts/lobby.lua")).toEqual(["ready"]);
  faults.error("A script failed.", { script: "lobby", fault: problem });
  expect(hub.heard.at(-1)).toBe("fault");
});

test("what a script does wrong as soon as it runs stays on the page, until scripts are saved", async () => {
  const problem = "room.ad is none of the room's hooks";
  scripts = () => {
    faults.warn("nothing calls a function of a script", { script: "lobby", problem });
    return [];
  };
  expect(await save("scripts/lobby.lua")).toEqual(["fault", "ready", "fault"]);
  expect(await save("server.ts")).toEqual(["ready", "fault"]);
  scripts = () => [];
  expect(await save("scripts/lobby.lua")).toEqual(["ready"]);
  // told again it is shown again
  faults.warn("nothing calls a function of a script", { script: "lobby", problem });
  expect(hub.heard.at(-1)).toBe("fault");
});
