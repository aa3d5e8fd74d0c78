import { CollisionGrid, type Entity } from "@realmwright/core";
import { entity, t } from "@realmwright/protocol";
import { npcFields } from "../npc/fields.ts";
import type { NpcKind } from "../npc/kinds.ts";
import { npcs } from "../npc/npcs.ts";
import type { NpcOptions } from "../npc/options.ts";
import { WorldRoom } from "./world-room.ts";

const place = t.position({ min: 0, max: 256, step: 1 / 64 });
export const Hero = entity("hero", { x: place, y: place, hp: t.uint(100).default(100) });
export const Beast = entity("beast", { x: place, y: place, level: t.uint(50), ...npcFields });
export type Beast = Entity<typeof Beast>;

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

/** An empty field, with wolves that hunt, sheep that do not and stones. */
export function setUpField(more: TestOptions = {}, size = 64, seed = 1) {
  const world = new WorldRoom({ Hero, Beast }, seed);
  const { room } = world;
  const grid = more.grid ?? new CollisionGrid(size, size);
  const blows: { tick: number; by: Beast; on: number }[] = [];
  const returned: Beast[] = [];
  const kit = npcs(room, {
    type: Beast,
    kinds,
    enemies: [Hero],
    grid,
    attack: (by, target) => blows.push({ tick: room.tick, by, on: target.id }),
    onReturn: (beast) => returned.push(beast),
    isEnemy: (_beast, other) => room.get(Hero, other.id)!.hp > 0,
    ...more,
  });
  const hero = (x: number, y: number) => room.spawn(Hero, { x, y });
  const pass = (ticks: number, each?: () => void): void => {
    for (let i = 0; i < ticks; i++) {
      kit.tick();
      each?.();
      world.next();
    }
  };
  return { world, room, grid, kit, hero, pass, blows, returned };
}

export const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
  Math.hypot(a.x - b.x, a.y - b.y);
