import { limits, RealmError } from "@realmwright/protocol";
import type { SessionIdentity } from "../session/session-state.ts";
import type { AccessClaims, TokenRules } from "./access-token.ts";
import { TokenReader } from "./token-reader.ts";

export type { TokenRules } from "./access-token.ts";

/** Says whose a token is. */
export interface TokenVerifier {
  /** Rejects with `TOKEN_INVALID` or `TOKEN_EXPIRED`; one that knows accounts also with `SESSION_ENDED` or `ACCOUNT_BANNED`. */
  verify(token: string): Promise<SessionIdentity>;
}

/** Says whose a connection ticket is, and uses it up. */
export interface TicketTaker {
  /**
   * `origin` is that of the page that connects, undefined for other clients. Rejects with `TICKET_INVALID`, and as
   * `TokenVerifier.verify` does.
   */
  take(ticket: string, origin: string | undefined): Promise<SessionIdentity>;
}

/** Verifies this server's own tokens by the secret alone: what has ended since they were made it does not know. */
export class SecretTokenVerifier implements TokenVerifier {
  readonly #tokens: TokenReader;

  constructor(rules: TokenRules, wallMs: () => number) {
    this.#tokens = new TokenReader(rules, wallMs);
  }

  async verify(token: string): Promise<AccessClaims> {
    checkTokenForm(token);
    return await this.#tokens.read(token);
  }
}

/**
 * Three parts of base64url, and nothing that a lenient decoder passes over: neither other characters nor bits at the end of
 * a part that belong to no byte, by which one token could be written in many ways.
 */
const part = "(?=[\\w-])(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?";
const compact = new RegExp(`^${part}\\.${part}\\.${part}$`, "u");

/** Throws `TOKEN_INVALID` for a text that is not worth looking at. */
export function checkTokenForm(token: string): void {
  if (token.length > limits.tokenCharacters.value || !compact.test(token)) {
    throw new RealmError("TOKEN_INVALID", { detail: "form" });
  }
}
