import { describe, expect, it } from "vitest";
import { planned, sampleOf } from "./plan.ts";
import type { Direction } from "./tap.ts";

function heard(kinds: Direction["kinds"]): Direction {
  return { bytes: 1_000, frames: 10, kinds };
}

/** Of every kind a hundred, one of them larger than the others. */
function all(direction: "up" | "down"): Direction["kinds"] {
  const names = planned.filter((row) => row.direction === direction).flatMap(({ kinds }) => kinds);
  return Object.fromEntries(names.map((name) => [name, { count: 100, bytes: 207, largest: 9 }]));
}

describe("what went over the wire", () => {
  it("is told by kind, per player and second", () => {
    const sample = sampleOf({
      seconds: 5,
      sockets: 2,
      up: heard(all("up")),
      down: heard(all("down")),
    });
    expect(sample).toMatchObject({
      unseen: 0,
      "PlayerInput up size": 2.07,
      "PlayerInput up largest": 9,
      "PlayerInput up rate": 10,
      "PlayerInput up flow": 0.0207,
      total: 0.2,
    });
  });

  it("has no size for a kind that never came, and counts it as one of the seed's table", () => {
    const { snapshot: _snapshot, chat: _chat, ...down } = all("down");
    const sample = sampleOf({ seconds: 5, sockets: 2, up: heard({}), down: heard(down) });
    expect(sample).toMatchObject({
      // PlayerInput, Heartbeat, StateUpdate; acks are no kind of the seed's.
      unseen: 3,
      "StateUpdate down size": NaN,
      "StateUpdate down largest": NaN,
      "GameEvent down largest": 9,
    });
  });

  it("is not told when not all players came", () => {
    const nothing = heard({});
    expect(() => sampleOf({ seconds: -1, sockets: 2, up: nothing, down: nothing })).toThrow(
      "not all bots",
    );
  });
});
