import { TiledError } from "@realmwright/core";

type Json = Readonly<Record<string, unknown>>;

/** Reads the fields of one JSON object. What is missing or of another type is a TiledError that names the place. */
export class JsonFields {
  readonly where: string;
  readonly #json: Json;

  /** @param where place in the whole, for errors. */
  constructor(value: unknown, where: string) {
    this.where = where;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TiledError("invalid", where, "expected an object");
    }
    this.#json = value as Json;
  }

  /** Everything in it, by name. */
  entries(): [string, unknown][] {
    return Object.entries(this.#json);
  }

  has(key: string): boolean {
    return this.#json[key] !== undefined;
  }

  number(key: string): number {
    const value = this.#json[key];
    return typeof value === "number" ? value : this.#refuse(key, "a number");
  }

  /** A whole number of at least 0. */
  count(key: string, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(key);
    if (!Number.isInteger(value) || value < 0) return this.#refuse(key, "a whole number");
    if (value > most) throw new TiledError("too-large", this.where, `${key} is above ${most}`);
    return value;
  }

  text(key: string): string {
    const value = this.#json[key];
    return typeof value === "string" ? value : this.#refuse(key, "a text");
  }

  flag(key: string): boolean {
    const value = this.#json[key];
    return typeof value === "boolean" ? value : this.#refuse(key, "true or false");
  }

  /** One of a few words. */
  word<W extends string>(key: string, words: readonly W[]): W {
    const value = this.text(key);
    return words.find((word) => word === value) ?? this.#refuse(key, words.join(", "));
  }

  list(key: string): readonly unknown[] {
    const value = this.#json[key];
    return Array.isArray(value) ? (value as unknown[]) : this.#refuse(key, "a list");
  }

  /** A list of texts. */
  texts(key: string): readonly string[] {
    return this.list(key).map((value) =>
      typeof value === "string" ? value : this.#refuse(key, "a list of texts"),
    );
  }

  /** A list of numbers from `least` to `most`; whole ones, if that is asked for. */
  numbers(key: string, least: number, most: number, isWhole: boolean): readonly number[] {
    return this.list(key).map((value) => {
      const fits =
        typeof value === "number" &&
        value >= least &&
        value <= most &&
        (!isWhole || Number.isInteger(value));
      return fits ? value : this.#refuse(key, "a list of numbers in their range");
    });
  }

  /** The objects of a list. */
  each<T>(key: string, read: (fields: JsonFields) => T): T[] {
    return this.list(key).map((value, i) =>
      read(new JsonFields(value, `${this.where} ${key} ${i}`)),
    );
  }

  /** An object, if there is one. */
  maybe<T>(key: string, read: (fields: JsonFields) => T): T | undefined {
    return this.has(key) ? read(this.object(key)) : undefined;
  }

  object(key: string): JsonFields {
    return new JsonFields(this.#json[key], `${this.where} ${key}`);
  }

  #refuse(key: string, expected: string): never {
    throw new TiledError("invalid", this.where, `${key}: expected ${expected}`);
  }
}
