/** One line of a script's leading comments that says something to the server. */
export interface Directive {
  readonly word: string;
  readonly value: string;
  /** counted from 1 */
  readonly line: number;
}

/**
 * Every word, and what it is about: any script, one that is called, or a room. Those of rooms are ordinary prose in
 * scripts that are none.
 */
export const directiveWords: Readonly<Record<string, "any" | "call" | "room">> = {
  reload: "any",
  room: "any",
  keys: "any",
  bind: "call",
  callers: "call",
  opens: "call",
  players: "room",
  spectators: "room",
  tick: "room",
  grace: "room",
  input: "room",
};

/** Reads the comments before the first line of code. `problem` is told of those that were probably meant as directives. */
export function directivesOf(
  source: string,
  problem: (line: number, text: string) => void,
): readonly Directive[] {
  const lines = leadingComments(source);
  const isRoom = lines.some((text) => text.startsWith("-- room: "));
  const words = Object.keys(directiveWords).filter(
    (word) => isRoom || directiveWords[word] !== "room",
  );
  const directives: Directive[] = [];
  for (const [i, text] of lines.entries()) {
    const [, written = "", value = ""] = /^--\s*([a-z]+)\s*:\s*(.*?)\s*$/.exec(text) ?? [];
    if (words.includes(written)) {
      if (!text.startsWith(`-- ${written}: `)) problem(i + 1, `write "-- ${written}: ${value}"`);
      else if (value === "") problem(i + 1, `${written} says nothing`);
      else directives.push({ word: written, value, line: i + 1 });
    } else {
      const meant = written === "" ? undefined : words.find((word) => isNear(word, written));
      if (meant !== undefined) {
        problem(i + 1, `"${written}: " is no directive; did you mean ${meant}?`);
      }
    }
  }
  return directives;
}

/** The lines up to the first one that is neither empty nor a comment of one line. */
function leadingComments(source: string): readonly string[] {
  const lines = source.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^(--(?!\[=*\[).*)?$/.test(line.trim()));
  return end < 0 ? lines : lines.slice(0, end);
}

/** One letter more, less or another one, or two that changed places. */
function isNear(word: string, written: string): boolean {
  const shorter = Math.min(word.length, written.length);
  let head = 0;
  while (head < shorter && word[head] === written[head]) head++;
  let tail = 0;
  while (tail < shorter - head && word.at(-1 - tail) === written.at(-1 - tail)) tail++;
  const a = word.slice(head, word.length - tail);
  const b = written.slice(head, written.length - tail);
  return Math.max(a.length, b.length) <= 1 || (a.length === 2 && b === `${a[1]}${a[0]}`);
}
