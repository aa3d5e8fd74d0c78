/** So few are put behind one by one: a look for the farthest is well foreseen by the processor, a pivot is not. */
const fewest = 6;

/**
 * Moves the `keep` smallest of `distances[0..count)` to the front, with their `slots`, in no particular order
 * (Hoare's selection with the median of three; linear on average).
 */
export function selectNearest(
  slots: Int32Array,
  distances: Float64Array,
  count: number,
  keep: number,
): void {
  if (count - keep <= fewest) {
    for (let end = count - 1; end >= keep; end--) farthestTo(slots, distances, end);
    return;
  }
  let left = 0;
  let right = count - 1;
  while (left < right) {
    const pivot = medianOfThree(
      distances[left]!,
      distances[(left + right) >>> 1]!,
      distances[right]!,
    );
    let i = left;
    let j = right;
    while (i <= j) {
      while (distances[i]! < pivot) i++;
      while (distances[j]! > pivot) j--;
      if (i > j) break;
      const distance = distances[i]!;
      distances[i] = distances[j]!;
      distances[j] = distance;
      const slot = slots[i]!;
      slots[i] = slots[j]!;
      slots[j] = slot;
      i++;
      j--;
    }
    if (keep - 1 <= j) right = j;
    else if (keep - 1 >= i) left = i;
    else return;
  }
}

/** Swaps the farthest of `[0..end]` with the last one. */
function farthestTo(slots: Int32Array, distances: Float64Array, end: number): void {
  let farthest = end;
  let distance = distances[end]!;
  for (let i = 0; i < end; i++) {
    if (distances[i]! > distance) {
      distance = distances[i]!;
      farthest = i;
    }
  }
  distances[farthest] = distances[end]!;
  distances[end] = distance;
  const slot = slots[farthest]!;
  slots[farthest] = slots[end]!;
  slots[end] = slot;
}

/** Sorts `distances[0..count)` with their `slots`, smallest first (Shell's sort with Knuth's gaps). */
export function sortNearest(slots: Int32Array, distances: Float64Array, count: number): void {
  let gap = 1;
  while (gap < count / 3) gap = gap * 3 + 1;
  for (; gap >= 1; gap = (gap - 1) / 3) {
    for (let i = gap; i < count; i++) {
      const distance = distances[i]!;
      const slot = slots[i]!;
      let j = i;
      for (; j >= gap && distances[j - gap]! > distance; j -= gap) {
        distances[j] = distances[j - gap]!;
        slots[j] = slots[j - gap]!;
      }
      distances[j] = distance;
      slots[j] = slot;
    }
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}
