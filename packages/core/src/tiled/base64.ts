const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const INVALID = 255;
const SPACE = 254;

const DIGITS: Uint8Array = digits();

function digits(): Uint8Array {
  const table = new Uint8Array(128).fill(INVALID);
  for (let i = 0; i < ALPHABET.length; i++) table[ALPHABET.charCodeAt(i)] = i;
  for (const space of " \t\r\n") table[space.charCodeAt(0)] = SPACE;
  return table;
}

/**
 * The bytes of base64 text (RFC 4648 §4, with padding); white space is skipped.
 * None when the text is damaged or cut.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let digitCount = 0;
  let padding = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? DIGITS[code]! : INVALID;
    if (digit === SPACE) continue;
    if (code === 61 /* = */) {
      padding++;
      continue;
    }
    if (digit === INVALID || padding > 0) return undefined;
    bits = ((bits << 6) | digit) & 0xff_ffff;
    digitCount++;
    if (digitCount % 4 !== 1) bytes[length++] = (bits >>> (6 - 2 * ((digitCount - 1) % 4))) & 0xff;
  }
  // A last group of one digit cannot be; two and three digits need their padding.
  if (padding !== (4 - (digitCount % 4)) % 4 || digitCount % 4 === 1) return undefined;
  return bytes.subarray(0, length);
}
