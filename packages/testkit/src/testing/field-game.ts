import { defineGame, room } from "@realmwright/core";
import { document, entity, event, input, type Of, t } from "@realmwright/protocol";

const side = 1024;

export const Walker = entity("walker", {
  x: t.position({ min: 0, max: side, step: 1 / 32 }),
  y: t.position({ min: 0, max: side, step: 1 / 32 }),
  heading: t.angle(8),
  hp: t.uint(100).default(100),
  gold: t.uint(1000).audience("owner"),
  name: t.string(24).static(),
  mood: t.enum(["calm", "angry"]),
});
const Tree = entity("tree", {
  x: t.position({ min: 0, max: side, step: 1 / 32 }),
  y: t.position({ min: 0, max: side, step: 1 / 32 }),
});
export const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
export const Strike = input("strike", { target: t.entity() });
export const Shout = input("shout", { text: t.string(100) });
export const Shove = input("shove", { by: t.int(-100, 100) });
export const Door = input("door", { to: t.string(64) });
export const Hit = event("hit", { target: t.entity(), damage: t.uint(255) });
export const Heard = event("heard", { text: t.string(100), from: t.entity() });
const Board = document("board", { shouts: t.uint(1000), last: t.string(100) });
const Purse = document("purse", { coins: t.uint(1000) });

export const walkingSpeed = 6;

/** The step that client and server share. */
export const walking = {
  entity: Walker,
  input: Move,
  step: (walker: Of<typeof Walker>, { dx, dy }: Of<typeof Move>, dt: number): void => {
    walker.x += dx * walkingSpeed * dt;
    walker.y += dy * walkingSpeed * dt;
  },
} as const;

const place = (tickRate: number, trees: number, graceMs: number) =>
  room({
    entities: { Walker, Tree },
    inputs: { Move, Strike, Shout, Shove, Door },
    events: { Hit, Heard },
    documents: { shared: Board, private: Purse },
    joinOptions: { x: t.uint(side).default(100), banned: t.bool().default(false) },
    tickRate,
    graceMs,
    predict: walking,
    create: (room) => {
      for (let i = 0; i < trees; i++) room.spawn(Tree, { x: 10 + i, y: 10 });
    },
    admit: (room, { options }) => (options.banned ? room.refuse("BANNED") : undefined),
    join: (room, player, { x }) => {
      room.spawn(Walker, { owner: player, x, y: 100, name: player.name, gold: 7 });
    },
    on: {
      strike: (room, player, { target }) => {
        const victim = room.get(Walker, target);
        if (victim === undefined) return room.refuse("NOBODY_THERE");
        if (victim.id === player.entity?.id) return room.refuse("NOT_ONESELF");
        victim.hp -= 10;
        room.emit(Hit, { target: victim.id, damage: 10 }, "all");
        return undefined;
      },
      shout: (room, player, { text }) => {
        room.emit(Heard, { text, from: player.entity?.id ?? 0 }, "all");
        room.document.update((board) => {
          board.shouts++;
          board.last = text;
        });
        player.document.update((purse) => {
          purse.coins++;
        });
      },
      shove: (room, player, { by }) => {
        const walker = room.get(Walker, player.entity?.id ?? 0);
        if (walker !== undefined) walker.x += by;
      },
      door: (room, player, { to }) => room.transfer(player, to, { x: 500 }),
    },
  });

/** A small game for tests: one walks, strikes, shouts, is shoved and goes through doors. */
export function fieldGame(
  options: { readonly tickRate?: number; readonly trees?: number; readonly graceMs?: number } = {},
) {
  const { tickRate = 20, trees = 3, graceMs = 30_000 } = options;
  return defineGame({
    name: "field",
    rooms: { field: place(tickRate, trees, graceMs), cave: place(tickRate, 0, graceMs) },
  });
}

export type FieldGame = ReturnType<typeof fieldGame>;
