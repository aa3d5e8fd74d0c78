import { queryObjects } from "node:v8";
import { RealmError } from "@realmwright/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { DirectEngine } from "../testing/direct-engine.ts";
import { asRoom } from "./testing/scripts-stage.ts";
import { ScriptFile } from "./script-file.ts";
import type { HeldScript } from "./scripts.ts";
import { ScriptShelf } from "./script-shelf.ts";

let engine: DirectEngine;
let shelf: ScriptShelf;

beforeEach(() => {
  engine = new DirectEngine(() => 0);
  shelf = new ScriptShelf(engine, limitValues(), new VirtualClock());
});

const load = (files: Readonly<Record<string, string>>): Promise<unknown> =>
  shelf.load(new Map(Object.entries(files)));
const live = "-- room: den\n-- reload: live\n";

describe("[S-LUA17] a folder", () => {
  test("that could not be loaded keeps no later one from it", async () => {
    const loadOne = engine.load.bind(engine);
    engine.load = () => Promise.reject(new RealmError("HOT_UNAVAILABLE"));
    const failed = load({ a: "return 1" });
    const next = load({ b: "return 2" });
    for (const one of [failed, next]) {
      await expect(one).rejects.toMatchObject({ code: "HOT_UNAVAILABLE" });
    }
    engine.load = loadOne;
    expect(await load({ b: "return 2" })).toEqual([]);
    expect(shelf.get("b").version).toBe(1);
    expect(() => shelf.get("a")).toThrow(/SCRIPT_UNKNOWN/);
  });

  test("leaves nothing of files that are gone, but of what rooms hold until they release it", async () => {
    const before = queryObjects(ScriptFile, { format: "count" });
    await load({ den: "-- room: den\nreturn realm.room({})" });
    let held: HeldScript | undefined = shelf.hold("den");
    for (let i = 0; i < 50; i++) await load({ [`one${i}`]: "return 1" });
    await load({});
    const count = (): number => queryObjects(ScriptFile, { format: "count" }) - before;
    expect(count()).toBe(1);
    expect(shelf.kept()).toEqual([{ script: "den", version: 1, rooms: 1 }]);
    held.release();
    held.release();
    // it knows its file
    held = undefined;
    await load({});
    expect([count(), shelf.kept(), shelf.list()]).toEqual([0, [], []]);
  });
});

describe("[S-LUA18] a room that is live", () => {
  test("goes on with the newest one when its file was away for a while", async () => {
    await load({ den: `${live}${asRoom}return 1` });
    const held = shelf.hold("den");
    await load({});
    expect(held.version).toBe(1);
    expect(await engine.call("den.lua", 1, [], [])).toMatchObject({ result: 1 });
    await load({ den: `${live}${asRoom}return 2` });
    expect(held.version).toBe(2);
    expect(shelf.kept()).toEqual([]);
    await expect(engine.call("den.lua", 1, [], [])).rejects.toMatchObject({
      code: "SCRIPT_UNKNOWN",
    });
  });

  test("waits where its file is another kind's, or none's, and follows it back", async () => {
    await load({ den: `${live}${asRoom}return 1` });
    const held = shelf.hold("den");
    await load({ den: `-- room: pit\n-- reload: live\n${asRoom}return 2` });
    expect(held.version).toBe(1);
    await load({ den: "return 3" });
    expect([held.version, shelf.kept()]).toEqual([1, [{ script: "den", version: 1, rooms: 1 }]]);
    await load({ den: `${live}${asRoom}return 4` });
    expect([held.version, shelf.kept()]).toEqual([4, []]);
  });

  test("is what the newest one says, whatever it began with", async () => {
    const kept = `-- room: den\n${asRoom}`;
    await load({ den: `${kept}return 1` });
    const held = shelf.hold("den");
    await load({ den: `${live}${asRoom}return 2` });
    expect(held.version).toBe(2);
    await expect(engine.call("den.lua", 1, [], [])).rejects.toMatchObject({
      code: "SCRIPT_UNKNOWN",
    });
    await load({ den: `${kept}return 3` });
    const other = shelf.hold("den");
    expect([held.version, other.version]).toEqual([2, 3]);
    await load({ den: `${live}${asRoom}return 4` });
    expect([held.version, other.version, shelf.kept()]).toEqual([4, 4, []]);
  });
});

