import type { CollisionGrid, Entity } from "@realmwright/core";
import type { EntityBase } from "@realmwright/core";
import type { PlacedDefinition } from "../kit-room.ts";
import type { NpcDefinition } from "./fields.ts";
import type { NpcKind } from "./kinds.ts";

/** A part of the map, in tiles, that is kept populated. */
export interface NpcArea<K extends string = string> {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: K;
  readonly count: number;
  /** For the game's own use, in `onSpawn`. */
  readonly level?: number;
}

/** What may be switched off, to see what it is worth. All are on by default. */
export interface NpcSwitches {
  /** Creatures far from all players sleep. */
  readonly culling?: boolean;
  /** Creatures think and move less often the farther they are from the nearest player. */
  readonly levelOfDetail?: boolean;
  /** Paths are kept: for others between the same cells, and for oneself while they lead there. Off: each thought searches. */
  readonly pathCache?: boolean;
  /** Bodies of the dead are used again. */
  readonly pooling?: boolean;
}

export interface NpcOptions<E extends NpcDefinition, K extends string> extends NpcSwitches {
  readonly type: E;
  readonly kinds: Readonly<Record<K, NpcKind>>;
  readonly areas?: readonly NpcArea<K>[];
  /** Entity types that creatures look out for and may be hurt by; players keep creatures awake. */
  readonly enemies: readonly PlacedDefinition[];
  /** What bodies walk on. */
  readonly grid: CollisionGrid;
  /** What eyes do not pass. Default: `grid`. */
  readonly sight?: CollisionGrid;
  /** Farther from all enemies than this they sleep. Default 40. */
  readonly sleepRadius?: number;
  /**
   * They think and move at every tick nearer than the first, at every 2nd and 4th beyond the first and second, in as much
   * longer strides; beyond the third they think at every 8th. Let players see little farther than the second. Default
   * 14, 22, 32.
   */
  readonly detailRadii?: readonly [number, number, number];
  /** Cells that all searches for paths may look at in one tick. Default 3,000. */
  readonly pathBudget?: number;

  /** Whether one of an area may appear at a free place. Default: yes. */
  readonly isPlace?: (x: number, y: number) => boolean;
  /** Gives a new creature what the game wants it to have: hit points, team, name. */
  readonly onSpawn?: (entity: Entity<E>, kind: K, area: NpcArea<K> | undefined) => void;
  /** The blow falls. The target may have stepped out of reach meanwhile: the game decides. */
  readonly attack?: (entity: Entity<E>, target: EntityBase, kind: K) => void;
  /** It gave up and is home again. */
  readonly onReturn?: (entity: Entity<E>) => void;
  /** Whether it may go for an entity now. Default: yes. The dead, the hidden and the safe are none. */
  readonly isEnemy?: (entity: Entity<E>, other: EntityBase) => boolean;
  /** Factor of its walking speed; 0 also keeps it from striking. Default 1. */
  readonly speedFactor?: (entity: Entity<E>) => number;
  /** Part of its health that is left, 0 to 1, for `fleeBelow`. Default 1. */
  readonly health?: (entity: Entity<E>) => number;
}
