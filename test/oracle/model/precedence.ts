/** One's own entity is so much more urgent than another that was told of at the same tick. */
const ownUrgency = 8;

/** What is known of an entity's claim to be told of next. */
export interface Claim {
  /** Ticks since it was told of. */
  readonly age: number;
  readonly isOwn: boolean;
  /** Lowest and highest tier that it may be in. */
  readonly tier: readonly [low: number, high: number];
}

/**
 * Who goes first where bytes are short, within one snapshot: nothing is told while something waits that is more urgent,
 * however long the one and the other are. Urgent is what was told of long ago, half as much with each slower tier.
 */
export class Precedence {
  #leastTold = Infinity;
  #mostWaiting = 0;
  #who = "";

  begin(): void {
    this.#leastTold = Infinity;
    this.#mostWaiting = 0;
  }

  told(claim: Claim): void {
    this.#leastTold = Math.min(this.#leastTold, urgency(claim, claim.tier[0]));
  }

  /** Something has changed and was not told, though its turn has come. */
  waits(who: string, claim: Claim): void {
    const least = urgency(claim, claim.tier[1]);
    if (least <= this.#mostWaiting) return;
    this.#mostWaiting = least;
    this.#who = who;
  }

  judge(): void {
    if (this.#mostWaiting <= this.#leastTold) return;
    throw new Error(
      `${this.#who} waits at ${this.#mostWaiting} while another at ${this.#leastTold} goes first`,
    );
  }
}

function urgency({ age, isOwn }: Claim, tier: number): number {
  return (isOwn ? ownUrgency * age : age) / 2 ** tier;
}
