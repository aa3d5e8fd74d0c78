import { abilities, type PlayerAbility, unlockLevels } from "../content/abilities.ts";

/** Something that a player can do, as the hot bar shows it. */
export interface Skill {
  readonly id: PlayerAbility;
  readonly title: string;
  /** What the key is called on the bar. */
  readonly keyName: string;
  readonly cooldownMs: number;
  readonly mana: number;
  readonly level: number;
  readonly icon: string;
}

const titles: Readonly<Record<PlayerAbility, readonly [title: string, keyName: string]>> = {
  sword: ["Strike", "Click"],
  bow: ["Shoot", "F"],
  fireball: ["Fireball", "1"],
  heal: ["Heal", "2"],
  haste: ["Haste", "3"],
  shield: ["Shield", "4"],
  frost: ["Frost", "5"],
};

/** In the order of the hot bar: the two weapons, then the spells of the keys 1 to 5. */
export const skills: readonly Skill[] = (Object.keys(titles) as PlayerAbility[]).map((id) => {
  const ability: { readonly cooldownMs?: number; readonly mana?: number } = abilities[id];
  const [title, keyName] = titles[id];
  return {
    id,
    title,
    keyName,
    cooldownMs: ability.cooldownMs ?? 0,
    mana: ability.mana ?? 0,
    level: unlockLevels[id],
    icon: `skill-${id}`,
  };
});
