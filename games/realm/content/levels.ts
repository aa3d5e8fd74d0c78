/** Nobody rises above. */
export const levelMax = 30;

/** Experience from one level to the next; 0 at the highest. */
export function experienceToNext(level: number): number {
  return level >= levelMax ? 0 : 30 + 25 * (level - 1) + 5 * (level - 1) * (level - 1);
}

export function hpOfLevel(level: number): number {
  return 100 + 12 * (level - 1);
}

export function manaOfLevel(level: number): number {
  return 100 + 5 * (level - 1);
}

/** Factor of the damage that a player or a monster of that level does. */
export function damageFactor(level: number): number {
  return 1 + 0.08 * (level - 1);
}

/** Level and experience after a reward. */
export function rise(
  level: number,
  experience: number,
  reward: number,
): { level: number; experience: number } {
  let left = experience + reward;
  let reached = level;
  while (reached < levelMax && left >= experienceToNext(reached)) {
    left -= experienceToNext(reached);
    reached++;
  }
  return { level: reached, experience: reached >= levelMax ? 0 : left };
}
