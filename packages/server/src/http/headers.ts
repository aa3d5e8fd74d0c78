import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { limits, RealmError } from "@realmwright/protocol";

/** Two of one of these could mean one thing here and another to a proxy in front. */
const singular = new Set([
  "authorization",
  "content-encoding",
  "content-type",
  "host",
  "idempotency-key",
  "origin",
]);

/** What a client may say of its connection. */
const connectionOptions = new Set([
  "close",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);

/**
 * Whether the headers of a request might mean one thing here and another to who hands it on or takes it: one that decides
 * something comes twice, or `Connection` names a header that proxies would then take out, its length or its sender among them.
 */
export function isAmbiguous(request: Pick<IncomingMessage, "rawHeaders" | "headers">): boolean {
  const { connection = "" } = request.headers;
  const named = connection.split(",").map((name) => name.trim().toLowerCase());
  return (
    named.some((name) => name !== "" && !connectionOptions.has(name)) || hasDoubledHeader(request)
  );
}

/** Says so when a header that decides something comes twice. */
export function hasDoubledHeader({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): boolean {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!singular.has(name)) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

/** The token of `Authorization: Bearer <token>` (RFC 6750); undefined without the header. Throws `TOKEN_INVALID`. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const [, token] = /^bearer +([\w.~+/-]+=*)$/iu.exec(authorization) ?? [];
  if (token === undefined || token.length > limits.tokenCharacters.value) {
    throw new RealmError("TOKEN_INVALID");
  }
  return token;
}

/** What the client calls this very work, or undefined. Throws `REQUEST_INVALID` for a key that is none. */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const { "idempotency-key": key } = headers;
  if (key === undefined) return undefined;
  const { value: max } = limits.idempotencyKeyCharacters;
  if (typeof key === "string" && key.length <= max && /^[!-~]+$/u.test(key)) return key;
  throw new RealmError("REQUEST_INVALID", {
    problems: [
      { path: "", expected: `Idempotency-Key of 1 to ${max} plain characters`, got: "another" },
    ],
  });
}

/** Whether a client that sent this Accept header takes JSON. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const isNever = parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/u.test(parameter));
    return !isNever && ["application/json", "application/*", "*/*"].includes(type);
  });
}
