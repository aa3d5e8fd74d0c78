import { limits, RealmError } from "@realmwright/protocol";
import { commonPasswords } from "./common-passwords.ts";

/** One character or two, over and over. */
const monotonous = /^(.{1,2}?)\1*.?$/su;
const rows = ["abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/**
 * Throws `PASSWORD_WEAK` for a password that is too short or too long (in code points, after NFKC), among the commonest
 * ones, one or two characters repeated, a row of the alphabet or the keyboard, or the name of its account.
 */
export function checkPassword(password: string, name: string): void {
  const { passwordCharacters, passwordCharactersMin } = limits;
  // no character of a good length has more than 18 units before normalisation
  const isBounded = password.length <= passwordCharacters.value * 18;
  const plain = isBounded && password.isWellFormed() ? password.normalize("NFKC") : "";
  const length = Array.from(plain).length;
  if (length < passwordCharactersMin.value || length > passwordCharacters.value) refuse("length");
  const lower = plain.toLowerCase();
  if (isCommon(lower)) refuse("common");
  if (monotonous.test(lower) || isRow(lower)) refuse("monotonous");
  if (lower === name.normalize("NFKC").toLowerCase()) refuse("the name");
}

/** A common one, or one with up to four digits and signs after it. */
function isCommon(text: string): boolean {
  const [ending = ""] = /[\d!.?]{0,4}$/u.exec(text) ?? [];
  for (let cut = 0; cut <= ending.length; cut++) {
    if (commonPasswords.has(text.slice(0, text.length - cut))) return true;
  }
  return false;
}

function isRow(text: string): boolean {
  const back = Array.from(text).toReversed().join("");
  return rows.some((row) => {
    const round = row.repeat(Math.ceil(text.length / row.length) + 1);
    return round.includes(text) || round.includes(back);
  });
}

function refuse(detail: string): never {
  throw new RealmError("PASSWORD_WEAK", { detail });
}