describe("[S-LUA17] a room's script that is none", () => {
  const good = `${live}${asRoom}return 1`;
  const next = `${live}-- more\n`;
  test.each([
    ["sets a global", `${next}x = 1\nreturn realm.room({})`, 4, /readonly/],
    ["calls nothing", `${next}foo()\nreturn realm.room({})`, 4, /foo/],
    ["returns nothing", `${next}local room = {}\n\n`, 4, /return realm\.room\(room\)/],
    ["returns something else", `${next}return '{"answers":[]}'`, 4, /return realm\.room\(room\)/],
    ["returns no table", `${next}return realm.room()`, 4, /room/],
    ["refuses", `${next}realm.refuse("NO", "no")`, 4, /NO/],
    ["never ends", `${next}while true do end`, 1, /too much/],
  ])("%s: it is told, the one before goes on", async (_, bad, line, text) => {
    const versions = new Set<number>();
    const release = engine.release.bind(engine);
    engine.release = (name, version) => {
      versions.add(version);
      release(name, version);
    };
    expect(await load({ den: bad })).toMatchObject([{ file: "den.lua", line }]);
    expect(() => shelf.get("den")).toThrow(/SCRIPT_UNKNOWN/);
    expect(shelf.rooms()).toEqual([]);
    expect(await load({ den: good })).toEqual([]);
    const held = shelf.hold("den");
    const { version } = shelf.get("den");
    for (let i = 0; i < 2; i++) {
      const problems = await load({ den: bad });
      expect(problems).toMatchObject([
        { file: "den.lua", line, text: expect.stringMatching(text) as string },
      ]);
    }
    expect([held.version, shelf.get("den").version]).toEqual([version, version]);
    expect(await engine.call("den.lua", version, [], [])).toMatchObject({ result: 1 });
    expect([...versions]).toEqual([1, 3, 4]);
  });

  test("is tried with keys that are no room's, and leaves nothing in them", async () => {
    const body =
      'for i = 1, #KEYS do redis.call("RPUSH", "seen", KEYS[i]) redis.call("SET", KEYS[i], 1) end';
    await load({
      den: `-- room: den\n-- keys: dens:{game} den:{room}\n${body}\nreturn realm.room({})`,
    });
    const seen = (await engine.eval('return redis.call("LRANGE", "seen", 0, -1)')) as string[];
    expect(seen).toEqual(["trial:den.lua:1", "trial:den.lua:2", "trial:den.lua:3"]);
    const left =
      'local n = 0 for i = 1, 3 do n = n + redis.call("EXISTS", "trial:den.lua:" .. i) end return n';
    expect(await engine.eval(left)).toBe(0);
  });

  test.each(["HOT_UNAVAILABLE", "SCRIPT_BUSY"] as const)("is not known while %s", async (code) => {
    engine.fault = { code };
    expect(await load({ den: `${live}x = 1` })).toEqual([]);
    expect(shelf.get("den").version).toBe(1);
  });

  test("is an older version that its room gives up meanwhile: it stays callable", async () => {
    await load({ den: `-- room: den\n${asRoom}return 1` });
    const held = shelf.hold("den");
    await load({ den: `-- room: den\n${asRoom}return 2` });
    const call = engine.call.bind(engine);
    engine.call = (...trial) => {
      held.release();
      return call(...trial);
    };
    await load({ den: `-- room: den\n${asRoom}return 1` });
    expect(shelf.get("den").version).toBe(1);
    expect(await engine.call("den.lua", 1, [], [])).toMatchObject({ result: 1 });
  });
});
