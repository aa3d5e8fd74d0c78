import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const folder = new URL("../../../../../games/lobby/scripts/", import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder).map((name) => [
    name.replace(".lua", ""),
    readFileSync(new URL(name, folder), "utf8"),
  ]),
);

interface State {
  readonly phase: string;
  readonly host?: string;
  readonly players: Record<string, { color: number; score: number; ready: boolean; away?: true }>;
  readonly watchers: Record<string, string>;
  readonly order: string[];
  readonly turn: number;
  readonly board: string;
  readonly columns: number;
  readonly rows: number;
  readonly winner?: string;
  readonly line?: number[];
}

test("[S-LUA30] the room of the guide does what the guide says", async () => {
  const guide = new URL("../../../../../docs/guide/scripting.md", import.meta.url);
  const [, source = ""] =
    /```lua\n(-- room: counter\n[^]+?)```/.exec(readFileSync(guide, "utf8")) ?? [];
  const stage = await ScriptedStage.open({ counter: source });
  const ann = await stage.join("ann");
  expect(await stage.ask(ann, "add", { by: 7, loud: null })).toBe("taken");
  expect(await stage.ask(ann, "add", { by: 0, loud: true })).toBe("NOTHING");
  expect(await stage.ask(ann, "note", { data: { any: "thing" } })).toBe("taken");
  expect(stage.state).toMatchObject({ total: 7, names: { ann: "ann" }, note: { any: "thing" } });
  expect(stage.own(ann)).toEqual({ last: 7 });
});

/** A table with these people at it. */
async function table(...names: string[]): Promise<{
  stage: ScriptedStage;
  seats: Record<string, number>;
  state: () => State;
  place: (who: string, column: number) => Promise<string>;
  begin: () => Promise<void>;
}> {
  const stage = await ScriptedStage.open(files);
  const seats: Record<string, number> = {};
  for (const name of names) seats[name] = await stage.join(name);
  const state = (): State => stage.state as unknown as State;
  return {
    stage,
    seats,
    state,
    place: (who, column) => stage.ask(seats[who]!, "place", { column }),
    async begin() {
      for (const name of names) await stage.ask(seats[name]!, "ready", { on: true });
      await stage.step(2);
    },
  };
}

const listed = async (stage: ScriptedStage): Promise<unknown[]> =>
  ((await stage.rpc("list_lobbies", {})) as { lobbies: unknown[] }).lobbies;

