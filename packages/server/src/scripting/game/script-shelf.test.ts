import { queryObjects } from "node:v8";
import { RealmError } from "@realmwright/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { DirectEngine } from "../testing/direct-engine.ts";
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
    await load({ den: `${live}return 1` });
    const held = shelf.hold("den");
    await load({});
    expect(held.version).toBe(1);
    expect(await engine.call("den.lua", 1, [], [])).toMatchObject({ result: 1 });
    await load({ den: `${live}return 2` });
    expect(held.version).toBe(2);
    expect(shelf.kept()).toEqual([]);
    await expect(engine.call("den.lua", 1, [], [])).rejects.toMatchObject({
      code: "SCRIPT_UNKNOWN",
    });
  });

  test("waits where its file is another kind's, or none's, and follows it back", async () => {
    await load({ den: `${live}return 1` });
    const held = shelf.hold("den");
    await load({ den: "-- room: pit\n-- reload: live\nreturn 2" });
    expect(held.version).toBe(1);
    await load({ den: "return 3" });
    expect([held.version, shelf.kept()]).toEqual([1, [{ script: "den", version: 1, rooms: 1 }]]);
    await load({ den: `${live}return 4` });
    expect([held.version, shelf.kept()]).toEqual([4, []]);
  });

  test("began with one that is not live: it stays, whatever the newest says", async () => {
    await load({ den: "-- room: den\nreturn 1" });
    const held = shelf.hold("den");
    await load({ den: `${live}return 2` });
    const other = shelf.hold("den");
    await load({ den: "-- room: den\nreturn 3" });
    expect([held.version, other.version]).toEqual([1, 3]);
    await load({ den: `${live}return 4` });
    expect([held.version, other.version]).toEqual([1, 3]);
  });
});
