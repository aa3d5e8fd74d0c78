import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newUuid, RefreshTokens, secretHash } from "./refresh-token.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const tokens = new RefreshTokens(new Uint8Array(32).fill(7));
const session = newUuid(random);

describe("[S-AUTH10] refresh tokens", () => {
  test("are read as they were written", () => {
    const first = tokens.first(session, random);
    const text = tokens.write(first);
    expect(text).toMatch(/^[\w-]{91}$/);
    expect(tokens.read(text)).toMatchObject({ session, generation: 1 });
    expect(secretHash(tokens.read(text)!.secret)).toBe(secretHash(first.secret));
  });

  test("the same request has the same successor, another one another", () => {
    const first = tokens.first(session, random);
    const next = tokens.write(tokens.next(first, "request-1"));
    expect(tokens.write(tokens.next(first, "request-1"))).toBe(next);
    expect(tokens.write(tokens.next(first, "request-2"))).not.toBe(next);
    expect(tokens.read(next)).toMatchObject({ session, generation: 2 });
    const another = new RefreshTokens(new Uint8Array(32).fill(8));
    expect(another.write(another.next(first, "request-1"))).not.toBe(next);
    expect(another.read(next)).toBeUndefined();
  });

  test("one that is changed, cut, lengthened or made up is none", () => {
    const text = tokens.write(tokens.first(session, random));
    for (const bad of ["", "x", text.slice(1), `${text}A`, "A".repeat(91), text.toUpperCase()])
      expect(tokens.read(bad)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat({ max: 89 }), fc.constantFrom(..."ABab01-_=. é"), (at, character) => {
        fc.pre(text[at] !== character);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect(tokens.read(changed)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 91, maxLength: 91 }), (other) => {
        expect(tokens.read(other)).toBeUndefined();
      }),
    );
  });

  test("ids are UUIDs of version 4", () => {
    for (let i = 0; i < 50; i++) {
      expect(newUuid(random)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });
});
