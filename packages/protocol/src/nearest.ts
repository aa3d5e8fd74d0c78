/** The name that was probably meant; undefined when none is near. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  const plain = bare(written);
  // A typing error or two; more in longer names.
  let best = Math.min(3, Math.floor(plain.length / 3) + 1);
  let found: string | undefined;
  for (const name of names) {
    const far = distance(plain, bare(name));
    if (far < best || (far === best && found === undefined)) {
      best = far;
      found = name;
    }
  }
  return found;
}

/** " Did you mean x?", or nothing. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const name = nearest(written, names);
  return name === undefined ? "" : `Did you mean ${name}?`;
}

/** Without what people write in different ways: case, hyphens, underscores. */
function bare(name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, "");
}

/** Insertions, deletions and replacements from one to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}
