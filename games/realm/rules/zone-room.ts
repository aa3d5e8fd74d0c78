import type { CollisionGrid, Entity, Player as Seat, Room } from "realmwright";
import type { Combat, Npcs } from "realmwright/kits";
import type { AbilityName, EffectName } from "../content/abilities.ts";
import type { MonsterName } from "../content/monsters.ts";
import type { RealmMap } from "../content/realm-map.ts";
import type { scoreState } from "./score.ts";
import type { Board, Deeds, Loot, Monster, Player, Villager } from "../shared.ts";

/** A town or a forest, as its rules see it. */
export type ZoneRoom = Room<typeof Board, typeof Deeds, typeof scoreState, CollisionGrid, RealmMap>;

/** Who sits in it. */
export type ZoneSeat = Seat<typeof Deeds>;

export type PlayerEntity = Entity<typeof Player>;
export type MonsterEntity = Entity<typeof Monster>;
export type VillagerEntity = Entity<typeof Villager>;
export type LootEntity = Entity<typeof Loot>;

export type ZoneCombat = Combat<AbilityName, EffectName>;
export type Monsters = Npcs<typeof Monster, MonsterName>;

/** Times in whole ticks of a room. */
export function ticks(room: Pick<ZoneRoom, "tickRate">, ms: number): number {
  return Math.ceil((ms * room.tickRate) / 1000);
}
