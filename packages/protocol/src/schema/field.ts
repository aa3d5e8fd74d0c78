import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { describe } from "./problems.ts";

/** Names an entity of a room; a number above 0, or 0 for none. It never reaches the wire. */
export type EntityId = number;

/** Who receives a field: all who see the entity, its team, its owner, its audience seat. */
export type Audience = "near" | "team" | "owner" | "seat";

/** Any value of JSON: what `t.json` holds. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The shape of one value, as plain JSON. */
export type FieldSpec =
  | { readonly kind: "position"; readonly min: number; readonly max: number; readonly step: number }
  | { readonly kind: "angle" | "unit"; readonly bits: number }
  | { readonly kind: "uint"; readonly max: number }
  | { readonly kind: "int"; readonly min: number; readonly max: number }
  | { readonly kind: "bool" | "entity" | "float" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "string" | "json"; readonly max: number }
  | { readonly kind: "list"; readonly of: FieldSpec; readonly max: number }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, FieldSpec>> }
  | { readonly kind: "optional"; readonly of: FieldSpec };

/** One field of a definition: a value's shape and how it travels. Immutable. */
export interface Field<T> {
  readonly spec: FieldSpec;
  readonly isStatic: boolean;
  readonly audienceName: Audience;
  readonly replicated: boolean;
  /** undefined: the kind's own default (0, false, the first of an enum, "", [], null) */
  readonly defaultValue: T | undefined;
  /** Sent when the entity enters a client's sight, never again. */
  static(): Field<T>;
  /** Sent to these only. */
  audience(name: Audience): Field<T>;
  /** Stays with the room; saved in checkpoints. */
  unreplicated(): Field<T>;
  /** The value of a new entity, and of a missing key in a foreign message. */
  default(value: T): Field<T>;
  /** carries T for inference; never set */
  readonly "~value"?: T;
}

/** The value type of a field. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values of a record of fields, writable. */
export type ValuesOf<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };

class FieldData<T> implements Field<T> {
  readonly spec: FieldSpec;
  readonly isStatic: boolean;
  readonly audienceName: Audience;
  readonly replicated: boolean;
  readonly defaultValue: T | undefined;
  declare readonly "~value"?: T;

  constructor(spec: FieldSpec, from: Partial<Field<T>> = {}) {
    this.spec = spec;
    this.isStatic = from.isStatic ?? false;
    this.audienceName = from.audienceName ?? "near";
    this.replicated = from.replicated ?? true;
    this.defaultValue = from.defaultValue;
    Object.freeze(this);
  }

  static(): Field<T> {
    return new FieldData(this.spec, { ...this, isStatic: true });
  }

  audience(name: Audience): Field<T> {
    if (!(audiences as readonly string[]).includes(name)) {
      throw invalid(`audience ${describe(name)} is unknown; use one of ${audiences.join(", ")}`);
    }
    return new FieldData(this.spec, { ...this, audienceName: name });
  }

  unreplicated(): Field<T> {
    return new FieldData(this.spec, { ...this, replicated: false });
  }

  default(value: T): Field<T> {
    return new FieldData(this.spec, { ...this, defaultValue: value });
  }
}

export const audiences = ["near", "team", "owner", "seat"] as const;

/** A field of a given shape. For code that reads descriptors; games use `t`. */
export function fieldOf(spec: FieldSpec): Field<unknown> {
  checkSpec(spec, 0);
  return new FieldData<unknown>(spec);
}

const field = <T>(spec: FieldSpec): Field<T> => {
  checkSpec(spec, 0);
  return new FieldData<T>(spec);
};

/** The shape of a field inside another, which can have no ways of its own. */
function plainSpec(of: Field<unknown>): FieldSpec {
  const plain = !of.isStatic && of.audienceName === "near" && of.replicated;
  if (!plain || of.defaultValue !== undefined) {
    throw invalid(
      "static, audience, unreplicated and default belong to the outer field: t.list(…).static()",
    );
  }
  return of.spec;
}

/** The kinds of values that travel between server and clients. */
export const t = {
  /** A coordinate in the world's units, from `min` to `max` in steps of `step`. */
  position: (range: { min: number; max: number; step: number }): Field<number> =>
    field({ kind: "position", min: range.min, max: range.max, step: range.step }),
  /** Radians, wrapping round; 2^bits directions (2–16 bits). */
  angle: (bits: number): Field<number> => field({ kind: "angle", bits }),
  /** From -1 to 1, with 0 exact; `bits` with the sign (2–16). */
  unit: (bits: number): Field<number> => field({ kind: "unit", bits }),
  /** A whole number from 0 to `max` (below 2^31). */
  uint: (max: number): Field<number> => field({ kind: "uint", max }),
  /** A whole number from `min` to `max`. */
  int: (min: number, max: number): Field<number> => field({ kind: "int", min, max }),
  bool: (): Field<boolean> => field({ kind: "bool" }),
  /** One of some words; its place in the list is what travels. */
  enum: <const V extends readonly [string, ...string[]]>(values: V): Field<V[number]> =>
    field({ kind: "enum", values: [...values] }),
  /** Another entity, or 0 for none. Reaches a client as that client's own handle. */
  entity: (): Field<EntityId> => field({ kind: "entity" }),
  /** Any finite number, kept to float32. */
  float: (): Field<number> => field({ kind: "float" }),
  /** Text of at most `max` UTF-16 units. */
  string: (max: number): Field<string> => field({ kind: "string", max }),
  /** At most `max` values of one shape. */
  list: <T>(of: Field<T>, max: number): Field<T[]> =>
    field({ kind: "list", of: plainSpec(of), max }),
  /** Named values. */
  object: <const F extends Fields>(fields: F): Field<ValuesOf<F>> =>
    field({
      kind: "object",
      fields: Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, plainSpec(of)])),
    }),
  /**
   * Any value of JSON, of at most `maxBytes` bytes as JSON text; null at first. For what has no shape of its own, in documents,
   * inputs, events and options; whatever is known of it, the rules have to check.
   */
  json: (maxBytes: number): Field<Json> => field({ kind: "json", max: maxBytes }),
  /** A value or null. */
  optional: <T>(of: Field<T>): Field<T | null> => field({ kind: "optional", of: plainSpec(of) }),
} as const;

