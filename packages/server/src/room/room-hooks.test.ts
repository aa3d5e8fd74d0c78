import { defineGame, room, type RoomDefinition } from "@realmwright/core";
import { entity, input, t } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import { HostBench } from "../testing/host-bench.ts";

const Hero = entity("hero", { hp: t.uint(100) });
const Hit = input("hit", {});
const schema = { entities: { Hero }, inputs: { Hit } };
const none = (): void => undefined;

/** A room by plain JavaScript, which no compiler has checked. */
function unchecked(options: Record<string, unknown>): RoomDefinition {
  return room({ ...schema, ...options });
}

async function problemOf(options: Record<string, unknown>): Promise<string> {
  const game = defineGame({ name: "test", rooms: { town: unchecked(options) } });
  return HostBench.start(game).then(
    () => "none",
    (error: Error) => error.message,
  );
}

describe("[S-HOST13] the hooks of a room, as its game is loaded", () => {
  it.each([
    ["jion", "join"],
    ["Tick", "tick"],
    ["onJoin", "join"],
    ["tickrate", "tickRate"],
    ["max_players", "maxPlayers"],
    ["despose", "dispose"],
  ])("%s is none, and %s is near", async (wrong, right) => {
    const problem = await problemOf({ [wrong]: none });
    expect(problem).toBe(
      `GAME_INVALID: room "town": there is no option or hook "${wrong}"; did you mean "${right}"?`,
    );
  });

  it.each(["toString", "somethingElse", "x", "constructor"])("%s is none", async (wrong) => {
    const problem = await problemOf({ [wrong]: none });
    expect(problem).toContain(`room "town": there is no option or hook "${wrong}"`);
    expect(problem).not.toContain("did you mean");
  });

  it("a handler is for an input of the room", async () => {
    expect(await problemOf({ on: { hti: none } })).toContain(
      'there is no input to handle "hti"; did you mean "hit"?',
    );
    expect(await problemOf({ on: { Hit: none } })).toContain('did you mean "hit"?');
    expect(await problemOf({ inputs: {}, on: { hit: none } })).toMatch(/"hit"$/);
  });

  const later = async (): Promise<void> => {};
  it.each([
    ["join", { join: later }],
    ["tick", { tick: later }],
    ["dispose", { dispose: later }],
    ["on.hit", { on: { hit: later } }],
    ["timers.bell", { timers: { bell: later } }],
    ["predict.step", { predict: { entity: Hero, input: Hit, step: later } }],
    [
      "chat",
      {
        *chat() {
          yield "a";
        },
      },
    ],
  ])("%s is no async function and no generator", async (hook, options) => {
    const problem = await problemOf(options);
    expect(problem).toContain(`GAME_INVALID: room "town": "${hook}" must be a plain function`);
  });

  it.each([
    ["join", { join: 7 }],
    ["leave", { leave: null }],
    ["on.hit", { on: { hit: {} } }],
    ["timers.bell", { timers: { bell: "ring" } }],
  ])("%s is a function", async (hook, options) => {
    expect(await problemOf(options)).toContain(`room "town": "${hook}" must be a function`);
  });

  it("all that there are pass, those that are left open too, and load may be async", async () => {
    const names = ["setup", "create", "join", "spectate", "drop", "reconnect", "leave", "dispose"];
    const hooks = Object.fromEntries(names.map((name) => [name, none]));
    const more = { load: later, on: { hit: none }, timers: { bell: none }, permanent: true };
    expect(await problemOf({ ...hooks, ...more, tick: undefined, admit: none })).toBe("none");
  });

  it("a reload with a wrong one leaves the game as it was", async () => {
    const game = (options: Record<string, unknown>): ReturnType<typeof defineGame> =>
      defineGame({ name: "test", rooms: { town: unchecked({ permanent: true, ...options }) } });
    const bench = await HostBench.start(game({}));
    const files = { text: never, bytes: never, map: never };
    await expect(bench.host.reload(game({ jion: none }), files)).rejects.toThrow('"join"');
    bench.run();
    expect(bench.host.rooms()).toMatchObject([{ name: "town" }]);
  });
});

function never(): never {
  throw new Error("never");
}
