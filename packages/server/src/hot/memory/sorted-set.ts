/** UTF-8's order, which is that of code points: units of surrogate pairs stand above all others. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

const weight = (unit: number): number => {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
};

export interface Entry {
  readonly member: string;
  readonly score: number;
}

const compare = (a: Entry, b: Entry): number =>
  a.score - b.score || compareText(a.member, b.member);

const blockMax = 512;

/** Members by score, then by UTF-8 bytes. Blocks of at most 512 in order: a change moves no more than one block. */
export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #blocks: Entry[][] = [[]];

  get size(): number {
    return this.#scores.size;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  members(): Iterable<string> {
    return this.#scores.keys();
  }

  set(member: string, score: number): void {
    this.delete(member);
    this.#scores.set(member, score);
    const entry = { member, score };
    const b = this.#blockOf(entry);
    const block = this.#blocks[b]!;
    block.splice(indexIn(block, entry), 0, entry);
    if (block.length > blockMax) this.#blocks.splice(b + 1, 0, block.splice(blockMax / 2));
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#scores.delete(member);
    const entry = { member, score };
    const b = this.#blockOf(entry);
    const block = this.#blocks[b]!;
    block.splice(indexIn(block, entry), 1);
    if (block.length === 0 && this.#blocks.length > 1) this.#blocks.splice(b, 1);
    return true;
  }

  /** How many stand before it. */
  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#countBefore({ member, score });
  }

  /** How many have a score below, or one that is not above. */
  countBelow(score: number, included: boolean): number {
    let count = 0;
    for (const block of this.#blocks) {
      const last = block.at(-1);
      if (last === undefined) break;
      if (last.score < score || (included && last.score === score)) {
        count += block.length;
        continue;
      }
      const end = block.findIndex((one) => (included ? one.score > score : one.score >= score));
      return count + Math.max(end, 0);
    }
    return count;
  }

  /** Those of the ranks from `start` up to, not including, `end`. */
  slice(start: number, end: number): Entry[] {
    const found: Entry[] = [];
    let before = 0;
    for (const block of this.#blocks) {
      if (before >= end) break;
      if (before + block.length > start) {
        found.push(...block.slice(Math.max(start - before, 0), end - before));
      }
      before += block.length;
    }
    return found;
  }

  #countBefore(entry: Entry): number {
    const b = this.#blockOf(entry);
    let count = indexIn(this.#blocks[b]!, entry);
    for (let i = 0; i < b; i++) count += this.#blocks[i]!.length;
    return count;
  }

  /** The first block whose last entry is not before this one, else the last. */
  #blockOf(entry: Entry): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#blocks[middle]!.at(-1)!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where the entry is, or belongs. */
function indexIn(block: readonly Entry[], entry: Entry): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(block[middle]!, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
