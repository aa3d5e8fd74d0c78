import {
  combatFields,
  npcFields,
  projectileFields,
  standardEffects,
  type NpcKind,
} from "@realmwright/kits";
import { entity, input, t } from "@realmwright/protocol";

const place = t.position({ min: 0, max: 256, step: 1 / 64 });

export const Hero = entity("hero", {
  x: place,
  y: place,
  heading: t.angle(8),
  name: t.string(24).static(),
  level: t.uint(30).default(1),
  ...combatFields,
  diedAt: t.uint(2 ** 30).unreplicated(),
});
export const Monster = entity("monster", {
  x: place,
  y: place,
  level: t.uint(20).static(),
  ...npcFields,
  ...combatFields,
});
export const Missile = entity("missile", { x: place, y: place, ...projectileFields });

/** Where to walk, at most 1 long. */
export const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
export const Strike = input("strike", {
  ability: t.enum(["sword", "bow", "fireball"]),
  dx: t.unit(8),
  dy: t.unit(8),
});

export const effects = { slow: standardEffects.slow, poison: standardEffects.poison };

/** What heroes and monsters can do: near to what the game `realm` has. */
export const abilities = {
  sword: { kind: "melee", range: 1.5, arcDegrees: 110, damage: 10, cooldownMs: 450 },
  bow: {
    kind: "projectile",
    speed: 13,
    radius: 0.12,
    lifetimeMs: 800,
    damage: 9,
    cooldownMs: 800,
  },
  fireball: {
    kind: "projectile",
    castMs: 600,
    cooldownMs: 3000,
    speed: 10,
    radius: 0.25,
    lifetimeMs: 1100,
    splash: 1.6,
    damage: 26,
    effects: ["poison"],
  },
  bite: { kind: "melee", range: 1.3, arcDegrees: 100, damage: 6 },
  chill: { kind: "melee", range: 1.4, arcDegrees: 100, damage: 8, effects: ["slow"] },
} as const;

/** They see far and do not give up soon, so that most of those near players are after them. */
const fierce = { aggroRadius: 12, leashRadius: 30, respawnMs: 2000 } as const;

export const kinds = {
  wolf: {
    ...fierce,
    speed: 4.4,
    callRadius: 6,
    attack: { range: 1.1, windupMs: 300, cooldownMs: 1100 },
  },
  goblin: {
    ...fierce,
    speed: 3.7,
    callRadius: 5,
    fleeBelow: 0.2,
    fleeMs: 2500,
    attack: { range: 1.15, windupMs: 400, cooldownMs: 1200 },
  },
  ghost: { ...fierce, speed: 3.1, attack: { range: 1.25, windupMs: 500, cooldownMs: 1500 } },
} as const satisfies Record<string, NpcKind>;

/** The same, minding their own business. */
export const peaceful: Readonly<Record<keyof typeof kinds, NpcKind>> = {
  wolf: { ...kinds.wolf, aggroRadius: 0 },
  goblin: { ...kinds.goblin, aggroRadius: 0 },
  ghost: { ...kinds.ghost, aggroRadius: 0 },
};

export type KindName = keyof typeof kinds;
export const kindNames: readonly KindName[] = Object.keys(kinds) as KindName[];

export const heroHp = 400;
export const monsterHp = 600;
