/**
 * What a command answers, in Redis' kinds. Strings here and in all keys and values hold one byte per character: they
 * compare as Redis compares, and cost nothing to move to and from Lua.
 */
export type Reply = string | number | null | { readonly ok: string } | Failure | readonly Reply[];

export interface Failure {
  readonly err: string;
}

/** Thrown by commands; the script gets it as an error reply. Never leaves the worker. */
export class CommandError extends Error {}

export const ok: Reply = { ok: "OK" };
export const wrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
export const notInteger = "ERR value is not an integer or out of range";
export const syntaxError = "ERR syntax error";

export function isList(reply: Reply): reply is readonly Reply[] {
  return Array.isArray(reply);
}

/** One byte per character, of text. */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** Text, of one byte per character; what is not UTF-8 becomes U+FFFD. */
export function toText(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
