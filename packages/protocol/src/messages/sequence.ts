const highest = 0xffff_ffff;

/**
 * Whether a sequence number came after another, by serial number arithmetic (RFC 1982) on 32 bits: those up to 2^31 − 1
 * further on did. 0 stands for none yet, before all others.
 */
export function isAfter(seq: number, other: number): boolean {
  if (seq === 0 || other === 0) return seq !== other && seq !== 0;
  return ((seq - other) | 0) > 0;
}

/** The sequence number after one: from 1 to 4,294,967,295, and then 1 again. */
export function nextSeq(seq: number): number {
  return seq >= highest ? 1 : seq + 1;
}
