import { limits, RealmError } from "@realmwright/protocol";

/** Letters, marks, digits, punctuation, symbols and plain spaces; nothing that is invisible or moves other text. */
const plainText = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** More marks on one letter than any script needs: they would climb over the lines around. */
const stackedMarks = /\p{M}{4}/u;

/**
 * The form in which a player's name is kept: composed (NFC), outer spaces gone, inner ones single. Throws
 * `NAME_INVALID` unless that is plain text with at least one letter or digit and short enough.
 */
export function playerName(text: string): string {
  // normalising may shrink text, but never by this much
  const isHuge = text.length > limits.nameCharacters.value * 8;
  const name = isHuge ? "" : text.normalize("NFC").trim().replaceAll(/ {2,}/g, " ");
  const isGood =
    name.length <= limits.nameCharacters.value &&
    plainText.test(name) &&
    letterOrDigit.test(name) &&
    !stackedMarks.test(name);
  if (!isGood) throw new RealmError("NAME_INVALID");
  return name;
}
