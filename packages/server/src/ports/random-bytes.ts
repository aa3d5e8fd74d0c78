/** A new array of `length` bytes from a cryptographic source. */
export type RandomBytes = (length: number) => Uint8Array;
