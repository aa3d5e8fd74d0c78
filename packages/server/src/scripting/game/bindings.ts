import type { Subject } from "../../auth/subject.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";

/** What the server can set a member of the arguments to. */
const bindingSources = ["account", "name", "role", "uuid", "code"] as const;

/** One member of the arguments that the server sets, whatever the client sent. */
export interface Binding {
  readonly member: string;
  readonly source: (typeof bindingSources)[number];
}

/** Without those that look alike: 0 and O, 1, I and L. */
const codeLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const codeLength = 6;

/** Of "player=account"; throws TypeError with what is wrong with it. */
export function parseBinding(text: string): Binding {
  const [, member, written] = /^((?!__proto__=)[A-Za-z_]\w{0,39})=(\w+)$/.exec(text) ?? [];
  if (member === undefined) throw new TypeError(`${text}, which is not member=source`);
  const source = bindingSources.find((known) => known === written);
  if (source !== undefined) return { member, source };
  throw new TypeError(`${written}; there are ${bindingSources.join(", ")}`);
}

/** The arguments with what the server sets. */
export function bindArguments(
  args: Readonly<Record<string, unknown>>,
  bindings: readonly Binding[],
  subject: Subject,
  random: RandomBytes,
): Readonly<Record<string, unknown>> {
  const bound = { ...args };
  for (const { member, source } of bindings) bound[member] = valueOf(source, subject, random);
  return bound;
}

function valueOf(source: Binding["source"], subject: Subject, random: RandomBytes): string {
  switch (source) {
    case "account":
    case "name":
    case "role":
      return subject[source];
    case "uuid":
      return uuid(random(16));
    case "code":
      return code(random);
  }
}

/** Version 4 of RFC 9562. */
function uuid(bytes: Uint8Array): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return [0, 8, 12, 16, 20].map((at, i, all) => hex.slice(at, all[i + 1])).join("-");
}

/** For people to read to each other: 31^6, some 900 million. */
function code(random: RandomBytes): string {
  // what is above the last whole multiple would make the first letters more frequent
  const most = 256 - (256 % codeLetters.length);
  let text = "";
  while (text.length < codeLength) {
    for (const byte of random(8)) {
      if (byte < most && text.length < codeLength) text += codeLetters[byte % codeLetters.length];
    }
  }
  return text;
}
