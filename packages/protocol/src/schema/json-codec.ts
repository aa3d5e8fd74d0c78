import { utf8Length } from "../bytes/utf8.ts";
import { RealmError } from "../errors.ts";
import type { Json } from "./field.ts";
import { pointer, Problems } from "./problems.ts";
import type { ValueCodec } from "./value-codec.ts";

/**
 * Values of JSON, as their JSON text.
 *
 * @param bytesMax of that text in UTF-8, as JSON.stringify writes it.
 * @param levelsMax lists and objects inside one another.
 */
export function jsonCodec(bytesMax: number, levelsMax: number): ValueCodec {
  const copy = (value: unknown, path: string, problems: Problems): Json | undefined =>
    new JsonCopy(bytesMax, problems).of(value, path, levelsMax);
  return {
    hasRefs: false,
    bitsMax: (bytesMax < 128 ? 1 : bytesMax < 16_384 ? 2 : 3) * 8 + bytesMax * 8,
    defaultValue: null,
    write: (out, value) => out.string(JSON.stringify(value)),
    read: (from) => {
      const problems = new Problems();
      const value = copy(parse(from.string(bytesMax)), "", problems);
      problems.throwIfAny("DECODE_INVALID");
      return value;
    },
    check: copy,
    inspect: (value, path, problems) => void copy(value, path, problems),
    canonical: (value) => copy(value, "", new Problems()),
    mapRefs: (value) => value,
    equals: sameJson,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RealmError("DECODE_INVALID", { detail: "a text is not JSON", cause });
  }
}

/** Copies one value and counts the bytes of its text. Stops at the first fault: the value may be without end. */
class JsonCopy {
  readonly #bytesMax: number;
  readonly #problems: Problems;
  #bytes = 0;
  #isWrong = false;

  constructor(bytesMax: number, problems: Problems) {
    this.#bytesMax = bytesMax;
    this.#problems = problems;
  }

  /** The copy; no more than a part of it where a fault was noted. */
  of(value: unknown, path: string, levels: number): Json | undefined {
    const copy = this.#copy(value, path, levels);
    if (this.#bytes > this.#bytesMax) {
      return this.#wrong(path, `JSON of at most ${this.#bytesMax} bytes`, value);
    }
    return copy;
  }

  get #isOver(): boolean {
    return this.#isWrong || this.#bytes > this.#bytesMax;
  }

  #copy(value: unknown, path: string, levels: number): Json | undefined {
    switch (typeof value) {
      case "boolean":
        this.#bytes += value ? 4 : 5;
        return value;
      case "number":
        if (!Number.isFinite(value)) return this.#wrong(path, "a finite number", value);
        this.#bytes += String(value).length;
        // + 0 turns -0 into 0, which is what its text says
        return value + 0;
      case "string":
        if (!value.isWellFormed()) return this.#wrong(path, "text without lone surrogates", "");
        this.#count(value);
        return value;
      case "object":
        break;
      default:
        return this.#wrong(path, "a value of JSON", value);
    }
    if (value === null) {
      this.#bytes += 4;
      return null;
    }
    if (levels === 0) return this.#wrong(path, "less nesting", value);
    if (Array.isArray(value)) return this.#list(value, path, levels - 1);
    if (isPlain(value)) return this.#object(value, path, levels - 1);
    return this.#wrong(path, "a value of JSON", value);
  }

  #list(list: readonly unknown[], path: string, levels: number): Json {
    const copy: Json[] = [];
    this.#bytes += Math.max(2, list.length + 1);
    for (let i = 0; i < list.length && !this.#isOver; i++) {
      copy.push(this.#copy(list[i], `${path}/${i}`, levels) ?? null);
    }
    return copy;
  }

  #object(
    object: Readonly<Record<string, unknown>>,
    path: string,
    levels: number,
  ): Json | undefined {
    const copy: Record<string, Json> = {};
    const keys = Object.keys(object);
    this.#bytes += Math.max(2, keys.length + 1);
    for (const key of keys) {
      if (this.#isOver) break;
      const place = pointer(path, key);
      if (key === "__proto__" || !key.isWellFormed()) {
        return this.#wrong(place, "another key", object[key]);
      }
      this.#count(key);
      this.#bytes++;
      copy[key] = this.#copy(object[key], place, levels) ?? null;
    }
    return copy;
  }

  /** Adds the bytes of a text with its quotes. One that is too long anyway is not looked through. */
  #count(text: string): void {
    const isShort = text.length <= this.#bytesMax;
    this.#bytes += isShort ? utf8Length(JSON.stringify(text)) : text.length;
  }

  #wrong(path: string, expected: string, got: unknown): undefined {
    if (!this.#isWrong) this.#problems.add(path, expected, got);
    this.#isWrong = true;
  }
}

/** What a literal or JSON.parse makes. */
function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether two values of JSON are the same; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
}
