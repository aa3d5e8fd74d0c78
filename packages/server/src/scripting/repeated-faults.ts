/** How often the same fault is told at the most. */
const everyMs = 60_000;
/** Kinds that are told apart; what is beyond them counts as one. */
const kindsMax = 64;

type Tell = (times: number) => void;

interface Kind {
  toldMs: number;
  /** Since it was told. */
  times: number;
  tell: Tell;
}

/**
 * Faults that may come again with every tick: the first of a kind is told at once, those after it once a minute with how many
 * they were. A kind that stayed away for a minute is forgotten.
 */
export class RepeatedFaults {
  readonly #kinds = new Map<string, Kind>();

  /** @param tell gets how often it has happened since it was told. */
  note(kind: string, nowMs: number, tell: Tell): void {
    this.due(nowMs);
    const isKnown = this.#kinds.has(kind) || this.#kinds.size < kindsMax;
    const name = isKnown ? kind : "";
    const known = this.#kinds.get(name);
    if (known !== undefined) {
      known.times++;
      known.tell = tell;
      return;
    }
    this.#kinds.set(name, { toldMs: nowMs, times: 0, tell });
    tell(1);
  }

  /** Tells what was not told for a minute. */
  due(nowMs: number): void {
    for (const [name, kind] of this.#kinds) {
      // a room's time jumps when its rate changes
      if (Math.abs(nowMs - kind.toldMs) < everyMs) continue;
      const { times, tell } = kind;
      if (times === 0) {
        this.#kinds.delete(name);
        continue;
      }
      kind.toldMs = nowMs;
      kind.times = 0;
      tell(times);
    }
  }
}