/** Fits names of definitions and fields. */
export const namePattern: RegExp = /^[a-z][a-zA-Z0-9-]*$/;

/** Throws SCHEMA_INVALID unless the name may stand in a schema. */
export function checkName(name: unknown, what: string): void {
  const max = limits.nameLength.value;
  if (typeof name !== "string" || !namePattern.test(name) || name.length > max) {
    throw invalid(
      `${what} name ${describe(name)} must start with a small letter and hold letters, ` +
        `digits and "-" only, at most ${max} of them`,
    );
  }
}

export function invalid(detail: string): RealmError {
  return new RealmError("SCHEMA_INVALID", { detail });
}

const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

/** The largest number of quanta that a field may have; one more stands for "none". */
const quantaMax = 2 ** 31 - 2;

function checkSpec(spec: FieldSpec, depth: number): void {
  switch (spec.kind) {
    case "position": {
      const { min, max, step } = spec;
      if (![min, max, step].every(Number.isFinite) || !(step > 0) || !(max > min)) {
        throw invalid("t.position needs finite min < max and step > 0");
      }
      if ((max - min) / step > quantaMax || Math.max(-min, max) / step > 2 ** 48) {
        throw invalid("t.position has 2^31 steps or more; use a larger step");
      }
      return;
    }
    case "angle":
    case "unit":
      if (!isWhole(spec.bits, 2, 16)) throw invalid(`t.${spec.kind} needs 2 to 16 bits`);
      return;
    case "uint":
      if (!isWhole(spec.max, 1, quantaMax)) {
        throw invalid("t.uint needs a whole max from 1 to 2^31 - 2");
      }
      return;
    case "int":
      if (
        !isWhole(spec.min, -(2 ** 31), 2 ** 31 - 1) ||
        !isWhole(spec.max, -(2 ** 31), 2 ** 31 - 1)
      ) {
        throw invalid("t.int needs whole min and max within int32");
      }
      if (spec.max <= spec.min || spec.max - spec.min > quantaMax) {
        throw invalid("t.int needs min < max, less than 2^31 - 1 apart");
      }
      return;
    case "bool":
    case "entity":
    case "float":
      return;
    case "enum":
      checkEnum(spec.values);
      return;
    case "string":
      if (!isWhole(spec.max, 1, limits.stringCharacters.value)) {
        throw invalid(`t.string needs a whole max from 1 to ${limits.stringCharacters.value}`);
      }
      return;
    case "json":
      // null takes four
      if (!isWhole(spec.max, 4, limits.documentBytes.value)) {
        throw invalid(`t.json needs a whole max from 4 to ${limits.documentBytes.value} bytes`);
      }
      return;
    case "list":
      if (!isWhole(spec.max, 1, limits.listItems.value)) {
        throw invalid(`t.list needs a whole max from 1 to ${limits.listItems.value}`);
      }
      checkInner(spec.of, depth);
      return;
    case "object": {
      const names = Object.keys(spec.fields);
      if (names.length === 0 || names.length > limits.fieldsPerEntity.value) {
        throw invalid(`t.object needs 1 to ${limits.fieldsPerEntity.value} fields`);
      }
      for (const name of names) {
        checkName(name, "field");
        checkInner(spec.fields[name] as FieldSpec, depth);
      }
      return;
    }
    case "optional":
      if (spec.of.kind === "optional") throw invalid("t.optional in t.optional says nothing more");
      if (spec.of.kind === "entity") throw invalid("t.entity has none already: it is 0");
      if (spec.of.kind === "json") throw invalid("t.json has none already: it is null");
      checkSpec(spec.of, depth);
      return;
    default:
      throw invalid(`there is no field of kind ${describe((spec as FieldSpec).kind)}`);
  }
}

function checkInner(spec: FieldSpec, depth: number): void {
  const max = limits.fieldDepth.value;
  if (depth + 1 > max) throw invalid(`lists and objects nest deeper than ${max}; flatten them`);
  checkSpec(spec, depth + 1);
}

function checkEnum(values: readonly string[]): void {
  if (!Array.isArray(values) || values.length < 1 || values.length > limits.enumValues.value) {
    throw invalid(`t.enum needs 1 to ${limits.enumValues.value} values`);
  }
  for (const value of values) {
    if (typeof value !== "string" || value === "" || value.length > 64) {
      throw invalid("t.enum needs values of 1 to 64 characters");
    }
  }
  if (new Set(values).size !== values.length) throw invalid("t.enum has a value twice");
}
