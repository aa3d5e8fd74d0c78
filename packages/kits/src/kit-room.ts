import type { Room } from "@realmwright/core";
import type { EntityDefinition, Field } from "@realmwright/protocol";

/** What the kits need of a room. */
export type KitRoom = Pick<
  Room,
  "tick" | "tickRate" | "random" | "spawn" | "despawn" | "get" | "all" | "near" | "emit" | "refuse"
>;

/** Fields of an entity that has a place. */
export type Place = { readonly x: Field<number>; readonly y: Field<number> };

/** An entity type that has a place. */
export type PlacedDefinition = EntityDefinition<string, Place>;
