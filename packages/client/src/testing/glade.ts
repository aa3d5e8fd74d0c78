import { defineGame, room } from "@realmwright/core";
import { document, entity, event, input, type Of, t } from "@realmwright/protocol";
import type { GameHalf } from "../game-types.ts";

export const Walker = entity("walker", {
  x: t.position({ min: 0, max: 512, step: 1 / 32 }),
  y: t.position({ min: 0, max: 512, step: 1 / 32 }),
  hp: t.uint(100),
  mood: t.enum(["calm", "angry"]),
  name: t.string(24).static(),
});
export const Post = entity("post", { x: t.position({ min: 0, max: 512, step: 1 }) });
export const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
export const Poke = input("poke", { target: t.entity() });
export const Wave = input("wave", { times: t.uint(9) });
export const Poked = event("poked", { by: t.entity(), times: t.uint(100) });
export const Board = document("board", { pokes: t.uint(1000), log: t.list(t.string(24), 8) });

export function step(walker: Of<typeof Walker>, move: Of<typeof Move>, dt: number): void {
  walker.x += move.dx * 6 * dt;
  walker.y += move.dy * 6 * dt;
}

const place = () =>
  room({
    entities: { Walker, Post },
    inputs: { Move, Poke, Wave },
    events: { Poked },
    documents: { shared: Board },
    joinOptions: { hat: t.uint(9) },
    predict: { entity: Walker, input: Move, step },
  });

/** The game of the client's own tests; the fake server plays its rules. */
export const glade = defineGame({ name: "glade", rooms: { glade: place(), cave: place() } });
export type Glade = typeof glade;

export const half: GameHalf = {
  rooms: {
    glade: { predict: { entity: Walker, input: Move, step } },
    cave: { predict: { entity: Walker, input: Move, step } },
  },
};
