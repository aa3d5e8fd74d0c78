import { limits, RealmError } from "@realmwright/protocol";
import { errors, jwtVerify, type JWTPayload } from "jose";
import type { SessionIdentity } from "../session/session-state.ts";
import { playerName } from "./player-name.ts";

/** Says whose a token is. */
export interface TokenVerifier {
  /** Rejects with `TOKEN_INVALID` or `TOKEN_EXPIRED`. */
  verify(token: string): Promise<SessionIdentity>;
}

/** What makes a token one of this server's game. */
export interface TokenRules {
  /** Key of HMAC-SHA-256, at least 32 bytes. */
  readonly secret: Uint8Array;
  readonly issuer: string;
  readonly audience: string;
}

/** The `typ` header: a token made for anything else is refused even if it has the same key. */
export const tokenType = "realm+jwt";
/** How far clocks may be apart. */
const CLOCK_TOLERANCE_S = 60;
const SECRET_BYTES_MIN = 32;

/** Throws TypeError for a secret that could be guessed. */
export function checkedRules(rules: TokenRules): TokenRules {
  if (rules.secret.length < SECRET_BYTES_MIN) {
    throw new TypeError(`The auth secret needs at least ${SECRET_BYTES_MIN} bytes`);
  }
  return rules;
}

/** Verifies tokens signed with a shared secret: HS256 and nothing else, whatever the token's header says. */
export class SecretTokenVerifier implements TokenVerifier {
  readonly #rules: TokenRules;
  readonly #wallMs: () => number;

  constructor(rules: TokenRules, wallMs: () => number) {
    this.#rules = checkedRules(rules);
    this.#wallMs = wallMs;
  }

  async verify(token: string): Promise<SessionIdentity> {
    if (token.length > limits.tokenCharacters.value) throw new RealmError("TOKEN_INVALID");
    return identityOf(await this.#claims(token));
  }

  async #claims(token: string): Promise<JWTPayload> {
    const { secret, issuer, audience } = this.#rules;
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ["HS256"],
        typ: tokenType,
        issuer,
        audience,
        requiredClaims: ["sub", "iat", "exp", "name", "role"],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#wallMs()),
      });
      return payload;
    } catch (cause) {
      const code = cause instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "TOKEN_INVALID";
      throw new RealmError(code, { cause });
    }
  }
}

function identityOf(claims: JWTPayload): SessionIdentity {
  const { sub, iat } = claims;
  const name = claims["name"];
  const role = claims["role"];
  const isGood =
    typeof sub === "string" &&
    sub.length >= 1 &&
    sub.length <= 64 &&
    typeof iat === "number" &&
    typeof name === "string" &&
    (role === "player" || role === "operator");
  if (!isGood) throw new RealmError("TOKEN_INVALID", { detail: "claims" });
  return { account: sub, name: playerName(name), role };
}
