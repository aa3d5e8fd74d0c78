/** Numbers of inputs go from 1 to this, and then from 1 again. */
const highest = 2 ** 32 - 1;

/** Whether a number came after another, given that no two in question are further apart than half of all; 0 came before all. */
export function isLater(seq: number, other: number): boolean {
  if (seq === other || seq === 0) return false;
  if (other === 0) return true;
  const ahead = (seq - other + 2 ** 32) % 2 ** 32;
  return ahead < 2 ** 31;
}

export function following(seq: number): number {
  return seq === highest ? 1 : seq + 1;
}
