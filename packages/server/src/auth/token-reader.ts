import { hash } from "node:crypto";
import { RealmError } from "@realmwright/protocol";
import {
  checkedRules,
  clockToleranceS,
  readToken,
  type AccessClaims,
  type TokenRules,
} from "./access-token.ts";

/** The one that came first is forgotten first. */
const TOKENS_MAX = 10_000;

/**
 * Reads this server's own tokens. A signature is checked when a token first comes: that costs more than all else that a
 * request does with it, and waits for the threads that hash passwords. Its end is looked at each time.
 */
export class TokenReader {
  readonly #rules: TokenRules;
  readonly #wallMs: () => number;
  readonly #most: number;
  /** By the token's hash, which opens nothing and takes as long to compare whatever is asked for. */
  readonly #known = new Map<string, AccessClaims>();

  /**
   * Throws TypeError for a secret that could be guessed.
   *
   * @param most tokens that are remembered
   */
  constructor(rules: TokenRules, wallMs: () => number, most: number = TOKENS_MAX) {
    this.#rules = checkedRules(rules);
    this.#wallMs = wallMs;
    this.#most = most;
  }

  /** Rejects with `TOKEN_INVALID` or `TOKEN_EXPIRED`. */
  async read(token: string): Promise<AccessClaims> {
    const known = this.recall(token);
    if (known !== undefined) return known;
    const claims = await readToken(this.#rules, token, this.#wallMs());
    this.#known.set(keyOf(token), claims);
    if (this.#known.size > this.#most) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return claims;
  }

  /** What a token says that was read before; undefined for others. Throws `TOKEN_EXPIRED`. */
  recall(token: string): AccessClaims | undefined {
    const key = keyOf(token);
    const claims = this.#known.get(key);
    if (claims === undefined) return undefined;
    if (claims.expiresAtS > Math.floor(this.#wallMs() / 1000) - clockToleranceS) return claims;
    this.#known.delete(key);
    throw new RealmError("TOKEN_EXPIRED");
  }
}

function keyOf(token: string): string {
  return hash("sha256", token, "base64url");
}
