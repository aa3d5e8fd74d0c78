import { TiledError } from "./errors.ts";

/**
 * Reads named fields of a foreign JSON object, each with its type and range. A field that is absent takes the
 * default; without a default it is an error, and so is a field of the wrong type.
 */
export class Fields {
  readonly where: string;
  readonly #values: object;

  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TiledError("invalid", where, "an object was expected");
    }
    this.#values = value;
    this.where = where;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    return Object.getOwnPropertyDescriptor(this.#values, name)?.value;
  }

  text(name: string, absent?: string): string {
    const value = this.raw(name) ?? absent;
    return typeof value === "string" ? value : this.#refuse(name, "text");
  }

  number(name: string, absent?: number): number {
    const value = this.raw(name) ?? absent;
    return typeof value === "number" && Number.isFinite(value)
      ? value
      : this.#refuse(name, "a number");
  }

  integer(name: string, min: number, max: number, absent?: number): number {
    const value = this.raw(name) ?? absent;
    return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? value
      : this.#refuse(name, `an integer from ${min} to ${max}`);
  }

  flag(name: string, absent: boolean): boolean {
    const value = this.raw(name) ?? absent;
    return typeof value === "boolean" ? value : this.#refuse(name, "true or false");
  }

  /** One of the given words. */
  word<T extends string>(name: string, words: readonly T[], absent: T): T {
    const value = this.raw(name) ?? absent;
    return words.find((word) => word === value) ?? this.#refuse(name, words.join(", "));
  }

  list(name: string): readonly unknown[] {
    const value = this.raw(name) ?? [];
    return Array.isArray(value) ? value : this.#refuse(name, "a list");
  }

  /** The values of an object, by name. */
  entries(): [string, unknown][] {
    return Object.entries(this.#values);
  }

  #refuse(name: string, expected: string): never {
    const problem = this.has(name) ? `is not ${expected}` : "is missing";
    throw new TiledError("invalid", this.where, `"${name}" ${problem}`);
  }
}
