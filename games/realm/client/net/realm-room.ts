import type { AnyRoom, Client, ClientRoom, GameHalf, SeenEntity } from "realmwright/client";
import type game from "../../server.ts";
import { Move, Player, step } from "../../shared.ts";

/** The game's types, without a line of its rules. */
export type Realm = typeof game;
export type RealmClient = Client<Realm>;
export type RealmRoom = ClientRoom<AnyRoom<Realm>>;
export type PlayerSeen = SeenEntity<typeof Player>;

/** What the client shares with the server besides types: one's own motion, on the map's collision grid. */
export const half: GameHalf = {
  rooms: Object.fromEntries(
    (["town", "forest"] satisfies (keyof Realm["rooms"])[]).map((name) => [
      name,
      { predict: { entity: Player, input: Move, step }, needsContext: true },
    ]),
  ),
};
