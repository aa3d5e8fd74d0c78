import { compileRoom, type CompiledRoom } from "../schema/compile.ts";
import { document, entity, event, input } from "../schema/definition.ts";
import { t } from "../schema/field.ts";

/* A small room with a field of every kind, for tests and for the examples of the reference. */

export const Player = entity("player", {
  x: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  y: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  heading: t.angle(8),
  hp: t.uint(100).default(100),
  mood: t.enum(["calm", "angry"]),
  target: t.entity(),
  name: t.string(24).static(),
  gold: t.uint(1_000_000).audience("owner"),
  seed: t.float().unreplicated(),
  effects: t.list(t.enum(["haste", "regeneration"]), 8).audience("team"),
  mount: t.optional(t.uint(7)),
});

export const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });

export const Cast = input("cast", {
  spell: t.enum(["bolt", "heal"]),
  target: t.entity(),
  at: t.optional(t.object({ x: t.position({ min: 0, max: 1024, step: 1 }), y: t.float() })),
  power: t.int(-3, 3).default(1),
});

export const Hit = event("hit", { target: t.entity(), damage: t.uint(255) });

export const Board = document("board", {
  phase: t.enum(["lobby", "play"]),
  scores: t.list(
    t.object({ name: t.string(24), score: t.uint(1_000_000), kills: t.uint(255) }),
    100,
  ),
});

export const Purse = document("purse", {
  note: t.optional(t.string(40)),
  marks: t.list(t.entity(), 4),
  extra: t.json(400),
});

export const sampleSchema: {
  readonly entities: { readonly Player: typeof Player };
  readonly inputs: { readonly Move: typeof Move; readonly Cast: typeof Cast };
  readonly events: { readonly Hit: typeof Hit };
  readonly documents: { readonly shared: typeof Board; readonly private: typeof Purse };
} = {
  entities: { Player },
  inputs: { Move, Cast },
  events: { Hit },
  documents: { shared: Board, private: Purse },
};

export function sampleRoom(): CompiledRoom {
  return compileRoom(sampleSchema);
}
