import { limits, RealmError } from "@realmwright/protocol";
import { cleanName } from "@realmwright/protocol/internal";

/** Letters, marks, digits, punctuation, symbols and plain spaces; nothing that is invisible or moves other text. */
const plainText = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** More marks on one letter than any script needs: they would climb over the lines around. */
const stackedMarks = /\p{M}{4}/u;
/** Colours the symbol before it, which names the same without it. */
const emojiStyle = /(?<=\p{Extended_Pictographic})\ufe0f/gu;
/** Nothing longer than this can shrink to a good name. */
const unitsMax = 1024;

/**
 * The form in which an account's name is kept: the protocol's rule, composed (NFC), and nothing in it by which one name
 * could pass for another. Throws `NAME_INVALID` with what is expected.
 */
export function playerName(text: string): string {
  const isShort = text.length <= unitsMax;
  try {
    const name = cleanName(isShort ? text.normalize("NFC").replaceAll(emojiStyle, "") : "");
    if (plainText.test(name) && letterOrDigit.test(name) && !stackedMarks.test(name)) return name;
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== "NAME_INVALID") throw error;
  }
  const { value: max } = limits.nameCharacters;
  const expected = `1 to ${max} characters of plain text, a letter or digit among them`;
  const got = `a text of ${text.length} characters`;
  throw new RealmError("NAME_INVALID", { problems: [{ path: "/name", expected, got }] });
}
