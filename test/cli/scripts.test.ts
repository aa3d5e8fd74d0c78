// A game that is a folder of scripts, under `start` and `dev`, while its scripts are edited.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { document, input, room, t, type GameDefinition } from "realmwright";
import { connect, type Client, type ClientRoom } from "realmwright/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GameFolder, serve, type Serving } from "./support/command.ts";

const Add = input("add", { by: t.int(-100, 100) });
const State = document("state", { state: t.json(16_000) });
const counter = room({ inputs: { Add }, documents: { shared: State } });
type Game = GameDefinition<{ readonly counter: typeof counter; readonly live: typeof counter }>;

/** A room that adds so much for each that is asked of it, and a script that changes it from outside. */
const roomOf = (kind: string, factor: number, more = ""): string => `-- room: ${kind}
-- tick: 20
${more}-- input: add {"by": "int -100 100"}
local room = {}
function room.create(state) state.total = 0 end
function room.add(state, player, data) state.total = state.total + data.by * ${factor} end
return realm.room(room)
`;
const callOf = (answer: string): string => `-- keys: room:{room}:state
redis.call("HSET", KEYS[1], "note", cjson.encode("${answer}"))
local version = redis.call("HINCRBY", KEYS[1], "version", 1)
realm.publish(KEYS[1], {
  { op = "add", path = "/note", value = "${answer}" },
  { op = "add", path = "/version", value = version },
})
return "${answer}"
`;

let game: GameFolder;
let serving: Serving;
let client: Client<Game>;

beforeEach(() => {
  game = new GameFolder({
    "scripts/counter.lua": roomOf("counter", 1),
    "scripts/live.lua": roomOf("live", 1, "-- reload: live\n"),
    "scripts/say.lua": callOf("one"),
  });
});
afterEach(async () => {
  client.close();
  await serving.child.stop();
  game.remove();
});

async function begin(command: string): Promise<void> {
  serving = await serve([command, game.path, "--port", "0"]);
  client = await connect<Game>({ url: serving.url, guest: { name: "Ada" }, storage: null });
}

/** Waits until the command has said something of this kind once more. */
async function said(event: "reloaded" | "fault" | "kept", after: () => void): Promise<string> {
  const of = (output: readonly string[]): readonly string[] =>
    output.filter((line) => line.startsWith(`{"event":"${event}"`));
  const before = of(serving.child.output).length;
  after();
  await serving.child.until((output) => of(output).length > before);
  return of(serving.child.output).at(-1)!;
}

type Room = ClientRoom<Game["rooms"]["counter"]>;

const stateOf = (at: Room): Readonly<Record<string, unknown>> =>
  at.document.shared.state as Record<string, unknown>;

async function add(at: Room, by: number): Promise<unknown> {
  const before = stateOf(at)["version"];
  expect(await at.send(Add, { by })).toMatchObject({ ok: true });
  await expect.poll(() => stateOf(at)["version"]).not.toBe(before);
  return stateOf(at)["total"];
}

