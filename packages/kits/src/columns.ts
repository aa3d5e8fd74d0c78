type Column = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Float64Array;

/** A longer copy of a typed array; what is new is zero, or `fill`. */
export function longer<A extends Column>(column: A, length: number, fill = 0): A {
  const Make = column.constructor as new (length: number) => A;
  const copy = new Make(length);
  copy.set(column);
  if (fill !== 0) copy.fill(fill, column.length);
  return copy;
}
