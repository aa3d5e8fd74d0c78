// Every action at a table of the game lobby, in every phase, by everyone who may try it.
import { describe, expect, test } from "vitest";
import { LobbyStage } from "./testing/lobby-stage.ts";

const roles = ["host", "player", "watcher", "stranger"] as const;
const phases = ["waiting", "play", "over"] as const;
type Role = (typeof roles)[number];
type Phase = (typeof phases)[number];

const accounts: Readonly<Record<Role, string>> = {
  host: "ann",
  player: "ben",
  watcher: "cid",
  stranger: "dan",
};

/** A table in that phase: Ann is its host, Ben plays, Cid watches. In play it is Ann's turn; she has won what is over. */
async function tableIn(phase: Phase): Promise<LobbyStage> {
  const table = await LobbyStage.open();
  await table.come("ann");
  await table.come("ben");
  await table.come("cid", true);
  if (phase === "waiting") return table;
  for (const who of ["ann", "ben"]) await table.act(who, "ready", { on: true });
  if (phase === "play") return table;
  for (const column of [0, 1, 0, 1, 0, 1, 0]) {
    await table.act(column === 0 ? "ann" : "ben", "place", { column });
  }
  return table;
}

type Action = (table: LobbyStage, account: string) => Promise<string>;
const actions: Readonly<Record<string, Action>> = {
  "to be ready": (table, who) => table.act(who, "ready", { on: true }),
  "not to be ready": (table, who) => table.act(who, "ready", { on: false }),
  "to place a disc": (table, who) => table.act(who, "place", { column: 3 }),
  "to place it beside the board": (table, who) => table.act(who, "place", { column: 7 }),
  "to change the settings": (table, who) =>
    table.call(who, "update_state", { set: { note: "Hello", maxPlayers: 3 } }),
  "to change the board": (table, who) =>
    table.call(who, "update_state", { set: { board: "1111" } }),
  "to walk": (table, who) => table.call(who, "move_player", { x: 10, y: 10 }),
  "to say something": (table, who) => table.call(who, "say", { text: "Hello" }),
  "to say nothing": (table, who) => table.call(who, "say", { text: " \u200b\u202e " }),
  "to change the name": (table, who) => table.call(who, "rename", { name: "Eve" }),
  "to take another's name": (table, who) =>
    table.call(who, "rename", { name: who === "ben" ? "Ann" : "BEN" }),
  "to sit down": (table, who) => table.come(who),
  "to watch": (table, who) => table.come(who, true),
};

const readOnly = "SPECTATOR_READ_ONLY";
/** By phase what the host, a player, a watcher and a stranger are answered; "open": nothing. */
const rules: Readonly<Record<string, Readonly<Record<Phase, readonly string[]>>>> = {
  "to be ready": {
    waiting: ["taken", "taken", readOnly, "open"],
    play: ["NOT_NOW", "NOT_NOW", readOnly, "open"],
    over: ["taken", "taken", readOnly, "open"],
  },
  "not to be ready": {
    waiting: ["taken", "taken", readOnly, "open"],
    play: ["NOT_NOW", "NOT_NOW", readOnly, "open"],
    over: ["taken", "taken", readOnly, "open"],
  },
  "to place a disc": {
    waiting: ["NOT_NOW", "NOT_NOW", readOnly, "open"],
    play: ["taken", "NOT_YOUR_TURN", readOnly, "open"],
    over: ["NOT_NOW", "NOT_NOW", readOnly, "open"],
  },
  "to place it beside the board": {
    waiting: ["NOT_NOW", "NOT_NOW", readOnly, "open"],
    play: ["NO_SUCH_COLUMN", "NOT_YOUR_TURN", readOnly, "open"],
    over: ["NOT_NOW", "NOT_NOW", readOnly, "open"],
  },
  "to change the settings": always("taken", "NOT_HOST", "FORBIDDEN", "FORBIDDEN"),
  "to change the board": always("BAD_ARGUMENTS", "BAD_ARGUMENTS", "FORBIDDEN", "FORBIDDEN"),
  "to walk": always("taken", "taken", "FORBIDDEN", "FORBIDDEN"),
  "to say something": always("taken", "taken", "taken", "NOT_HERE"),
  "to say nothing": always("NOTHING_SAID", "NOTHING_SAID", "NOTHING_SAID", "NOTHING_SAID"),
  "to change the name": always("taken", "taken", "taken", "NOT_HERE"),
  "to take another's name": always("NAME_TAKEN", "NAME_TAKEN", "NAME_TAKEN", "NAME_TAKEN"),
  "to sit down": always("taken", "taken", "taken", "taken"),
  "to watch": always("taken", "taken", "taken", "taken"),
};

function always(...answers: readonly string[]): Record<Phase, readonly string[]> {
  return { waiting: answers, play: answers, over: answers };
}

const cells = Object.entries(rules).flatMap(([action, by]) =>
  phases.flatMap((phase) =>
    roles.map((role, i) => ({ action, phase, role, answer: by[phase][i]! })),
  ),
);

test("[S-LUA43] every action has its rules", () => {
  expect(Object.keys(rules)).toEqual(Object.keys(actions));
});

describe("at a table of the game lobby", () => {
  test.each(cells)("[S-LUA43] a $role who asks $action in $phase: $answer", async (cell) => {
    const table = await tableIn(cell.phase);
    expect(table.seen.phase).toBe(cell.phase);
    const before = structuredClone(table.stage.state);
    expect(await actions[cell.action]!(table, accounts[cell.role])).toBe(cell.answer);
    // what is refused has changed nothing, and nothing was a fault
    if (cell.answer !== "taken") expect(table.stage.state).toEqual(before);
    expect(table.stage.log.of("error")).toEqual([]);
  });

  test.each(phases)(
    "[S-LUA43] takes no more players than there are places, in %s",
    async (phase) => {
      const table = await tableIn(phase);
      expect(await table.call("ann", "update_state", { set: { maxPlayers: 2 } })).toBe("taken");
      const before = structuredClone(table.stage.state);
      expect(await table.come("dan")).toBe("LOBBY_FULL");
      expect(await table.come("cid")).toBe("LOBBY_FULL");
      expect(table.stage.state).toEqual(before);
    },
  );

  test("[S-LUA43] tells all of another name at once, in the list, the chat and the end of a round too", async () => {
    const table = await tableIn("play");
    await table.call("ann", "say", { text: "Hi" });
    await table.call("ann", "rename", { name: "Eve" });
    await table.call("cid", "rename", { name: "Mallory" });
    await table.call("ann", "say", { text: "Hi again" });
    expect(table.seen).toMatchObject({ players: { ann: { name: "Eve" } } });
    expect(table.seen.watchers).toEqual({ cid: "Mallory" });
    expect(table.said.map(({ name }) => name)).toEqual(["ann", "Eve"]);
    const { lobbies } = (await table.stage.rpc("list_lobbies", {})) as { lobbies: unknown };
    expect(lobbies).toMatchObject([{ host: "Eve" }]);
    await table.leave("ann");
    expect(table.seen).toMatchObject({ winner: "ben", ended: "left", gone: "Eve" });
  });

  test("[S-LUA43] makes a watcher of a player and a player of a watcher, and the host goes on", async () => {
    const table = await tableIn("waiting");
    await table.leave("ann");
    expect(await table.come("ann", true)).toBe("taken");
    await table.leave("cid", true);
    expect(await table.come("cid")).toBe("taken");
    expect(table.seen.host).toBe("ben");
    expect(Object.keys(table.seen.players).sort()).toEqual(["ben", "cid"]);
    expect(table.seen.watchers).toEqual({ ann: "ann" });
  });
});
