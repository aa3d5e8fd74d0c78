import { RealmError } from "@realmwright/protocol";
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import { clockToleranceS, tokenError } from "./access-token.ts";

/** Whose tokens are taken besides our own, for example a Supabase project's. */
export interface ForeignIssuer {
  /** The `iss` claim, exactly: "https://<project>.supabase.co/auth/v1". */
  readonly issuer: string;
  /** The `aud` claim: "authenticated" at Supabase. */
  readonly audience: string;
  readonly key:
    | { /** HS256 with this secret of at least 32 bytes. */ readonly secret: Uint8Array }
    | {
        /** Where its public keys are; the only address that a token ever makes the server ask. */
        readonly jwksUrl: string;
        /** Default both. */
        readonly algorithms?: readonly ("ES256" | "RS256")[];
      };
}

/** What a foreign token says that we use. */
export interface ForeignClaims {
  readonly issuer: string;
  /** The account there. */
  readonly subject: string;
  /** A name that its owner has there; not checked by our rules. */
  readonly name: string | undefined;
  /** What names the login there. */
  readonly session: string | undefined;
  readonly issuedAtS: number;
}

export interface ForeignKeysOptions {
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  /** Default the platform's. */
  readonly fetch?: FetchImplementation;
}

/** Unknown keys and failures make it ask again after so long at the earliest. */
const COOLDOWN_MS = 30_000;
const KEYS_LAST_MS = 600_000;
const ANSWER_MS = 2000;
const SECRET_BYTES_MIN = 32;
/** What names an account or a login there. */
const plain = /^[!-~]{1,255}$/u;
/** `typ` headers of access tokens in use; ours is not among them. */
const types = new Set([undefined, "JWT", "jwt", "at+jwt"]);

/** Checks one foreign issuer's tokens: its algorithms, its key, its audience, and nothing that a token says of them. */
export class IssuerKeys {
  readonly #issuer: ForeignIssuer;
  readonly #options: ForeignKeysOptions;
  readonly #algorithms: string[];
  readonly #key: Uint8Array | JWTVerifyGetKey;
  #deafUntilMs = -Infinity;

  /** Throws TypeError for a short secret and for an address of keys that is neither https nor on this machine. */
  constructor(issuer: ForeignIssuer, options: ForeignKeysOptions) {
    this.#issuer = issuer;
    this.#options = options;
    const { key } = issuer;
    if ("secret" in key) {
      if (key.secret.length < SECRET_BYTES_MIN) {
        throw new TypeError(`The secret of ${issuer.issuer} needs ${SECRET_BYTES_MIN} bytes`);
      }
      this.#algorithms = ["HS256"];
      this.#key = key.secret;
    } else {
      this.#algorithms = [...(key.algorithms ?? ["ES256", "RS256"])];
      this.#key = this.#remote(safeUrl(key.jwksUrl));
    }
  }

  /** Rejects with `TOKEN_INVALID`, `TOKEN_EXPIRED`, or `ISSUER_GONE` when its keys can not be fetched. */
  async verify(token: string): Promise<ForeignClaims> {
    const { issuer, audience } = this.#issuer;
    const options = {
      algorithms: this.#algorithms,
      issuer,
      audience,
      requiredClaims: ["sub", "iat", "exp"],
      clockTolerance: clockToleranceS,
      currentDate: new Date(this.#options.wallMs()),
    };
    const key = this.#key;
    try {
      const { payload, protectedHeader } = await (typeof key === "function"
        ? jwtVerify(token, key, options)
        : jwtVerify(token, key, options));
      if (!types.has(protectedHeader.typ)) throw new RealmError("TOKEN_INVALID", { detail: "typ" });
      return claimsOf(payload, issuer);
    } catch (cause) {
      throw tokenError(cause);
    }
  }

  #remote(url: URL): JWTVerifyGetKey {
    const { fetch } = this.#options;
    const keys = createRemoteJWKSet(url, {
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_LAST_MS,
      timeoutDuration: ANSWER_MS,
      ...(fetch === undefined ? {} : { [customFetch]: fetch }),
    });
    return async (header, token) => {
      const { kid } = header;
      if (kid !== undefined && (typeof kid !== "string" || kid.length > 256)) {
        throw new RealmError("TOKEN_INVALID", { detail: "kid" });
      }
      const nowMs = this.#options.nowMs();
      if (nowMs < this.#deafUntilMs) {
        throw new RealmError("ISSUER_GONE", { retryAfterMs: this.#deafUntilMs - nowMs });
      }
      try {
        return await keys(header, token);
      } catch (cause) {
        if (isOfToken(cause)) throw cause;
        this.#deafUntilMs = this.#options.nowMs() + COOLDOWN_MS;
        throw new RealmError("ISSUER_GONE", { cause });
      }
    };
  }
}

/** The token is to blame, not the way to the keys. */
function isOfToken(cause: unknown): boolean {
  return (
    cause instanceof errors.JWKSNoMatchingKey ||
    cause instanceof errors.JWKSMultipleMatchingKeys ||
    cause instanceof errors.JOSENotSupported
  );
}

function safeUrl(text: string): URL {
  const url = new URL(text);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
    throw new TypeError(`The keys of an issuer need https: ${url.origin}`);
  }
  return url;
}

function claimsOf(claims: JWTPayload, issuer: string): ForeignClaims {
  const { sub, iat, session_id: session, user_metadata: more } = claims;
  if (typeof sub !== "string" || !plain.test(sub) || typeof iat !== "number") {
    throw new RealmError("TOKEN_INVALID", { detail: "claims" });
  }
  const about: Readonly<Record<string, unknown>> =
    typeof more === "object" && more !== null ? { ...more } : {};
  const names = [claims["name"], about["user_name"], about["name"], about["full_name"]];
  return {
    issuer,
    subject: sub,
    name: names.find((name) => typeof name === "string"),
    session: typeof session === "string" && plain.test(session) ? session : undefined,
    issuedAtS: iat,
  };
}
