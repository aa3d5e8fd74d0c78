import { RealmError } from "@realmwright/protocol";

/** A key with places that a call fills, such as "lobby:{arg.id}:players". */
export type KeyTemplate = readonly KeyPart[];

export type KeyPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "game" | "account" | "room" }
  | { readonly type: "argument"; readonly name: string };

/** What the places of a template are filled with. */
export interface KeyValues {
  readonly game: string;
  readonly account: string;
  readonly args: Readonly<Record<string, unknown>> | readonly unknown[];
  /** Whether the caller is in a running room of this id. */
  readonly isMember: (room: string) => boolean;
}

const placeholders = /\{([^{}]*)\}/;

/** Throws TypeError with what is wrong with it. */
export function parseKeyTemplate(text: string): KeyTemplate {
  if (text.length > 200) throw new TypeError("a key of more than 200 characters");
  // the odd ones stood in braces
  const parts = text.split(placeholders).map((part, i): KeyPart => {
    if (i % 2 === 1) return parsePlace(part);
    if (/[{}]/.test(part)) throw new TypeError(`an open brace in ${text}`);
    return { type: "text", text: part };
  });
  return parts.filter((part) => part.type !== "text" || part.text !== "");
}

/** One of a room's: nobody calls it, with no arguments. Throws TypeError with what is wrong with it. */
export function parseRoomKey(text: string): KeyTemplate {
  const template = parseKeyTemplate(text);
  const isOfCall = template.some(({ type }) => type === "account" || type === "argument");
  if (isOfCall) throw new TypeError("keys of a room have {game} and {room} only");
  return template;
}

function parsePlace(place: string): KeyPart {
  if (place === "game" || place === "account" || place === "room") return { type: place };
  const name = /^arg\.([A-Za-z_]\w{0,39})$/.exec(place)?.[1];
  if (name !== undefined) return { type: "argument", name };
  throw new TypeError(`{${place}}; there are {game}, {account}, {room} and {arg.NAME}`);
}

/**
 * Throws `SCRIPT_CALL_INVALID` for an argument that is not 1 to 64 letters, digits, `_` and `-`, and `FORBIDDEN` for a
 * room in which the caller is not.
 */
export function fillKey(template: KeyTemplate, values: KeyValues): string {
  return template
    .map((part) => {
      switch (part.type) {
        case "text":
          return part.text;
        case "game":
        case "account":
          return values[part.type];
        case "room":
          return roomOf(values);
        case "argument":
          return argument(values.args, part.name);
      }
    })
    .join("");
}

function roomOf({ args, isMember }: KeyValues): string {
  const room = argument(args, "room");
  if (!isMember(room)) throw new RealmError("FORBIDDEN", { detail: "in no such room" });
  return room;
}

function argument(args: KeyValues["args"], name: string): string {
  const value = Object.hasOwn(args, name) ? (args as Record<string, unknown>)[name] : undefined;
  if (typeof value === "string" && /^[\w-]{1,64}$/.test(value)) return value;
  const expected = "1 to 64 letters, digits, _ and -";
  const got = typeof value === "string" ? `${value.length} characters` : typeof value;
  throw new RealmError("SCRIPT_CALL_INVALID", {
    problems: [{ path: `/args/${name}`, expected, got }],
  });
}
