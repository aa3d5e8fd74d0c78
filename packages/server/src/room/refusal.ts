import type { Refusal } from "@realmwright/core";
import {
  type ErrorCode,
  type ErrorPayload,
  errors,
  isErrorCode,
  limits,
  RealmError,
} from "@realmwright/protocol";

/** What `room.refuse` makes. A class, so that nothing else passes for one. Longer texts are cut to 256 characters. */
export class RoomRefusal implements Refusal {
  readonly refused = true;
  readonly code: string;
  readonly text: string | undefined;

  /** Throws `GAME_INVALID` when the code is empty, too long or no plain text. */
  constructor(code: string, text: string | undefined) {
    if (code === "" || code.length > limits.codeCharacters.value || !code.isWellFormed()) {
      throw new RealmError("GAME_INVALID", {
        detail: `a refusal's code has 1 to ${limits.codeCharacters.value} characters`,
      });
    }
    this.code = code;
    const words = text?.slice(0, limits.errorTextCharacters.value).toWellFormed();
    this.text = words === "" ? undefined : words;
  }
}

/** What a peer is told of a refusal. A game's own code takes over what `like` advises. */
export function refusalPayload(
  refusal: { readonly code: string; readonly text?: string | undefined },
  like: ErrorCode,
): ErrorPayload {
  const known = isErrorCode(refusal.code) ? errors[refusal.code] : errors[like];
  return {
    code: refusal.code,
    text: refusal.text ?? known.text,
    action: known.action,
    ...(known.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
  };
}

/** What a peer is told of an error of the catalogue. */
export function payloadOf(code: ErrorCode): ErrorPayload {
  return new RealmError(code).toPayload();
}
