import type { GameDefinition, RoomDefinition } from "@realmwright/core";

/** What holds in rooms that do not say it themselves. */
export interface RoomDefaults {
  readonly tickRate?: number | undefined;
}

/** The game with these defaults in its rooms. */
export function withDefaults(game: GameDefinition, { tickRate }: RoomDefaults): GameDefinition {
  if (tickRate === undefined) return game;
  const rooms = Object.entries(game.rooms).map(([name, room]): [string, RoomDefinition] => [
    name,
    room.options.tickRate === undefined
      ? { ...room, options: { ...room.options, tickRate } }
      : room,
  ]);
  return { ...game, rooms: Object.fromEntries(rooms) };
}
