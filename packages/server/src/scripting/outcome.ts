import type { KeyChange, ScriptOutcome } from "../ports/script-engine.ts";
import type { Message } from "./keys/command.ts";
import type { StoredKey } from "./keys/key-space.ts";
import { toText } from "./keys/reply.ts";
import type { CallEnd } from "./worker-messages.ts";

/** What a call's caller is told, of what the worker tells. */
export function toOutcome(
  end: Exclude<CallEnd, { readonly type: "over" }>,
  stored: readonly StoredKey[],
  messages: readonly Message[],
): ScriptOutcome {
  const changes = stored.map(toChange);
  const published = messages.map(({ channel, message }) => {
    return { channel: toText(channel), message: toText(message) };
  });
  return end.type === "done"
    ? { ok: true, result: end.result, changes, published }
    : { ok: false, error: end.text, changes, published };
}

function toChange({ key: bytes, type, value, expiresMs }: StoredKey): KeyChange {
  const key = toText(bytes);
  switch (type) {
    case "none":
      return { key, type };
    case "string":
      return { key, type, expiresMs, value: toText(value as string) };
    case "hash":
    case "zset":
      return { key, type, expiresMs, value: pairs(value as readonly string[]) };
    case "list":
    case "set":
      return { key, type, expiresMs, value: (value as readonly string[]).map(toText) };
  }
}

function pairs(flat: readonly string[]): (readonly [string, string])[] {
  const all: (readonly [string, string])[] = [];
  for (let i = 0; i < flat.length; i += 2) all.push([toText(flat[i]!), toText(flat[i + 1]!)]);
  return all;
}
