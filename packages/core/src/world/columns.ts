/** Growing of typed columns: a copy of twice the size, never more than `max`. */
export function grown(capacity: number, max: number): number {
  return Math.min(max, capacity * 2);
}

/** A longer copy of a typed array; what is new is zero, or `fill`. */
export function longer<
  A extends Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array,
>(column: A, length: number, fill = 0): A {
  const make = column.constructor as new (length: number) => A;
  const copy = new make(length);
  copy.set(column);
  if (fill !== 0) copy.fill(fill, column.length);
  return copy;
}
