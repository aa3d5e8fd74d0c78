import type { Entity } from "@realmwright/core";
import { t, type EntityDefinition, type Field } from "@realmwright/protocol";
import type { Place } from "../kit-room.ts";

/** What a creature is about, for clients to show. "attack" is the winding up before a blow: the time to step aside. */
export type Mood = "idle" | "chase" | "attack" | "flee" | "return";

/** Fields of an entity that the kit steers. */
export type NpcFields = {
  readonly mood: Field<Mood>;
  /** Where it looks, in radians. */
  readonly heading: Field<number>;
  /** Its kind, as an index into the names of the kinds table. */
  readonly npcKind: Field<number>;
  /** The area that it belongs to + 1, 0 for none. */
  readonly npcArea: Field<number>;
  readonly homeX: Field<number>;
  readonly homeY: Field<number>;
  /** Number of its body in the kit. */
  readonly npcBody: Field<number>;
};

/** Spread into the fields of an entity that the kit steers. */
export const npcFields: NpcFields = {
  mood: t.enum(["idle", "chase", "attack", "flee", "return"]),
  heading: t.angle(8),
  npcKind: t.uint(255).static(),
  npcArea: t.uint(65_535).unreplicated(),
  homeX: t.float().unreplicated(),
  homeY: t.float().unreplicated(),
  npcBody: t.uint(65_535).unreplicated(),
};

/** An entity type that the kit steers: `x`, `y` and `npcFields`. */
export type NpcDefinition = EntityDefinition<string, NpcFields & Place>;

export type Npc = Entity<NpcDefinition>;