describe("a table of the game lobby", () => {
  test("[S-LUA43] begins when two or more are there and all are ready", async () => {
    const { stage, seats, state, begin } = await table("ann");
    await stage.ask(seats["ann"]!, "ready", { on: true });
    expect(state()).toMatchObject({
      phase: "waiting",
      host: "ann",
      players: { ann: { ready: true } },
    });
    seats["ben"] = await stage.join("ben");
    await stage.ask(seats["ben"], "ready", { on: true });
    await stage.ask(seats["ben"], "ready", { on: false });
    expect(state().phase).toBe("play");
    await begin();
    expect(state()).toMatchObject({
      phase: "play",
      order: ["ann", "ben"],
      turn: 1,
      columns: 7,
      rows: 6,
    });
    expect(state().board).toBe(".".repeat(42));
  });

  test("[S-LUA43] takes moves of whose turn it is, into columns with room", async () => {
    const { state, place, begin } = await table("ann", "ben");
    expect(await place("ann", 3)).toBe("NOT_NOW");
    await begin();
    expect(await place("ben", 3)).toBe("NOT_YOUR_TURN");
    expect(await place("ann", 9)).toBe("NO_SUCH_COLUMN");
    for (const who of ["ann", "ben", "ann", "ben", "ann", "ben"]) {
      expect(await place(who, 3)).toBe("taken");
    }
    expect(await place("ann", 3)).toBe("COLUMN_FULL");
    expect([0, 1, 2, 3, 4, 5].map((row) => state().board[row * 7 + 3]).join("")).toBe("212121");
  });

  test("[S-LUA43] gives everyone in a round the same time for a move", async () => {
    const { stage, state, place, begin } = await table("ann", "ben");
    await begin();
    const endsMs = (): number => (state() as unknown as { turnEndsMs: number }).turnEndsMs;
    const leftMs = (): number => endsMs() - stage.clock.wallMs();
    const before = leftMs();
    await stage.rpc("update_state", { room: "arena-1", set: { turnSeconds: 300 } });
    expect(await place("ann", 3)).toBe("taken");
    expect(Math.abs(leftMs() - before)).toBeLessThan(1000);
  });

  test.each([
    ["across", [0, 0, 1, 1, 2, 2, 3], [35, 36, 37, 38]],
    ["upwards", [0, 1, 0, 1, 0, 1, 0], [14, 21, 28, 35]],
    ["rising", [0, 1, 1, 2, 6, 2, 2, 3, 3, 3, 3], [17, 23, 29, 35]],
    ["falling", [6, 5, 5, 4, 0, 4, 4, 3, 3, 3, 3], [17, 25, 33, 41]],
    ["five at once", [0, 0, 1, 1, 3, 3, 4, 4, 2], [35, 36, 37, 38, 39]],
  ])("[S-LUA43] is won by four %s", async (_, moves, line) => {
    const { stage, state, place, begin } = await table("ann", "ben");
    await begin();
    for (const [i, column] of moves.entries()) {
      expect(await place(i % 2 === 0 ? "ann" : "ben", column)).toBe("taken");
    }
    await stage.step(2);
    expect(state()).toMatchObject({ phase: "over", winner: "ann", players: { ann: { score: 1 } } });
    expect(state().line!.toSorted((a, b) => a - b)).toEqual(line);
    expect(await place("ben", 6)).toBe("NOT_NOW");
    await begin();
    // the other one begins
    expect(state()).toMatchObject({ phase: "play", order: ["ben", "ann"] });
    expect(state()).not.toHaveProperty("winner");
  });

  test("[S-LUA43] is drawn when the board is full", async () => {
    const { stage, state, place, begin } = await table("ann", "ben");
    await begin();
    const columns = [0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 2, 3, 2, 3, 3, 2, 3, 2, 2, 3, 2, 3];
    const rest = [4, 5, 4, 5, 5, 4, 5, 4, 4, 5, 4, 5, 6, 6, 6, 6, 6, 6];
    for (const [i, column] of [...columns, ...rest].entries()) {
      expect(await place(i % 2 === 0 ? "ann" : "ben", column)).toBe("taken");
    }
    await stage.step(2);
    expect(state()).toMatchObject({ phase: "over", winner: "", players: { ann: { score: 0 } } });
  });

  test("[S-LUA43] is larger for more, who move in turn; a turn that is slept through passes", async () => {
    const { stage, state, place, begin } = await table("ann", "ben", "cid", "dan");
    await begin();
    expect(state()).toMatchObject({ columns: 10, rows: 8, order: ["ann", "ben", "cid", "dan"] });
    await place("ann", 0);
    await stage.step(305);
    expect(state()).toMatchObject({ late: "ben" });
    expect(await place("ben", 0)).toBe("NOT_YOUR_TURN");
    expect(await place("cid", 0)).toBe("taken");
    await stage.step(2);
    expect(state()).not.toHaveProperty("late");
    expect(state().players).toMatchObject({ cid: { color: 3 }, dan: { color: 4 } });
  });

  test("[S-LUA43] takes who fits in, lets others watch, and gives the place of who goes away", async () => {
    const { stage, seats, state } = await table("ann");
    await stage.rpc("update_state", { room: "arena-1", set: { maxPlayers: 2 } });
    await stage.join("ben");
    expect(await stage.askIn("cid")).toBe("LOBBY_FULL");
    await stage.join("cid", { spectate: true });
    expect(state()).toMatchObject({ watchers: { cid: "cid" } });
    stage.bench.room.leave(seats["ann"]!, { code: "LEFT" });
    await stage.step(3);
    expect(state()).toMatchObject({ host: "ben", watchers: { cid: "cid" } });
    await stage.join("dan");
    expect(state().players).toMatchObject({ ben: { color: 2 }, dan: { color: 1 } });
  });

  test("[S-LUA43] goes on without who leaves it, and ends with the last one", async () => {
    const { stage, seats, state, place, begin } = await table("ann", "ben", "cid");
    await begin();
    await place("ann", 0);
    stage.bench.room.leave(seats["ann"]!, { code: "LEFT" });
    await stage.step(3);
    expect(state()).toMatchObject({ phase: "play", order: ["ben", "cid"], turn: 1 });
    expect(await place("ben", 0)).toBe("taken");
    stage.bench.room.leave(seats["cid"]!, { code: "LEFT" });
    await stage.step(3);
    expect(state()).toMatchObject({ phase: "over", winner: "ben", players: { ben: { score: 1 } } });
    expect(state()).toMatchObject({ ended: "left", gone: "cid" });
  });

  test("[S-LUA43] says that who did not come back has lost, until the next round", async () => {
    const { stage, seats, state, begin } = await table("ann", "ben");
    await begin();
    stage.bench.room.drop(seats["ann"]!);
    await stage.step(310);
    expect(state()).toMatchObject({ phase: "over", winner: "ben", ended: "away", gone: "ann" });
    const ann = await stage.join("ann");
    for (const seat of [ann, seats["ben"]!]) await stage.ask(seat, "ready", { on: true });
    await stage.step(2);
    expect(state().phase).toBe("play");
    expect(state()).not.toHaveProperty("ended");
    expect(state()).not.toHaveProperty("gone");
  });

  test("[S-LUA36] knows who watches from another place at once", async () => {
    const { stage, state } = await table("ann");
    const before = await stage.join("cid", { spectate: true });
    stage.bench.room.leave(before, { code: "LEFT" });
    await stage.join("cid", { spectate: true });
    expect(state()).toMatchObject({ watchers: { cid: "cid" } });
    stage.bench.room.leave(await stage.join("dan", { spectate: true }), { code: "LEFT" });
    await stage.step(3);
    expect(stage.state["watchers"]).toEqual({ cid: "cid" });
  });

  test("[S-LUA43] shows who is away, and where tokens walk", async () => {
    const { stage, seats, state } = await table("ann", "ben");
    stage.bench.room.drop(seats["ben"]!);
    await stage.step(3);
    expect(state().players["ben"]!.away).toBe(true);
    stage.bench.room.reconnect(seats["ben"]!);
    const moved = await stage.rpc("move_player", { room: "arena-1", x: 30, y: 7 });
    expect(moved).toEqual({ x: 30, y: 7, accepted: true });
    await stage.step(3);
    expect(state().players["ben"]).not.toHaveProperty("away");
    expect(stage.state["token:ann"]).toMatchObject({ x: 30, y: 7 });
    stage.bench.room.leave(seats["ann"]!, { code: "LEFT" });
    await stage.step(3);
    expect(stage.state).not.toHaveProperty("token:ann");
  });

  test("[S-LUA43] is in the list as it is, until it ends", async () => {
    const { stage, seats, begin } = await table("ann", "ben");
    const line = { id: "arena-1", name: "Open table", host: "ann", max: 4, watchers: 0 };
    expect(await listed(stage)).toMatchObject([{ ...line, players: 2, phase: "waiting" }]);
    await begin();
    // also after it has not changed for long
    await stage.step(900);
    expect(await listed(stage)).toMatchObject([{ ...line, players: 2, phase: "play" }]);
    for (const seat of Object.values(seats)) stage.bench.room.leave(seat, { code: "LEFT" });
    await stage.step(3);
    await stage.rooms.close();
    expect(await listed(stage)).toEqual([]);
  });
});
