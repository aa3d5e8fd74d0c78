const pair =
  /\s*(?<key>[a-zA-Z_]+)\s*=\s*(?:'(?<quoted>(?:[^'\\]|\\.)*)'|(?<plain>(?:[^\s'\\]|\\.)*))(?=\s|$)/suy;

/** Reads libpq's `key=value key='a value'`; undefined when it is not of that form. */
export function readKeywordValue(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  const end = text.trimEnd().length;
  pair.lastIndex = 0;
  let at = 0;
  while (at < end) {
    pair.lastIndex = at;
    const { key, quoted, plain } = pair.exec(text)?.groups ?? {};
    if (key === undefined) return undefined;
    found.set(key, (quoted ?? plain ?? "").replaceAll(/\\(?<any>.)/gsu, "$<any>"));
    at = pair.lastIndex;
  }
  return found;
}
