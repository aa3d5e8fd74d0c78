import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "../ports/random-bytes.ts";

/** A refresh token that this server has made, for certain; whether it is still good its session knows. */
export interface RefreshToken {
  /** Id of the login session, a UUID. */
  readonly session: string;
  /** 1 for the first of its session; each rotation adds one. */
  readonly generation: number;
  /** 256 bits. */
  readonly secret: Uint8Array;
}

const idBytes = 16;
const secretBytes = 32;
const tagBytes = 16;
const bodyBytes = idBytes + 4 + secretBytes;
const characters = Math.ceil(((bodyBytes + tagBytes) * 4) / 3);

/**
 * Makes and reads refresh tokens. A tag tells an old one from an invented one: only who really had a token can end its
 * session by using it twice. A successor follows from its predecessor and the request that asks for it, by a key of the
 * server, so that a lost answer can be given again though nothing but hashes is stored.
 */
export class RefreshTokens {
  readonly #tagKey: Uint8Array;
  readonly #stepKey: Uint8Array;

  constructor(secret: Uint8Array) {
    const keyFor = (use: string): Uint8Array =>
      new Uint8Array(hkdfSync("sha256", secret, "", `realmwright refresh ${use}`, 32));
    this.#tagKey = keyFor("tag");
    this.#stepKey = keyFor("step");
  }

  first(session: string, random: RandomBytes): RefreshToken {
    return { session, generation: 1, secret: random(secretBytes) };
  }

  next(token: RefreshToken, request: string): RefreshToken {
    const secret = createHmac("sha256", this.#stepKey)
      .update(bodyOf(token))
      .update(request)
      .digest();
    return { session: token.session, generation: token.generation + 1, secret };
  }

  write(token: RefreshToken): string {
    const body = bodyOf(token);
    return Buffer.concat([body, this.#tag(body)]).toString("base64url");
  }

  /** undefined for every text that this server has not written. */
  read(text: string): RefreshToken | undefined {
    if (text.length !== characters) return undefined;
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length !== bodyBytes + tagBytes) return undefined;
    const body = bytes.subarray(0, bodyBytes);
    if (!timingSafeEqual(bytes.subarray(bodyBytes), this.#tag(body))) return undefined;
    return {
      session: uuidText(body.subarray(0, idBytes)),
      generation: body.readUInt32BE(idBytes),
      secret: body.subarray(idBytes + 4),
    };
  }

  #tag(body: Uint8Array): Buffer {
    return createHmac("sha256", this.#tagKey).update(body).digest().subarray(0, tagBytes);
  }
}

/** What is stored of a secret: it can not be turned back. 43 characters. */
export function secretHash(secret: Uint8Array | string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** A new random UUID (version 4). */
export function newUuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(idBytes));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(bytes);
}

function bodyOf(token: RefreshToken): Buffer {
  const body = Buffer.alloc(bodyBytes);
  body.set(Buffer.from(token.session.replaceAll("-", ""), "hex"), 0);
  body.writeUInt32BE(token.generation, idBytes);
  body.set(token.secret, idBytes + 4);
  return body;
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join("-");
}
