import { defineGame, room } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import { withDefaults } from "./room-defaults.ts";

const game = defineGame({
  name: "two",
  rooms: { own: room({ tickRate: 30 }), none: room({ maxPlayers: 3 }) },
  entry: "own",
});

describe("what rooms do not say", () => {
  it("is taken from the configuration, and nothing else changes", () => {
    const { rooms, ...rest } = withDefaults(game, { tickRate: 60 });
    expect(rooms["own"]).toBe(game.rooms.own);
    expect(rooms["none"]?.options).toEqual({ maxPlayers: 3, tickRate: 60 });
    expect(rest).toEqual({ kind: "game", name: "two", entry: "own" });
    expect(game.rooms.none.options.tickRate).toBeUndefined();
  });

  it("stays so where the configuration says nothing", () => {
    expect(withDefaults(game, {})).toBe(game);
  });
});
