import type { ScriptOutcome } from "../ports/script-engine.ts";
import type { Message } from "./keys/command.ts";
import { toText } from "./keys/reply.ts";
import type { CallEnd } from "./worker-messages.ts";

/** What a call's caller is told, of what the worker tells. */
export function toOutcome(
  end: Exclude<CallEnd, { readonly type: "over" }>,
  messages: readonly Message[],
): ScriptOutcome {
  const published = messages.map(({ channel, message }) => {
    return { channel: toText(channel), message: toText(message) };
  });
  return end.type === "done"
    ? { ok: true, result: end.result, published, isKept: false }
    : { ok: false, error: end.text, published, isKept: false };
}
