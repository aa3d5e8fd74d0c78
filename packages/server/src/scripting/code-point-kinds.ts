/** Everything that Unicode has put characters into; what lies behind is unassigned or private. */
const assigned: readonly (readonly [from: number, to: number])[] = [
  [0, 0x3ffff],
  [0xe0000, 0xe0fff],
];

/** White space. Braille's empty cell and the empty hieroglyphs look like it. */
const blank = /[\p{White_Space}\u2800\u{13441}\u{13442}]/u;
/** What is no character, stands in for one, or shows nothing, as a null note head and the filler of Khitan do. */
const unseen = /[\p{C}\p{Default_Ignorable_Code_Point}\ufffc\ufffd\u{1d159}]|\u{16fe4}/u;
const mark = /\p{M}/u;

/** How a text of strangers takes a code point. Marks stack above and below the letter before them. */
export const codePointKinds = { shown: 0, blank: 1, unseen: 2, mark: 3 } as const;

function kindOf(text: string): number {
  if (blank.test(text)) return codePointKinds.blank;
  if (unseen.test(text)) return codePointKinds.unseen;
  return mark.test(text) ? codePointKinds.mark : codePointKinds.shown;
}

/**
 * Where each run of code points of one kind begins: the first one times 4, plus the kind; ascending. By the Unicode of this
 * Node, as the rules for names are, so that what is refused there is left out here.
 */
export function codePointRuns(): readonly number[] {
  const runs: number[] = [];
  let last = -1;
  const begin = (code: number, kind: number): void => {
    if (kind !== last) runs.push(code * 4 + kind);
    last = kind;
  };
  for (const [from, to] of assigned) {
    for (let code = from; code <= to; code++) begin(code, kindOf(String.fromCodePoint(code)));
    begin(to + 1, codePointKinds.unseen);
  }
  return runs;
}
