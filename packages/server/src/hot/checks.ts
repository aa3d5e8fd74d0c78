import { limits, RealmError } from "@realmwright/protocol";
import type { HotValue } from "../ports/hot.ts";

/** Longest time to live: one year. */
const ttlMsMax = 31_536_000_000;

function invalid(detail: string): RealmError {
  return new RealmError("HOT_INVALID", { detail });
}

/** A key, field, member, channel or holder. */
export function checkName(name: string, what: string): string {
  // no character has less than a byte: long ones are not encoded at all
  const { value: max } = limits.hotKeyBytes;
  if (name === "" || name.length > max || Buffer.byteLength(name) > max) {
    throw invalid(`${what}: 1 to ${max} bytes, not ${name.length} characters`);
  }
  // the engines would write U+FFFD for each, and names that differ would be one
  if (!name.isWellFormed()) throw invalid(`${what}: lone surrogates`);
  return name;
}

export function checkText(text: string, what: string): string {
  if (!text.isWellFormed()) throw invalid(`${what}: lone surrogates`);
  checkValue(text, what);
  return text;
}

export function checkValue(value: HotValue, what: string): HotValue {
  const { value: max } = limits.hotValueBytes;
  const isText = typeof value === "string";
  if (isText && value.length <= max && !value.isWellFormed()) {
    throw invalid(`${what}: lone surrogates`);
  }
  if (value.length > max || (isText && Buffer.byteLength(value) > max)) {
    throw invalid(`${what}: at most ${max} bytes`);
  }
  return value;
}

export function checkTtl(ttlMs: number): string {
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1 || ttlMs > ttlMsMax) {
    throw invalid(`a time to live of ${ttlMs} ms`);
  }
  return String(ttlMs);
}

/** A whole number from `min` on. */
export function checkWhole(value: number, min: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < min) throw invalid(`${what}: ${value}`);
  return value;
}

/** A score, as the engines write it. */
export function checkScore(score: number): string {
  if (!(Math.abs(score) <= Number.MAX_SAFE_INTEGER)) throw invalid(`a score of ${score}`);
  return String(score);
}

/** An end of a range of scores. */
export function checkBound(score: number): string {
  if (Number.isNaN(score)) throw invalid("a bound that is no number");
  if (Math.abs(score) === Infinity) return score > 0 ? "+inf" : "-inf";
  return String(score);
}

/** What a cluster places a key by: what its first braces hold, else all of it. */
function hashTag(key: string): string {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/** Keys of one script. */
export function checkKeys(keys: readonly string[]): readonly string[] {
  for (const key of keys) checkName(key, "key");
  if (new Set(keys.map(hashTag)).size > 1) {
    throw invalid("the keys of one script carry no common tag in braces");
  }
  return keys;
}

/**
 * What may stand before all keys. No braces: they would put the keys of one script in different places of a cluster, or all
 * keys in one.
 */
export const hotPrefix: RegExp = /^[\w.:-]{0,64}$/;

export function checkPrefix(prefix: string): string {
  if (!hotPrefix.test(prefix)) throw invalid(`the prefix "${prefix.slice(0, 80)}"`);
  return prefix;
}
