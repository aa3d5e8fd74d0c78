import { limits, RealmError, type Problem } from "@realmwright/protocol";

/** Letters, marks and digits of any script, and three signs that need no quotes anywhere. */
const allowed = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u;
const invisible = /\p{Default_Ignorable_Code_Point}/u;
/** More marks on one letter than any script needs: they would climb over the lines around. */
const stackedMarks = /\p{M}{4}/u;
/** Names that guests have until they choose one. */
const guestPrefix = "guest-";

/** Letters and digits of Latin, Greek and Cyrillic that look alike in one case or the other; the first stands for all. */
const alike = `aаα bвβ cсϲ dԁ eеε hнһη jј kкκ lі1iιӏ mмμ nν oоο0 pрρ qԛ sѕ tтτ uυ wԝ xхχ yуүυ zζ σς`
  .split(" ")
  .map((group) => Array.from(group));
const standIns: ReadonlyMap<string, string> = new Map(
  alike.flatMap(([first = "", ...others]) => others.map((other) => [other, first] as const)),
);

/**
 * The form in which a user name is kept: composed (NFC), 3 to 32 characters, letters, digits, marks and `_.-`, beginning
 * with a letter or digit. Throws `NAME_INVALID` with what is expected, also for names that only guests have.
 */
export function userName(text: string): string {
  const { userNameCharacters, userNameCharactersMin } = limits;
  const isShort = text.length <= 1024;
  const name = isShort ? text.normalize("NFC").trim() : "";
  const length = Array.from(name).length;
  const hasLength = length >= userNameCharactersMin.value && length <= userNameCharacters.value;
  if (!hasLength) {
    const expected = `${userNameCharactersMin.value} to ${userNameCharacters.value} characters`;
    throw invalid(expected, isShort ? `${length} characters` : "more");
  }
  if (!allowed.test(name) || invisible.test(name) || stackedMarks.test(name)) {
    throw invalid("letters, digits and _.- that begin with a letter or digit", "others");
  }
  if (nameKey(name).startsWith(nameKey(guestPrefix))) {
    throw invalid(`a name that does not begin with ${guestPrefix}`, "a guest's name");
  }
  return name;
}

/**
 * What is unique of a user name: two names with the same key could be taken for one another. Compatibility forms are
 * decomposed (NFKD), cases folded, and look-alike letters and digits of Latin, Greek and Cyrillic are one. As in
 * `userName`, outer blanks are no part of it: keyboards of phones add them.
 */
export function nameKey(name: string): string {
  // each for itself: the lower case of a sigma depends on where it stands
  const folded = Array.from(name.normalize("NFKD"), (character) =>
    character.toLowerCase().toUpperCase().toLowerCase(),
  );
  const plain = Array.from(folded.join("").normalize("NFKD"), (of) => standIns.get(of) ?? of);
  return plain.join("").normalize("NFC").trim();
}

function invalid(expected: string, got: string): RealmError {
  const problem: Problem = { path: "/username", expected, got };
  return new RealmError("NAME_INVALID", { problems: [problem] });
}
