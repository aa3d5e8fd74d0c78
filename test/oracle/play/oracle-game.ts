import { defineGame, type GameDefinition, type Room, room } from "@realmwright/core";
import {
  document,
  entity,
  type EntityDefinition,
  event,
  type Field,
  input,
  type Of,
  t,
} from "@realmwright/protocol";
import { fieldOf } from "@realmwright/protocol/internal";
import { type FieldShape, shapes } from "../model/shapes.ts";
import type { Director } from "./director.ts";

const fieldFrom = ({ spec, isStatic, isHidden, audience }: FieldShape): Field<unknown> => {
  const plain = fieldOf(spec).audience(audience);
  if (isHidden) return plain.unreplicated();
  return isStatic ? plain.static() : plain;
};

/** The game's entities, made of the same data as the oracle's. */
export const entities: Readonly<Record<string, EntityDefinition>> = Object.fromEntries(
  shapes.map(({ name, fields }) => [
    name,
    entity(name, Object.fromEntries(fields.map((one) => [one.name, fieldFrom(one)]))),
  ]),
);

/** What a player does all the time, predicted. `n` counts them. */
export const Walk = input("walk", { dx: t.unit(8), n: t.uint(0xff_ffff) });
/** Names what the player believes to see under a handle. */
export const Poke = input("poke", {
  target: t.entity(),
  tag: t.uint(0xff_ffff),
  n: t.uint(0xff_ffff),
  refuse: t.bool(),
});
export const Ping = event("ping", { n: t.uint(0xff_ffff), who: t.entity() });
/** The same without an entity, so that it is encoded once for all. */
export const Note = event("note", { n: t.uint(0xff_ffff) });
const Board = document("board", {
  phase: t.enum(["wait", "play", "over"]),
  round: t.uint(1_000_000),
  scores: t.list(t.object({ name: t.string(16), points: t.uint(1000) }), 12),
});
const Own = document("own", { gold: t.uint(1_000_000), holder: t.string(24) });

/** The documents as they begin. */
export const firstShared = { phase: "wait", round: 0, scores: [] };
export const firstOwn = { gold: 0, holder: "" };

export type OracleRoom = Room<typeof Board, typeof Own>;

/** A game that has no rules of its own: all that happens in it is the director's. */
export function oracleGame(director: Director): GameDefinition {
  const kinds = director.script.rooms.map((about) => {
    const { name, tickRate, sendRate, interest, maxEntities } = about;
    const kind = room({
      entities,
      inputs: { Walk, Poke },
      events: { Ping, Note },
      documents: { shared: Board, private: Own },
      tickRate,
      sendRate,
      maxEntities,
      maxPlayers: 100,
      permanent: true,
      ...(interest === undefined ? {} : { interest }),
      predict: {
        entity: entities["walker"]!,
        input: Walk,
        step: (walker: Record<string, unknown>, walk, _dt, at: OracleRoom) =>
          director.step(at, walker, walk),
      },
      setup: (at) => {
        at.stepContext = at;
        director.begin(at);
      },
      join: (at, player) => director.join(at, player),
      spectate: (at, spectator) => director.join(at, spectator),
      leave: (at, player) => director.leave(at, player),
      on: {
        poke: (at, player, data) => director.poke(at, player, data),
      },
      tick: (at) => director.tick(at),
    });
    return [name, kind] as const;
  });
  return defineGame({ name: "oracle", rooms: Object.fromEntries(kinds) }) as GameDefinition;
}

export type WalkData = Of<typeof Walk>;
export type PokeData = Of<typeof Poke>;
