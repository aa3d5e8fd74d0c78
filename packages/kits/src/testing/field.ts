import {
  CollisionGrid,
  defineGame,
  room,
  type Entity,
  type GameDefinition,
  type Room,
} from "@realmwright/core";
import { entity, t } from "@realmwright/protocol";
import { RoomStage } from "@realmwright/testkit";
import { npcFields } from "../npc/fields.ts";
import type { NpcKind } from "../npc/kinds.ts";
import { npcs, type Npcs } from "../npc/npcs.ts";
import type { NpcOptions } from "../npc/options.ts";

const place = t.position({ min: 0, max: 256, step: 1 / 64 });
const Hero = entity("hero", { x: place, y: place, hp: t.uint(100).default(100) });
export const Beast = entity("beast", { x: place, y: place, level: t.uint(50), ...npcFields });
export type BeastEntity = Entity<typeof Beast>;
type HeroEntity = Entity<typeof Hero>;

export const kinds = {
  wolf: {
    speed: 4,
    aggroRadius: 6,
    leashRadius: 12,
    callRadius: 5,
    attack: { range: 1.2, windupMs: 300, cooldownMs: 1000 },
    respawnMs: 3000,
  },
  sheep: { speed: 3, fleeBelow: 0.5, attack: { range: 1, cooldownMs: 500 }, respawnMs: 1000 },
  stone: { speed: 0 },
} as const satisfies Record<string, NpcKind>;

export type TestKind = keyof typeof kinds;
export type TestOptions = Partial<NpcOptions<typeof Beast, TestKind>>;

export interface Blow {
  readonly tick: number;
  readonly by: BeastEntity;
  readonly on: number;
}

export interface Field {
  readonly stage: RoomStage;
  readonly grid: CollisionGrid;
  readonly blows: Blow[];
  readonly returned: BeastEntity[];
  readonly room: Room;
  readonly kit: Npcs<typeof Beast, TestKind>;
  readonly hero: (x: number, y: number) => HeroEntity;
  /** Steps, with something more to do at the end of each tick. */
  readonly pass: (ticks: number, each?: () => void) => void;
  /** The same game with other options, for a restart. */
  readonly game: (more: TestOptions) => GameDefinition;
}

/** A room that is an empty field, with wolves that hunt, sheep that do not, and stones. */
export function setUpField(more: TestOptions = {}, size = 64, seed = 1): Field {
  const grid = more.grid ?? new CollisionGrid(size, size);
  const blows: Blow[] = [];
  const returned: BeastEntity[] = [];
  // A restored room makes its kit anew.
  const now: { room?: Room; kit?: Npcs<typeof Beast, TestKind>; each?: (() => void) | undefined } =
    {};
  const game = (changed: TestOptions): GameDefinition => {
    const field = room({
      entities: { Hero, Beast },
      permanent: true,
      setup(field) {
        now.room = field;
        now.kit = npcs(field, {
          type: Beast,
          kinds,
          enemies: [Hero],
          grid,
          attack: (by, target) => blows.push({ tick: field.tick, by, on: target.id }),
          onReturn: (beast) => returned.push(beast),
          isEnemy: (_beast, other) => (field.get(Hero, other.id)?.hp ?? 0) > 0,
          ...changed,
        });
      },
      tick() {
        now.kit!.tick();
        now.each?.();
      },
    });
    return defineGame({ name: "field", rooms: { field } });
  };
  const stage = RoomStage.of(game(more), "field", { seed });
  return {
    stage,
    grid,
    blows,
    returned,
    game,
    get room() {
      return now.room!;
    },
    get kit() {
      return now.kit!;
    },
    hero: (x, y) => now.room!.spawn(Hero, { x, y }),
    pass(ticks, each) {
      now.each = each;
      stage.step(ticks);
      now.each = undefined;
    },
  };
}

export const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
  Math.hypot(a.x - b.x, a.y - b.y);
