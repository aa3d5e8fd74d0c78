import { RealmError } from "../errors.ts";

/** Bytes that `text` takes in UTF-8. A lone surrogate counts as the three bytes of U+FFFD. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isHigh(unit) && isLow(text.charCodeAt(i + 1))) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/** Writes `text` at `at` into bytes that have room for it; answers the end. */
export function utf8Write(text: string, bytes: Uint8Array, at: number): number {
  let end = at;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      bytes[end++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[end++] = 0xc0 | (point >> 6);
      bytes[end++] = 0x80 | (point & 0x3f);
      continue;
    }
    if (point >= 0xd800 && point < 0xe000) {
      const next = text.charCodeAt(i + 1);
      if (isHigh(point) && isLow(next)) {
        point = 0x10000 + ((point - 0xd800) << 10) + (next - 0xdc00);
        i++;
        bytes[end++] = 0xf0 | (point >> 18);
        bytes[end++] = 0x80 | ((point >> 12) & 0x3f);
        bytes[end++] = 0x80 | ((point >> 6) & 0x3f);
        bytes[end++] = 0x80 | (point & 0x3f);
        continue;
      }
      point = 0xfffd;
    }
    bytes[end++] = 0xe0 | (point >> 12);
    bytes[end++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[end++] = 0x80 | (point & 0x3f);
  }
  return end;
}

/** Reads the UTF-8 text between two offsets. Throws DECODE_INVALID where it is not UTF-8. */
export function utf8Read(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  while (at < end) {
    if (at + 8 <= end && isAscii(bytes, at)) {
      text += eightAscii(bytes, at);
      at += 8;
      continue;
    }
    const first = bytes[at++] as number;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || at + more > end) throw notUtf8();
    let point = first & (0x3f >> more);
    for (let i = 0; i < more; i++) {
      const byte = bytes[at++] as number;
      if ((byte & 0xc0) !== 0x80) throw notUtf8();
      point = (point << 6) | (byte & 0x3f);
    }
    // overlong forms, surrogates and what lies above Unicode
    const least = more === 3 ? 0x10000 : more === 2 ? 0x800 : 0x80;
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) throw notUtf8();
    text += String.fromCodePoint(point);
  }
  return text;
}

/** Whether the eight bytes from `at` on are ASCII, as most are. */
function isAscii(bytes: Uint8Array, at: number): boolean {
  let all = 0;
  for (let i = at; i < at + 8; i++) all |= bytes[i] as number;
  return all < 0x80;
}

/** Eight characters at once: a text that grows by one at a time is a chain of as many pieces, each in memory. */
function eightAscii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at] as number,
    bytes[at + 1] as number,
    bytes[at + 2] as number,
    bytes[at + 3] as number,
    bytes[at + 4] as number,
    bytes[at + 5] as number,
    bytes[at + 6] as number,
    bytes[at + 7] as number,
  );
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function notUtf8(): RealmError {
  return new RealmError("DECODE_INVALID", { detail: "the text is not UTF-8" });
}
