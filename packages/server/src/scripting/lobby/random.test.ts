// Three people do whatever comes into their heads at a table of the game lobby; it stays as the model says.
import fc from "fast-check";
import { expect, test } from "vitest";
import { LobbyModel } from "./testing/lobby-model.ts";
import { LobbyStage } from "./testing/lobby-stage.ts";

interface Deed {
  readonly who: string;
  readonly what: string;
  readonly number: number;
}

const people = ["ann", "ben", "cid"];
const who = fc.constantFrom(...people);
const number = fc.nat({ max: 9 });
const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: deed("sit", "watch", "leave", "leave watching") },
    { weight: 4, arbitrary: deed("ready", "ready", "ready", "unready") },
    { weight: 16, arbitrary: deed("place", "place in turn", "place in turn", "place in turn") },
    { weight: 2, arbitrary: deed("drop", "reconnect", "sleep", "lapse") },
    { weight: 3, arbitrary: deed("say", "rename", "limit") },
  ),
  { minLength: 20, maxLength: 80, size: "max" },
);
/** So many have come and are ready when it begins. */
const beginnings = fc.constantFrom(1, 2, 3, 3);

function deed(...what: readonly string[]): fc.Arbitrary<Deed> {
  return fc.record({ who, what: fc.constantFrom(...what), number });
}

/** Does one thing at the table and in the model. Answers what both were answered; undefined where it can not be done. */
async function both(
  table: LobbyStage,
  model: LobbyModel,
  { who, what, number }: Deed,
): Promise<readonly [is: string | void, shall: string | void] | undefined> {
  const player = model.players.get(who);
  // a table that nobody is at ends
  const isLast = model.players.size + model.watchers.size === 1;
  switch (what) {
    case "sit":
      if (player?.away === true) return undefined;
      return [await table.come(who), model.sit(who)];
    case "watch":
      return [await table.come(who, true), model.watch(who)];
    case "leave":
      if (player === undefined || isLast) return undefined;
      return [await table.leave(who), model.leave(who, "left")];
    case "leave watching":
      if (!model.watchers.has(who) || isLast) return undefined;
      model.watchers.delete(who);
      return [await table.leave(who, true), undefined];
    case "ready":
    case "unready": {
      if (player === undefined || player.away) return undefined;
      const on = what === "ready";
      return [await table.act(who, "ready", { on }), model.ready(who, on)];
    }
    case "place":
      if (player === undefined || player.away) return undefined;
      return [await table.act(who, "place", { column: number }), model.place(who, number)];
    case "place in turn": {
      const [mover] = model.queue;
      if (mover === undefined || model.players.get(mover)?.away !== false) return undefined;
      const column = number % 4;
      return [await table.act(mover, "place", { column }), model.place(mover, column)];
    }
    case "drop":
      if (player === undefined || player.away) return undefined;
      player.away = true;
      return [await table.drop(who), undefined];
    case "reconnect":
      if (player?.away !== true) return undefined;
      player.away = false;
      return [await table.reconnect(who), undefined];
    case "sleep":
      table.stage.clock.advance(301_000);
      return [await table.stage.step(2), model.timeUp()];
    case "say":
      // so slowly that it is never too fast, and that no time for a move is up
      table.stage.clock.advance(1100);
      return [await table.call(who, "say", { text: `${number}` }), model.say(who, `${number}`)];
    case "rename": {
      const name = ["Ann", "Ben", "Eve", "Zoë"][number % 4]!;
      return [await table.call(who, "rename", { name }), model.rename(who, name)];
    }
    case "limit": {
      const maxPlayers = 2 + (number % 3);
      const set = { maxPlayers };
      return [await table.call(who, "update_state", { set }), model.limit(who, maxPlayers)];
    }
    case "lapse": {
      const away = [...model.players].filter(([, one]) => one.away).map(([account]) => account);
      const stay = model.players.size - away.length + model.watchers.size;
      if (away.length !== 1 || stay === 0) return undefined;
      return [await table.lapse(), model.leave(away[0]!, "away")];
    }
  }
  throw new Error(what);
}

/** What all see, without what only the clock decides. */
function seenIn({ seen, said }: LobbyStage): object {
  const { phase, host, players, watchers, winner, ended, gone, late, maxPlayers } = seen;
  const { order = [], turn = 1, board = "" } = seen;
  const queue = [...order.slice(turn - 1), ...order.slice(0, turn - 1)];
  return {
    ...{ phase, host, watchers, winner, ended, gone, late, maxPlayers, board },
    ...(phase === "play" ? { queue } : {}),
    said: said.map(({ by, name, color, text }) => ({ by, name, color, text })),
    players: Object.fromEntries(
      Object.entries(players).map(([account, { name, color, ready, score, away = false }]) => [
        account,
        { name, color, ready, score, away },
      ]),
    ),
  };
}

function seenBy(model: LobbyModel): object {
  const { phase, host, winner, ended, gone, late, maxPlayers, said, queue } = model;
  return {
    ...{ phase, host, winner, ended, gone, late, maxPlayers, said },
    watchers: Object.fromEntries(model.watchers),
    board: model.cells
      .flat()
      .map((color) => color || ".")
      .join(""),
    ...(phase === "play" ? { queue } : {}),
    players: Object.fromEntries(
      [...model.players].map(([account, { name, color, ready, score, away }]) => [
        account,
        { name, color, ready, score, away },
      ]),
    ),
  };
}

test("[S-LUA43] whatever three people do, the table is as its rules say", async () => {
  const done = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(beginnings, deeds, async (count, all) => {
      const table = await LobbyStage.open();
      const model = new LobbyModel();
      const set = { turnSeconds: 300 };
      await table.come("ann");
      model.sit("ann");
      expect(await table.call("ann", "update_state", { set })).toBe("taken");
      for (const what of ["sit", "ready"]) {
        for (const who of people.slice(0, count))
          await both(table, model, { who, what, number: 0 });
      }
      let lapses = 0;
      for (const one of all) {
        // so many that no time for a move is up by them
        if (one.what === "lapse" && ++lapses > 3) continue;
        const answers = await both(table, model, one);
        if (answers === undefined) continue;
        const [is, shall] = answers;
        expect([one, is]).toEqual([one, shall]);
        expect([one, seenIn(table)]).toEqual([one, seenBy(model)]);
        const { line = [], winner } = table.seen;
        const cells =
          model.phase === "over" && model.ended === undefined && winner !== "" ? line : [];
        const fours = model.lines();
        for (const cell of cells) expect(fours.some((four) => four.includes(cell))).toBe(true);
        const kind = `${one.what}: ${is ?? "done"}`;
        done.set(kind, (done.get(kind) ?? 0) + 1);
      }
      expect(table.stage.log.of("error")).toEqual([]);
    }),
    { numRuns: 80 },
  );
  // it has come to what matters
  for (const kind of ["place in turn: taken", "ready: NOT_NOW", "place: NOT_YOUR_TURN"]) {
    expect(done.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }
});
