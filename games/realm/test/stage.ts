import { CollisionGrid, type Entity } from "realmwright";
import type { NpcArea } from "realmwright/kits";
import { GameFiles, RoomStage } from "realmwright/testing";
import { fileURLToPath } from "node:url";
import type { MonsterName } from "../content/monsters.ts";
import type { RealmMap, Rectangle } from "../content/realm-map.ts";
import game from "../server.ts";
import { Monster, Player } from "../shared.ts";

export type MonsterEntity = Entity<typeof Monster>;

export const files: GameFiles = new GameFiles(fileURLToPath(new URL("../assets", import.meta.url)));

/** A room of the game on its own map. */
export async function zone(name: "town" | "forest", seed = 1): Promise<RoomStage> {
  return await RoomStage.load(game, name, files, seed);
}

export interface ArenaOptions {
  readonly monsters?: readonly NpcArea<MonsterName>[];
  readonly villagers?: RealmMap["villagers"];
  readonly doors?: RealmMap["doors"];
  readonly safe?: readonly Rectangle[];
  /** Cells that are blocked. */
  readonly walls?: readonly (readonly [number, number])[];
  readonly seed?: number;
}

/** The forest's rules on an open field of 64 by 64, with people starting in its middle. */
export function arena(options: ArenaOptions = {}): RoomStage {
  const { monsters = [], villagers = [], doors = [], safe = [], walls = [], seed = 1 } = options;
  const grid = new CollisionGrid(64, 64);
  for (const [x, y] of walls) grid.set(x, y, true);
  const content: RealmMap = {
    grid,
    sight: grid,
    reach: new Uint8Array(64 * 64).fill(1),
    doors,
    spawns: new Map([
      ["start", { x: 32, y: 32 }],
      ["shrine", { x: 50, y: 50 }],
    ]),
    monsters,
    villagers,
    safe,
  };
  return RoomStage.of(game, "forest", { content, seed });
}

/** One monster, put where a test wants it. */
export function oneMonster(stage: RoomStage, x: number, y: number): MonsterEntity {
  const [monster] = stage.all(Monster);
  if (monster === undefined) throw new Error("there is no monster");
  monster.x = x;
  monster.y = y;
  monster.homeX = x;
  monster.homeY = y;
  return monster;
}

/** An area of a single cell, so that one knows where its monster stands. */
export function den(kind: MonsterName, x: number, y: number, level = 1): NpcArea<MonsterName> {
  return { x, y, width: 1, height: 1, kind, count: 1, level };
}

/** Joins and stands somewhere. */
export function heroAt(stage: RoomStage, x: number, y: number, account = "hero"): number {
  const seat = stage.join(account);
  const player = stage.own(Player, seat);
  player.x = x;
  player.y = y;
  player.protectedUntil = 0;
  return seat;
}
