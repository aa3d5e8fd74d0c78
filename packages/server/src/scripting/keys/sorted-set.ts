/** Members by score, and within one score by their bytes. */
export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #order: string[] = [];

  get size(): number {
    return this.#order.length;
  }

  /** In ascending order. */
  get members(): readonly string[] {
    return this.#order;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#place(score, member);
  }

  set(member: string, score: number): void {
    const old = this.#scores.get(member);
    if (old === score) return;
    if (old !== undefined) this.#order.splice(this.#place(old, member), 1);
    this.#order.splice(this.#place(score, member), 0, member);
    this.#scores.set(member, score);
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#order.splice(this.#place(score, member), 1);
    return this.#scores.delete(member);
  }

  /** How many members have a score below `score`, or up to it. */
  countBelow(score: number, including: boolean): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#scores.get(this.#order[middle]!)!;
      if (at < score || (including && at === score)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #place(score: number, member: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#order[middle]!;
      const at = this.#scores.get(other)!;
      if (at < score || (at === score && other < member)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
