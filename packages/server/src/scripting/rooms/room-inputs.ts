import {
  input,
  limits,
  RealmError,
  t,
  type Field,
  type InputDefinition,
} from "@realmwright/protocol";
import { compileRoom } from "@realmwright/protocol/internal";
import type { InputHeader } from "../game/script-header.ts";

/** Of the data of an input that says nothing of its shape, with its length before it. */
const jsonBytes = limits.inputBytes.value - 4;

/** Handlers that every scripted room may have. */
const roomFunctions: ReadonlySet<string> = new Set([
  "create",
  "join",
  "leave",
  "drop",
  "reconnect",
  "tick",
  "close",
]);

/** Kinds of members in the header of a script, by their first word. */
const kinds: Readonly<Record<string, (words: readonly string[]) => Field<unknown>>> = {
  bool: () => t.bool(),
  float: () => t.float(),
  uint: ([max]) => t.uint(number(max)),
  int: ([min, max]) => t.int(number(min), number(max)),
  string: ([max]) => t.string(number(max)),
  json: ([max]) => t.json(number(max)),
  enum: ([first = "", ...others]) => t.enum([first, ...others]),
};
const counts: Readonly<Record<string, number>> = {
  bool: 0,
  float: 0,
  uint: 1,
  int: 2,
  string: 1,
  json: 1,
};

/**
 * An input as clients know it. Without a shape its data is one member, `data`, of any JSON. A name with "?" behind it need
 * not be there. Throws TypeError with what is wrong.
 */
export function inputOf({ name, shape }: Pick<InputHeader, "name" | "shape">): InputDefinition {
  if (roomFunctions.has(name)) throw new TypeError(`${name} is a function of every room`);
  return checked(() => {
    const members = Object.entries(shape ?? {}).map(([member, kind]): [string, Field<unknown>] =>
      member.endsWith("?")
        ? [member.slice(0, -1), t.optional(fieldOf(kind))]
        : [member, fieldOf(kind)],
    );
    const fields = shape === undefined ? { data: t.json(jsonBytes) } : Object.fromEntries(members);
    const made = input(name, fields);
    // what it may take in bytes is known there
    compileRoom({ inputs: { made } });
    return made;
  });
}

function fieldOf(text: string): Field<unknown> {
  const [kind = "", ...words] = text.trim().split(/\s+/);
  const make = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (make === undefined) {
    throw new TypeError(`"${text}" is no kind; there are ${Object.keys(kinds).join(", ")}`);
  }
  if (words.length !== (counts[kind] ?? words.length))
    throw new TypeError(`"${text}" has another number of words`);
  return make(words);
}

function number(word: string | undefined): number {
  if (word !== undefined && /^-?\d{1,16}$/.test(word)) return Number(word);
  throw new TypeError(`${word ?? "nothing"} is no whole number`);
}

/** The schema's own errors, in the words of a header's. */
function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RealmError) throw new TypeError(error.message, { cause: error });
    throw error;
  }
}
