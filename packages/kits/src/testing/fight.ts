import { CollisionGrid, defineGame, room, type Entity, type Room } from "@realmwright/core";
import { entity, t } from "@realmwright/protocol";
import { RoomStage } from "@realmwright/testkit";
import { combat, type Combat } from "../combat/combat.ts";
import { standardEffects } from "../combat/effects.ts";
import { combatEvents } from "../combat/events.ts";
import { combatFields, projectileFields } from "../combat/fields.ts";
import type { CombatOptions, DeathReport } from "../combat/options.ts";

const place = t.position({ min: 0, max: 64, step: 1 / 64 });
export const Hero = entity("hero", { x: place, y: place, ...combatFields });
export const Beast = entity("beast", { x: place, y: place, ...combatFields });
export const Bolt = entity("bolt", { x: place, y: place, ...projectileFields });

/** One of each kind. */
export const abilities = {
  sword: { kind: "melee", range: 1.5, arcDegrees: 90, damage: 10, cooldownMs: 500 },
  arrow: { kind: "projectile", speed: 12, radius: 0.1, lifetimeMs: 1000, damage: 8 },
  lance: { kind: "projectile", speed: 40, radius: 0.1, lifetimeMs: 500, damage: 8, pierce: 1 },
  fireball: {
    kind: "projectile",
    castMs: 600,
    cooldownMs: 3000,
    mana: 20,
    breaksOn: ["moving", "hit"],
    speed: 10,
    radius: 0.25,
    lifetimeMs: 1500,
    splash: 1.5,
    damage: 30,
  },
  bolt: { kind: "target", range: 6, damage: 12, mana: 5, castMs: 200 },
  mend: { kind: "target", range: 6, heal: 20, cooldownMs: 1000 },
  haste: { kind: "self", effects: ["haste"], globalCooldown: false },
  bomb: { kind: "area", range: 6, radius: 2, damage: 5, effects: ["slow"], reaches: "all" },
  quake: { kind: "area", range: 6, radius: 2, damage: 5, effects: ["stun"] },
} as const satisfies CombatOptions["abilities"];

export type TestAbility = keyof typeof abilities;
type TestEffect = keyof typeof standardEffects;

export interface Fight {
  readonly stage: RoomStage;
  readonly sight: CollisionGrid;
  readonly deaths: DeathReport[];
  readonly room: Room;
  readonly kit: Combat<TestAbility, TestEffect>;
  readonly hero: (x: number, y: number, init?: object) => Entity<typeof Hero>;
  readonly beast: (x: number, y: number, init?: object) => Entity<typeof Beast>;
  readonly pass: (ticks: number) => void;
  /** One tick, with something done before the kit's own part of it. */
  readonly during: (action: () => void) => void;
}

/** Heroes of team 1 and beasts of team 2 in a room of their own: an empty field of 64 by 64. */
export function setUpFight(more: Partial<CombatOptions<TestAbility, TestEffect>> = {}): Fight {
  const sight = new CollisionGrid(64, 64);
  const deaths: DeathReport[] = [];
  // A restored room makes its kit anew.
  const now: {
    room?: Room;
    kit?: Combat<TestAbility, TestEffect>;
    action?: (() => void) | undefined;
  } = {};
  const pit = room({
    entities: { Hero, Beast, Bolt },
    events: combatEvents,
    permanent: true,
    setup(pit) {
      now.room = pit;
      now.kit = combat(pit, {
        fighters: [
          { type: Hero, recovery: { manaPerSecond: 4, hpPerSecond: 2, restMs: 2000 } },
          { type: Beast },
        ],
        projectile: Bolt,
        abilities,
        effects: standardEffects,
        sight,
        onDeath: (report) => deaths.push(report),
        ...more,
      });
    },
    tick() {
      now.action?.();
      now.kit!.tick();
    },
  });
  const stage = RoomStage.of(defineGame({ name: "fight", rooms: { pit } }), "pit");
  const base = { hp: 100, hpMax: 100, mana: 100, manaMax: 100 };
  return {
    stage,
    sight,
    deaths,
    get room() {
      return now.room!;
    },
    get kit() {
      return now.kit!;
    },
    hero: (x, y, init = {}) => now.room!.spawn(Hero, { ...base, x, y, team: 1, ...init }),
    beast: (x, y, init = {}) => now.room!.spawn(Beast, { ...base, x, y, team: 2, ...init }),
    pass: (ticks) => stage.step(ticks),
    during(action) {
      now.action = action;
      stage.step();
      now.action = undefined;
    },
  };
}
