import type { Random } from "@realmwright/core";

/** Bytes that readers of lengths, varints, numbers and text are likely to get wrong. */
const snippets: readonly (readonly number[])[] = [
  // varints at the edges of 7, 14, 21, 28, 32, 35, 53 and 64 bits, and some that never end
  [0x7f],
  [0x80, 0x01],
  [0x80, 0x00],
  [0xff, 0x7f],
  [0x80, 0x80, 0x01],
  [0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x08],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
  // lengths of 16, 32 and 64 bits, large end first
  [0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  // NaN and infinities, little and large end first
  [0x00, 0x00, 0xc0, 0x7f],
  [0x7f, 0x80, 0x00, 0x00],
  [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f],
  [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf0, 0xff],
  [0x7f, 0xef, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  // what is not UTF-8: overlong, a surrogate, beyond Unicode, a stray and a missing continuation
  [0xc0, 0x80],
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0x80],
  [0xe2, 0x82],
  [0xef, 0xbb, 0xbf],
  [0x00],
];

type Operator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** A range of the bytes, mostly a short one. */
function range(bytes: Uint8Array, random: Random): [number, number] {
  const start = random.integer(0, bytes.length);
  const longest = random.chance(0.8) ? 16 : bytes.length;
  return [start, Math.min(bytes.length, start + random.integer(0, longest))];
}

const operators: readonly Operator[] = [
  function flipBits(bytes, random) {
    const copy = bytes.slice();
    for (let n = random.integer(1, 3); n > 0; n--) {
      copy[random.integer(0, copy.length - 1)]! ^= 1 << random.integer(0, 7);
    }
    return copy;
  },
  function setByte(bytes, random) {
    const copy = bytes.slice();
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 255);
    return copy;
  },
  function addToByte(bytes, random) {
    const copy = bytes.slice();
    copy[random.integer(0, copy.length - 1)]! += random.integer(-4, 4);
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.integer(0, bytes.length));
  },
  function remove(bytes, random) {
    const [start, end] = range(bytes, random);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  function duplicate(bytes, random) {
    const [start, end] = range(bytes, random);
    const times = random.chance(0.05) ? random.integer(2, 64) : 1;
    const again = Array.from({ length: times }, () => bytes.subarray(start, end));
    return join(bytes.subarray(0, end), ...again, bytes.subarray(end));
  },
  function reorder(bytes, random) {
    const [start, end] = range(bytes, random);
    const middle = random.integer(start, end);
    return join(
      bytes.subarray(0, start),
      bytes.subarray(middle, end),
      bytes.subarray(start, middle),
      bytes.subarray(end),
    );
  },
  function splice(bytes, random, other) {
    const [start, end] = range(bytes, random);
    const [from, to] = range(other, random);
    return join(bytes.subarray(0, start), other.subarray(from, to), bytes.subarray(end));
  },
  function overwrite(bytes, random) {
    const copy = bytes.slice();
    const snippet = random.pick(snippets);
    const at = random.integer(0, copy.length - 1);
    copy.set(snippet.slice(0, copy.length - at), at);
    return copy;
  },
  function insert(bytes, random) {
    const at = random.integer(0, bytes.length);
    const snippet = Uint8Array.from(random.pick(snippets));
    return join(bytes.subarray(0, at), snippet, bytes.subarray(at));
  },
  function fill(bytes, random) {
    const copy = bytes.slice();
    const [start, end] = range(copy, random);
    return copy.fill(random.pick([0, 0x55, 0xff]), start, end);
  },
];

/** The bytes, changed one to four times. `other` is something of the same kind to take parts from. */
export function mutateBytes(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let changed = bytes;
  let times = 1;
  while (times < 4 && random.chance(0.4)) times++;
  for (; times > 0; times--) {
    if (changed.length === 0) changed = other.slice(0, random.integer(1, 8));
    if (changed.length === 0) changed = randomBytes(random, 8);
    changed = random.pick(operators)(changed, random, other);
  }
  return changed;
}

/** At most so many random bytes. */
export function randomBytes(random: Random, lengthMax: number): Uint8Array {
  return Uint8Array.from({ length: random.integer(0, lengthMax) }, () => random.integer(0, 255));
}
