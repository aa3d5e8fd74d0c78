import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { utf8Length } from "../bytes/utf8.ts";

// control characters, and marks that turn the direction of the text around them
const hidden = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

// what no font shows, though some of it counts as letters or symbols: ignorable characters, annotations, two blank symbols
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800\u{1d159}]/gu;

const characters = (text: string): number => [...text].length;

/** A chat text without control characters and outer blanks. Throws CHAT_EMPTY when nothing of it shows, or CHAT_TOO_LONG. */
export function cleanChat(text: string): string {
  const clean = text.toWellFormed().replaceAll(hidden, " ").trim();
  if (clean.replaceAll(invisible, "").trim() === "") throw new RealmError("CHAT_EMPTY");
  if (characters(clean) > limits.chatCharacters.value) throw new RealmError("CHAT_TOO_LONG");
  return clean;
}

/** A player's name without outer blanks. Throws NAME_INVALID, also for what can not be seen in it. */
export function cleanName(name: string): string {
  const clean = name.trim().replaceAll(/ +/gu, " ");
  const fits = clean !== "" && characters(clean) <= limits.nameCharacters.value;
  const isPlain = clean.search(hidden) < 0 && clean.search(invisible) < 0;
  if (!fits || !clean.isWellFormed() || !isPlain) {
    throw new RealmError("NAME_INVALID");
  }
  return clean;
}

/** Throws OPTIONS_INVALID if join options are larger than allowed. */
export function checkJoinOptions(options: unknown): void {
  if (options === undefined) return;
  const bytes = utf8Length(JSON.stringify(options));
  const max = limits.joinOptionsBytes.value;
  if (bytes > max) {
    throw new RealmError("OPTIONS_INVALID", {
      problems: [
        {
          path: "/payload/options",
          expected: `at most ${max} bytes of JSON`,
          got: `${bytes} bytes`,
        },
      ],
    });
  }
}
