import {
  document,
  entity,
  event,
  headingOf,
  input,
  moveBody,
  t,
  type CollisionGrid,
  type Of,
} from "realmwright";
import { combatEvents, combatFields, npcFields, projectileFields } from "realmwright/kits";
import { levelMax } from "./content/levels.ts";

/** Positions are in tiles: a map is at most so wide and high. */
export const mapSideMax = 128;

/** Tiles per second, at a `speed` of 100 percent. */
export const walkingSpeed = 5;

/** Radius of a player's body on the ground, in tiles. */
export const playerBody: { readonly radius: number } = { radius: 0.35 };

/** A dead player rises again after so long. */
export const respawnMs = 4000;

/** How near one must be to a villager to talk to it, in tiles. */
export const talkRadius = 3;

/** Signs and villagers can be heard and read so near, coins are picked up so near, in tiles. */
export const pickUpRadius = 0.9;

const coordinate = t.position({ min: 0, max: mapSideMax, step: 1 / 64 });

export const looks = ["knight", "ranger", "mage", "rogue", "cleric", "valkyrie"] as const;
export type LookName = (typeof looks)[number];

export const emotes = ["wave", "cheer", "laugh", "dance", "cry", "question"] as const;
export const spells = ["fireball", "heal", "haste", "shield", "frost"] as const;

export const Player = entity("player", {
  x: coordinate,
  y: coordinate,
  /** Where it looks, in radians: 0 is right, a quarter turn down. */
  heading: t.angle(8),
  name: t.string(24).static(),
  look: t.enum(looks).static(),
  /** Its player's seat, by which chat lines say who speaks. Names may be had twice. */
  chatSeat: t.uint(4095).static(),
  level: t.uint(levelMax).default(1),
  /** Of the present level, and how much the level takes. */
  experience: t.uint(100_000).audience("owner"),
  experienceToNext: t.uint(100_000).audience("owner"),
  /** Its connection is broken and its seat is kept. */
  away: t.bool(),
  ...combatFields,
  kills: t.uint(1_000_000_000).unreplicated(),
  damageDone: t.uint(1_000_000_000).unreplicated(),
  emoteAt: t.uint(2 ** 30).unreplicated(),
});

export const Monster = entity("monster", {
  x: coordinate,
  y: coordinate,
  level: t.uint(20).static(),
  /** Which of its kind's pictures it has. */
  variant: t.uint(15).static(),
  ...npcFields,
  ...combatFields,
});

export const Projectile = entity("projectile", {
  x: coordinate,
  y: coordinate,
  ...projectileFields,
});

export const Villager = entity("villager", {
  x: coordinate,
  y: coordinate,
  name: t.string(24).static(),
  look: t.string(24).static(),
  ...npcFields,
  says: t.string(200).unreplicated(),
  /** It is silent before this tick. */
  spokeAt: t.uint(2 ** 30).unreplicated(),
});

/** Something that lies about and is picked up by walking over it. */
export const Loot = entity("loot", {
  x: coordinate,
  y: coordinate,
  kind: t.enum(["coins", "potion"]).static(),
  amount: t.uint(1000).static(),
  /** Gone at this tick. */
  until: t.uint(2 ** 30).unreplicated(),
});

/** Where to walk, at most 1 long. The one input that clients predict. */
export const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
/** A stroke of the sword in a direction. */
export const Attack = input("attack", { dx: t.unit(8), dy: t.unit(8) });
/** A shot of the bow in a direction. */
export const Shoot = input("shoot", { dx: t.unit(8), dy: t.unit(8) });
/**
 * A spell. Fireball takes a direction (dx, dy), heal a target (none is oneself), frost a point, given as the way
 * (dx, dy) times 8 tiles from the caster. Haste and shield need nothing.
 */
export const Cast = input("cast", {
  spell: t.enum(spells),
  dx: t.unit(10).default(0),
  dy: t.unit(10).default(0),
  target: t.entity().default(0),
});
/** Talk to a villager; without a target to the nearest one. */
export const Interact = input("interact", { target: t.entity().default(0) });
export const Emote = input("emote", { emote: t.enum(emotes) });

/** What (dx, dy) of 1 means in the frost spell, in tiles. */
export const frostReach = 8;

/** A villager speaks. */
export const Say = event("say", { by: t.entity(), text: t.string(200) });
export const Emoted = event("emoted", { by: t.entity(), emote: t.enum(emotes) });
export const LevelUp = event("level-up", { target: t.entity(), level: t.uint(levelMax) });
/** To one player: its part in a kill. `monster` counts in the order of the monsters table. */
export const Reward = event("reward", { experience: t.uint(100_000), monster: t.uint(255) });
/** To one player: what it picked up. */
export const PickUp = event("pick-up", {
  kind: t.enum(["coins", "potion"]),
  amount: t.uint(1000),
});

/** Every event of the game, those of the combat kit among them. */
export const events = { ...combatEvents, Say, Emoted, LevelUp, Reward, PickUp };

/** For everyone in a room: who has killed most, and how many monsters have fallen. */
export const Board = document("board", {
  slain: t.uint(1_000_000_000),
  top: t.list(
    t.object({ name: t.string(24), kills: t.uint(1_000_000_000), level: t.uint(levelMax) }),
    10,
  ),
});

/** For one player: its deeds. */
export const Deeds = document("deeds", {
  kills: t.uint(1_000_000_000),
  deaths: t.uint(1_000_000_000),
  damage: t.uint(1_000_000_000),
  coins: t.uint(1_000_000_000),
});

/**
 * Moves one player for one tick. The server and the predicting client run the same; `grid` is the map's collision
 * grid. Effects act through `speed`, which is 0 for the stunned and the dead.
 */
export function step(
  player: Of<typeof Player>,
  move: Of<typeof Move>,
  dt: number,
  grid: CollisionGrid,
): void {
  const length = Math.sqrt(move.dx * move.dx + move.dy * move.dy);
  if (!(length > 0) || player.speed === 0) return;
  const stride = (walkingSpeed * player.speed * dt) / (100 * Math.max(1, length));
  player.heading = headingOf(move.dx, move.dy);
  moveBody(grid, player, move.dx * stride, move.dy * stride, playerBody);
}
