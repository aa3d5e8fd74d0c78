import type { Sender } from "../messages/table.ts";
import { depthMax } from "./envelope.ts";

const quote = 0x22;
const backslash = 0x5c;
const forbiddenKey = '"__proto__":';

/**
 * A value as `JSON.stringify` has written it. Encoders take it in the place of the value: those that carry JSON pass
 * it on as it is, so that a large one is neither read nor written once more.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Whether a message of this sender can hold the value as its payload's member, in every encoding: its levels, no key
 * `__proto__`, no halves of surrogate pairs. `text` is what `JSON.stringify` has written, whose escapes are known; one
 * walk over its characters is a tenth of what one over the value costs.
 */
export function fitsMessage(text: string, sender: Sender): boolean {
  let left = depthMax(sender) - 2;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) {
      if (text.startsWith(forbiddenKey, i)) return false;
      i = stringEnd(text, i + 1);
      if (i < 0) return false;
      // [ and { differ by one bit, as ] and } do
    } else if ((unit | 0x20) === 0x7b && left-- === 0) return false;
    else if ((unit | 0x20) === 0x7d) left++;
  }
  return true;
}

/** Where the string ends whose first character is at `i`; -1 when it has half a surrogate pair. */
function stringEnd(text: string, i: number): number {
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    if (unit === quote) return i;
    // of surrogates only halves are escaped
    if (unit === backslash && text.startsWith("\\ud", i)) return -1;
    i += unit === backslash ? 2 : 1;
  }
  return -1;
}
