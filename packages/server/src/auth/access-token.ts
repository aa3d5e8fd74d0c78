import { errors, jwtVerify, SignJWT, type JWTPayload } from "jose";
import { RealmError } from "@realmwright/protocol";
import { playerName } from "./player-name.ts";
import { isRole, type Subject } from "./subject.ts";

/** What makes a token one of this server's game. */
export interface TokenRules {
  /** Key of HMAC-SHA-256, at least 32 bytes. */
  readonly secret: Uint8Array;
  readonly issuer: string;
  readonly audience: string;
}

/** What an access token says. */
export interface AccessClaims extends Subject {
  /** The account's session version: raised, it ends all tokens made before. */
  readonly version: number;
  /** Seconds since 1970. */
  readonly issuedAtS: number;
  readonly expiresAtS: number;
}

/** The `typ` header: a token made for anything else is refused even if it has the same key. */
export const tokenType = "realm+jwt";
/** How far clocks may be apart. */
export const clockToleranceS = 60;
const SECRET_BYTES_MIN = 32;

/** Throws TypeError for a secret that could be guessed. */
export function checkedRules(rules: TokenRules): TokenRules {
  if (rules.secret.length < SECRET_BYTES_MIN) {
    throw new TypeError(`The auth secret needs at least ${SECRET_BYTES_MIN} bytes`);
  }
  return rules;
}

/**
 * Signs claims. HS256: whoever checks tokens is a part of this server and has its secret anyway. The same claims and id
 * give the same token.
 */
export function signToken(rules: TokenRules, claims: AccessClaims, id: string): Promise<string> {
  const { account, name, role, isGuest, session, version, issuedAtS, expiresAtS } = claims;
  return new SignJWT({ name, role, guest: isGuest, sid: session, sv: version })
    .setProtectedHeader({ alg: "HS256", typ: tokenType })
    .setIssuer(rules.issuer)
    .setAudience(rules.audience)
    .setSubject(account)
    .setJti(id)
    .setIssuedAt(issuedAtS)
    .setNotBefore(issuedAtS)
    .setExpirationTime(expiresAtS)
    .sign(rules.secret);
}

/** HS256 and nothing else, whatever the token's header says. Rejects with `TOKEN_INVALID` or `TOKEN_EXPIRED`. */
export async function readToken(
  rules: TokenRules,
  token: string,
  wallMs: number,
): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(token, rules.secret, {
      algorithms: ["HS256"],
      typ: tokenType,
      issuer: rules.issuer,
      audience: rules.audience,
      requiredClaims: ["sub", "iat", "nbf", "exp", "jti", "sid", "sv", "name", "role", "guest"],
      clockTolerance: clockToleranceS,
      currentDate: new Date(wallMs),
    });
    return claimsOf(payload);
  } catch (cause) {
    throw tokenError(cause);
  }
}

/** The catalogue's error for what made a token fail. */
export function tokenError(cause: unknown): RealmError {
  if (cause instanceof RealmError && cause.code !== "NAME_INVALID") return cause;
  const code = cause instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "TOKEN_INVALID";
  return new RealmError(code, { cause });
}

function claimsOf(claims: JWTPayload): AccessClaims {
  const { sub, iat, exp, jti } = claims;
  const { name, role, guest, sid, sv } = claims;
  if (
    !isId(sub) ||
    !isId(jti) ||
    !isId(sid) ||
    typeof iat !== "number" ||
    typeof exp !== "number" ||
    typeof name !== "string" ||
    typeof guest !== "boolean" ||
    typeof sv !== "number" ||
    !Number.isSafeInteger(sv) ||
    !isRole(role)
  ) {
    throw new RealmError("TOKEN_INVALID", { detail: "claims" });
  }
  return {
    account: sub,
    name: playerName(name),
    role,
    isGuest: guest,
    session: sid,
    version: sv,
    issuedAtS: iat,
    expiresAtS: exp,
  };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= 64;
}
