import { defineGame, room, type GameDefinition } from "@realmwright/core";
import { document, entity, event, input, t } from "@realmwright/protocol";
import {
  compileDescriptor,
  compileRoom,
  type CompiledRoom,
  type RoomLookup,
} from "@realmwright/protocol/internal";

/* A small game with a field of every kind, so that every part of every codec has something to read. */

const side = 256;

export const Walker = entity("walker", {
  x: t.position({ min: 0, max: side, step: 1 / 32 }),
  y: t.position({ min: 0, max: side, step: 1 / 32 }),
  heading: t.angle(8),
  hp: t.uint(1000).default(100),
  mood: t.enum(["calm", "angry", "asleep"]),
  target: t.entity(),
  name: t.string(24).static(),
  title: t.string(16),
  effects: t.list(t.uint(6), 5),
  mount: t.optional(t.uint(4)),
  speed: t.float(),
  lean: t.unit(6),
  gold: t.uint(1_000_000).audience("owner"),
  plan: t.int(-5, 900).audience("team"),
  hidden: t.bool().unreplicated(),
});
export const Banner = entity("banner", {
  score: t.int(-50, 50),
  spot: t.optional(t.object({ x: t.float(), y: t.angle(5) })),
});
const Crate = entity("crate", {
  x: t.position({ min: 0, max: side, step: 1 }),
  y: t.position({ min: 0, max: side, step: 1 }),
  open: t.bool(),
});

const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
const Cast = input("cast", {
  spell: t.enum(["bolt", "heal", "ward"]),
  target: t.entity(),
  at: t.optional(t.object({ x: t.position({ min: 0, max: side, step: 1 }), y: t.float() })),
  power: t.int(-3, 3).default(1),
});
const Say = input("say", { words: t.list(t.string(12), 6), to: t.list(t.entity(), 4) });
const Door = input("door", { to: t.string(64) });
const Jot = input("jot", { data: t.json(300) });
export const Hit = event("hit", { target: t.entity(), damage: t.uint(200), at: t.angle(6) });
const Said = event("said", { words: t.list(t.string(12), 6), by: t.entity() });
const Board = document("board", {
  phase: t.enum(["lobby", "play"]),
  scores: t.list(t.object({ name: t.string(24), score: t.uint(1_000_000) }), 20),
});
const Purse = document("purse", {
  note: t.optional(t.string(40)),
  marks: t.list(t.entity(), 4),
  jotted: t.json(300),
});

const schema = {
  entities: { Walker, Banner, Crate },
  inputs: { Move, Cast, Say, Door, Jot },
  events: { Hit, Said },
  documents: { shared: Board, private: Purse },
};

export const gameRoom: CompiledRoom = compileRoom(schema);
/** As clients and edges have it: without what is not replicated. */
export const wireRoom: CompiledRoom = compileDescriptor(gameRoom.descriptor);

/** A room in which nothing can be said. */
const emptyRoom: CompiledRoom = compileRoom({});
/** The membership of that room. */
export const emptyMembership = 254;

/** All other memberships are in a meadow. */
export const rooms: RoomLookup = (key) => {
  if (key === emptyMembership) return emptyRoom;
  return typeof key === "number" || key === "meadow" ? wireRoom : undefined;
};

const place = (maxPlayers: number) =>
  room({
    ...schema,
    tickRate: 20,
    maxPlayers,
    maxSpectators: 4,
    graceMs: 2000,
    interest: { enter: 60, leave: 72, nearest: 40 },
    joinOptions: { x: t.uint(side).default(100), banned: t.bool().default(false) },
    predict: {
      entity: Walker,
      input: Move,
      step: (walker, { dx, dy }, dt) => {
        walker.x += dx * 6 * dt;
        walker.y += dy * 6 * dt;
      },
    },
    create: (room) => {
      room.spawn(Banner, { score: 1 });
      for (let i = 0; i < 12; i++) room.spawn(Crate, { x: 90 + i, y: 95 + (i % 5) });
    },
    admit: (room, { options }) => (options.banned ? room.refuse("BANNED") : undefined),
    join: (room, player, { x }) => {
      room.spawn(Walker, { owner: player, team: player.seat % 2, x, y: 100, name: player.name });
    },
    tick: (room) => {
      for (const crate of room.all(Crate)) if (room.random.chance(0.05)) crate.open = !crate.open;
      for (const banner of room.all(Banner)) banner.score = (room.tick % 100) - 50;
    },
    on: {
      cast: (room, player, { spell, target, power }) => {
        const victim = room.get(Walker, target);
        if (victim === undefined) return room.refuse("NOBODY_THERE");
        victim.hp = Math.max(0, Math.min(1000, victim.hp - power));
        victim.mood = spell === "heal" ? "calm" : "angry";
        victim.target = player.entity?.id ?? 0;
        room.emit(Hit, { target: victim.id, damage: 3, at: 1 }, "all");
        return undefined;
      },
      say: (room, player, { words }) => {
        room.emit(Said, { words, by: player.entity?.id ?? 0 }, "all");
        room.document.update((board) => {
          board.phase = board.phase === "play" ? "lobby" : "play";
          board.scores = [...board.scores.slice(-5), { name: player.name, score: words.length }];
        });
        player.document.update((purse) => {
          purse.note = words[0] ?? null;
        });
      },
      door: (room, player, { to }) => room.transfer(player, to),
      jot: (_, player, { data }) => {
        player.document.update((purse) => {
          purse.jotted = data;
        });
      },
    },
  });

/** The game: a meadow, a cave, and a room for two. */
export function meadow(): GameDefinition {
  return defineGame({
    name: "meadow",
    rooms: { meadow: place(50), cave: place(50), cell: place(2) },
  });
}