describe.each(["start", "dev"])("a game of scripts under %s", (command) => {
  test("serves its rooms and calls, and takes what is edited while people play", async () => {
    await begin(command);
    const [kept, live] = [await client.join("counter"), await client.join("live")];
    expect([await add(kept, 1), await add(live, 1)]).toEqual([1, 1]);
    expect(await client.rpc("say", { room: kept.id })).toBe("one");
    await expect.poll(() => stateOf(kept)["note"]).toBe("one");

    await said("reloaded", () => game.write("scripts/say.lua", callOf("two")));
    expect(await client.rpc("say", { room: kept.id })).toBe("two");
    await expect.poll(() => stateOf(kept)["note"]).toBe("two");

    // what does not load is told with its place, and changes nothing
    const fault = await said("fault", () =>
      game.write("scripts/say.lua", "local x = 1\nx = = 2\n"),
    );
    expect(JSON.parse(fault)).toMatchObject({ place: "scripts/say.lua:2" });
    expect(await client.rpc("say", { room: live.id })).toBe("two");
    await said("reloaded", () => game.write("scripts/say.lua", callOf("three")));

    // a room keeps its script, a live one goes on with the newest
    await said("reloaded", () => {
      game.write("scripts/counter.lua", roomOf("counter", 10));
      game.write("scripts/live.lua", roomOf("live", 10, "-- reload: live\n"));
    });
    await expect.poll(() => client.rpc("say", { room: live.id })).toBe("three");
    expect([await add(kept, 1), await add(live, 1)]).toEqual([2, 11]);
    kept.leave();
    await expect.poll(() => kept.left).toBeDefined();
    expect(await add(await client.join("counter"), 1)).toBe(10);
  });

  test("keeps a room going while its script is none, and brings it what is to change it as it runs", async () => {
    await begin(command);
    const at = await client.join("counter");
    expect(await add(at, 1)).toBe(1);
    for (const [part, bad, line] of [
      ["local room = {}", "x = 1\nlocal room = {}", 4],
      ["return realm.room(room)", "", 6],
    ] as const) {
      const fault = await said("fault", () =>
        game.write("scripts/counter.lua", roomOf("counter", 10).replace(part, bad)),
      );
      expect(JSON.parse(fault)).toMatchObject({ place: `scripts/counter.lua:${line}` });
      expect(await add(at, 1)).toBe(line === 4 ? 2 : 3);
    }
    await said("reloaded", () =>
      game.write("scripts/counter.lua", roomOf("counter", 10, "-- reload: live\n")),
    );
    expect(await add(at, 1)).toBe(13);
  });

  test("takes new kinds of rooms, and keeps who plays where they are", async () => {
    await begin(command);
    const before = await client.join("counter");
    await add(before, 5);
    await said("reloaded", () => game.write("scripts/another.lua", roomOf("another", 2)));
    const other = await client.join("another" as "counter");
    expect(await add(other, 4)).toBe(8);
    expect(await add(before, 1)).toBe(6);
    expect(before.left).toBeUndefined();
  });
});

test.each(["start", "dev"])(
  "[S-LUA50] under %s the last room script may go: that is said plainly, and who plays plays on",
  async (command) => {
    await begin(command);
    const at = await client.join("counter");
    expect(await add(at, 1)).toBe(1);
    const fault = await said("fault", () => {
      for (const name of ["counter", "live"]) rmSync(join(game.path, "scripts", `${name}.lua`));
    });
    const { message } = JSON.parse(fault) as { readonly message: string };
    expect(message).toMatch(/^scripts\/counter\.lua, scripts\/live\.lua are no room any more/);
    expect(await add(at, 1)).toBe(2);
    await said("reloaded", () => {
      for (const name of ["counter", "live"]) {
        game.write(`scripts/${name}.lua`, roomOf(name, 10));
      }
    });
    expect(await add(at, 1)).toBe(3);
    at.leave();
    await expect.poll(() => at.left).toBeDefined();
    expect(await add(await client.join("counter"), 1)).toBe(10);
    const errors = serving.child.output.join("\n");
    expect(errors).toContain("Put it back");
    expect(errors).not.toMatch(/bug of realmwright|^ +at /m);
  },
);

test("dev says which rooms an edit does not change", async () => {
  await begin("dev");
  await Promise.all([client.join("counter"), client.join("live")]);
  const kept = await said("kept", () => {
    game.write("scripts/counter.lua", roomOf("counter", 10));
    game.write("scripts/live.lua", roomOf("live", 10, "-- reload: live\n"));
  });
  expect(JSON.parse(kept)).toEqual({ event: "kept", script: "counter", version: 1, rooms: 1 });
  await said("reloaded", () => game.write("scripts/another.lua", roomOf("another", 2)));
  const lines = serving.child.output.filter((line) => line.startsWith('{"event":"kept"'));
  expect(lines).toHaveLength(1);
});
