interface Expiry {
  readonly atMs: number;
  readonly key: string;
}

/** Keys by the time at which they end: a binary heap, in which superseded entries stay until they are due or too many. */
export class Expiries {
  #heap: Expiry[] = [];
  readonly #atMs = new Map<string, number>();

  atMs(key: string): number | undefined {
    return this.#atMs.get(key);
  }

  set(key: string, atMs: number): void {
    this.#atMs.set(key, atMs);
    this.#push({ atMs, key });
    if (this.#heap.length > 2 * this.#atMs.size + 64) this.#rebuild();
  }

  delete(key: string): void {
    this.#atMs.delete(key);
  }

  /** Takes out one key whose time has come; undefined when none is left. */
  takeDue(nowMs: number): string | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > nowMs) return undefined;
      this.#pop();
      if (this.#atMs.get(first.key) === first.atMs) {
        this.#atMs.delete(first.key);
        return first.key;
      }
    }
  }

  #rebuild(): void {
    this.#heap = [...this.#atMs]
      .map(([key, atMs]) => ({ key, atMs }))
      .sort((a, b) => a.atMs - b.atMs);
  }

  #push(expiry: Expiry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(expiry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.atMs <= expiry.atMs) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = expiry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}
