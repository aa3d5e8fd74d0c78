import type { BitReader } from "../bytes/bit-reader.ts";
import type { BitWriter } from "../bytes/bit-writer.ts";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FieldSpec } from "./field.ts";
import { fixedCodecOf, type FixedCodec } from "./fixed-codec.ts";
import { jsonCodec } from "./json-codec.ts";
import { describe, pointer, type Problems } from "./problems.ts";

/** Turns an entity's id into a client's handle, or back; answers 0 for what is not known. */
export type RefMap = (id: number) => number;

/** Writes, reads and checks values of one shape as game code sees them. */
export interface ValueCodec {
  /** true if an entity may be inside */
  readonly hasRefs: boolean;
  /** the largest encoding */
  readonly bitsMax: number;
  readonly defaultValue: unknown;
  write(out: BitWriter, value: unknown, ref?: RefMap): void;
  /** Throws DECODE_INVALID or DECODE_TRUNCATED. */
  read(from: BitReader, ref?: RefMap): unknown;
  /** A foreign value, rounded to its field's steps; notes what is wrong with it. */
  check(value: unknown, path: string, problems: Problems): unknown;
  /**
   * Notes what of the game's own value is of the wrong kind. Ranges and lengths do not count: `canonical` clamps and cuts.
   */
  inspect(value: unknown, path: string, problems: Problems): void;
  /** A value that passes `inspect` as the other side will read it: clamped, cut and rounded. */
  canonical(value: unknown): unknown;
  mapRefs(value: unknown, ref: RefMap): unknown;
  equals(a: unknown, b: unknown): boolean;
}

/**
 * The codec of any shape.
 *
 * @param levels of lists and objects that a value may have, where its shape does not say it.
 */
export function valueCodecOf(spec: FieldSpec, levels: number = limits.jsonDepth.value): ValueCodec {
  switch (spec.kind) {
    case "string":
      return stringCodec(spec.max);
    case "json":
      return jsonCodec(spec.max, levels);
    case "list":
      return listCodec(spec.max, valueCodecOf(spec.of, levels - 1));
    case "object":
      return objectCodec(
        Object.entries(spec.fields).map(([name, of]) => ({
          name,
          codec: valueCodecOf(of, levels - 1),
          fallback: of.kind === "optional" ? null : undefined,
        })),
      );
    case "optional":
      return optionalCodec(valueCodecOf(spec.of, levels));
    case "entity":
      return entityCodec;
    default:
      return fixedValueCodec(spec, fixedCodecOf(spec, Number.NaN) as FixedCodec);
  }
}

/**
 * Between the number in a column and the value that game code sees. `fromGame` throws GAME_INVALID for a value of the
 * wrong kind; `where` names the field in it.
 */
export function gameConversion(
  spec: FieldSpec,
  where = "a value",
): {
  toGame: (column: number) => unknown;
  fromGame: (value: unknown) => number;
} {
  const wrong = (value: unknown): RealmError =>
    new RealmError("GAME_INVALID", {
      detail: `${where} must be ${kindOf(spec)}, not ${describe(value)}`,
    });
  switch (spec.kind) {
    case "bool":
      return {
        toGame: (n) => n !== 0,
        fromGame: (value) => {
          if (typeof value !== "boolean") throw wrong(value);
          return value ? 1 : 0;
        },
      };
    case "enum": {
      const { values } = spec;
      const indices = new Map(values.map((value, index) => [value, index]));
      return {
        toGame: (n) => values[n] ?? values[0],
        fromGame: (value) => {
          const index = indices.get(value as string);
          if (index === undefined) throw wrong(value);
          return index;
        },
      };
    }
    case "optional": {
      const inner = gameConversion(spec.of, where);
      return {
        toGame: (n) => (Number.isNaN(n) ? null : inner.toGame(n)),
        fromGame: (value) =>
          value === null || value === undefined ? Number.NaN : inner.fromGame(value),
      };
    }
    default:
      return {
        toGame: (n) => n,
        fromGame: (value) => {
          if (typeof value !== "number") throw wrong(value);
          return value;
        },
      };
  }
}

function invalid(detail: string): RealmError {
  return new RealmError("DECODE_INVALID", { detail });
}

function fixedValueCodec(spec: FieldSpec, fixed: FixedCodec): ValueCodec {
  const { toGame, fromGame } = gameConversion(spec);
  const expected = expectation(spec);
  const kind = kindOf(spec);
  const { bits, signed } = fixed;
  const fits = fitFor(spec);
  const isKind = kindCheck(spec);
  return {
    hasRefs: false,
    bitsMax: bits,
    defaultValue: toGame(fixed.dequantise(fixed.quantise(Number.NaN))),
    write: (out, value) => out.bits(fixed.quantise(fromGame(value)), bits),
    read: (from) => {
      const quantum = signed ? from.signedBits(bits) : from.bits(bits);
      if (!fixed.isValid(quantum)) throw invalid(`a value is not ${expected}`);
      return toGame(fixed.dequantise(quantum));
    },
    check: (value, path, problems) => {
      if (fits(value)) return toGame(fixed.dequantise(fixed.quantise(fromGame(value))));
      problems.add(path, expected, value);
      return undefined;
    },
    inspect: (value, path, problems) => {
      if (!isKind(value)) problems.add(path, kind, value);
    },
    canonical: (value) => toGame(fixed.dequantise(fixed.quantise(fromGame(value)))),
    mapRefs: (value) => value,
    equals: (a, b) => a === b,
  };
}

const within = (value: unknown, min: number, max: number): boolean =>
  typeof value === "number" && value >= min && value <= max;

function fitFor(spec: FieldSpec): (value: unknown) => boolean {
  switch (spec.kind) {
    case "position":
      return (value) => within(value, spec.min, spec.max);
    case "unit":
      return (value) => within(value, -1, 1);
    case "uint":
      return (value) => Number.isInteger(value) && within(value, 0, spec.max);
    case "int":
      return (value) => Number.isInteger(value) && within(value, spec.min, spec.max);
    case "bool":
      return (value) => typeof value === "boolean";
    case "enum":
      return (value) => typeof value === "string" && spec.values.includes(value);
    default:
      return (value) => Number.isFinite(value);
  }
}

/** Whether a value is of the kind that game code gives for a field. */
function kindCheck(spec: FieldSpec): (value: unknown) => boolean {
  switch (spec.kind) {
    case "bool":
    case "enum":
      return fitFor(spec);
    default:
      return (value) => typeof value === "number";
  }
}

/** The kind in words. */
function kindOf(spec: FieldSpec): string {
  switch (spec.kind) {
    case "bool":
    case "enum":
      return expectation(spec);
    default:
      return "a number";
  }
}

function expectation(spec: FieldSpec): string {
  switch (spec.kind) {
    case "position":
      return `a number from ${spec.min} to ${spec.max}`;
    case "unit":
      return "a number from -1 to 1";
    case "uint":
      return `a whole number from 0 to ${spec.max}`;
    case "int":
      return `a whole number from ${spec.min} to ${spec.max}`;
    case "bool":
      return "true or false";
    case "enum": {
      const words = spec.values.map((value) => JSON.stringify(value)).join(", ");
      return words.length <= 120 ? `one of ${words}` : `one of ${spec.values.length} words`;
    }
    case "angle":
      return "a finite number of radians";
    default:
      return "a finite number";
  }
}

const same: RefMap = (id) => id;

/** Handles are small, so they travel as varints. */
const entityCodec: ValueCodec = {
  hasRefs: true,
  bitsMax: 40,
  defaultValue: 0,
  write: (out, value, ref = same) => out.varint(ref(value as number)),
  read: (from, ref = same) => ref(from.varint()),
  check: (value, path, problems) => {
    if (Number.isInteger(value) && within(value, 0, 0xffff_ffff)) return value;
    problems.add(path, "an entity's handle", value);
    return undefined;
  },
  inspect: (value, path, problems) => {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      problems.add(path, "an entity's id, or 0", value);
    }
  },
  canonical: (value) => value,
  mapRefs: (value, ref) => ref(value as number),
  equals: (a, b) => a === b,
};

function stringCodec(max: number): ValueCodec {
  const expected = `a text of at most ${max} characters`;
  return {
    hasRefs: false,
    bitsMax: 16 + max * 24,
    defaultValue: "",
    write: (out, value) => out.string((value as string).slice(0, max)),
    read: (from) => {
      const text = from.string(max * 3);
      if (text.length > max) throw invalid(`a text is not ${expected}`);
      return text;
    },
    check: (value, path, problems) => {
      if (typeof value === "string" && value.length <= max) {
        if (value.isWellFormed()) return value;
        problems.add(path, "text without lone surrogates", "");
        return undefined;
      }
      problems.add(path, expected, value);
      return undefined;
    },
    inspect: (value, path, problems) => {
      if (typeof value !== "string") problems.add(path, "a text", value);
    },
    canonical: (value) => (value as string).slice(0, max).toWellFormed(),
    mapRefs: (value) => value,
    equals: (a, b) => a === b,
  };
}

function listCodec(max: number, item: ValueCodec): ValueCodec {
  const countBits = 32 - Math.clz32(max);
  const expected = `a list of at most ${max}`;
  return {
    hasRefs: item.hasRefs,
    bitsMax: countBits + max * item.bitsMax,
    defaultValue: Object.freeze([]),
    write: (out, value, ref) => {
      const list = value as readonly unknown[];
      const count = Math.min(list.length, max);
      out.bits(count, countBits);
      for (let i = 0; i < count; i++) item.write(out, list[i], ref);
    },
    read: (from, ref) => {
      const count = from.bits(countBits);
      if (count > max) throw invalid(`a list is not ${expected}`);
      const list: unknown[] = [];
      for (let i = 0; i < count; i++) list.push(item.read(from, ref));
      return list;
    },
    check: (value, path, problems) => {
      if (!Array.isArray(value) || value.length > max) {
        problems.add(path, expected, value);
        return undefined;
      }
      const list: unknown[] = [];
      for (let i = 0; i < value.length && !problems.full; i++) {
        list.push(item.check(value[i], `${path}/${i}`, problems));
      }
      return list;
    },
    inspect: (value, path, problems) => {
      if (!Array.isArray(value)) problems.add(path, "a list", value);
      else for (const [i, of] of value.entries()) item.inspect(of, `${path}/${i}`, problems);
    },
    canonical: (value) =>
      (value as readonly unknown[]).slice(0, max).map((of) => item.canonical(of)),
    mapRefs: (value, ref) =>
      item.hasRefs ? (value as readonly unknown[]).map((of) => item.mapRefs(of, ref)) : value,
    equals: (a, b) => {
      if (a === b) return true;
      const left = a as readonly unknown[];
      const right = b as readonly unknown[];
      return left.length === right.length && left.every((of, i) => item.equals(of, right[i]));
    },
  };
}

function optionalCodec(inner: ValueCodec): ValueCodec {
  return {
    hasRefs: inner.hasRefs,
    bitsMax: 1 + inner.bitsMax,
    defaultValue: null,
    write: (out, value, ref) => {
      const none = value === null || value === undefined;
      out.bit(!none);
      if (!none) inner.write(out, value, ref);
    },
    read: (from, ref) => (from.bit() ? inner.read(from, ref) : null),
    check: (value, path, problems) => (value === null ? null : inner.check(value, path, problems)),
    inspect: (value, path, problems) => {
      if (value !== null && value !== undefined) inner.inspect(value, path, problems);
    },
    canonical: (value) => (value === null || value === undefined ? null : inner.canonical(value)),
    mapRefs: (value, ref) => (value === null ? null : inner.mapRefs(value, ref)),
    equals: (a, b) => (a === null || b === null ? a === b : inner.equals(a, b)),
  };
}

/** One named part of an object; `fallback` stands in for a missing key unless it is undefined. */
export interface Part {
  readonly name: string;
  readonly codec: ValueCodec;
  readonly fallback: unknown;
}

type Values = Record<string, unknown>;

export function objectCodec(parts: readonly Part[]): ValueCodec {
  const names = new Set(parts.map((part) => part.name));
  const hasRefs = parts.some((part) => part.codec.hasRefs);
  const blank = Object.fromEntries(parts.map((part) => [part.name, undefined]));
  return {
    hasRefs,
    bitsMax: parts.reduce((sum, part) => sum + part.codec.bitsMax, 0),
    defaultValue: Object.freeze(
      Object.fromEntries(
        parts.map((part) => [part.name, part.fallback ?? part.codec.defaultValue]),
      ),
    ),
    write: (out, value, ref) => {
      for (const part of parts) part.codec.write(out, (value as Values)[part.name], ref);
    },
    read: (from, ref) => {
      // a copy has its keys already; adding them one by one would make its shape anew each time
      const value: Values = { ...blank };
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i]!;
        value[part.name] = part.codec.read(from, ref);
      }
      return value;
    },
    check: (value, path, problems) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        problems.add(path, "an object", value);
        return undefined;
      }
      for (const key of Object.keys(value)) {
        if (problems.full) return undefined;
        if (!names.has(key))
          problems.add(pointer(path, key), "no such key", (value as Values)[key]);
      }
      const checked: Values = {};
      for (const { name, codec, fallback } of parts) {
        if (problems.full) return undefined;
        const missing = !Object.hasOwn(value, name) && fallback !== undefined;
        checked[name] = missing
          ? fallback
          : codec.check(
              Object.hasOwn(value, name) ? (value as Values)[name] : undefined,
              `${path}/${name}`,
              problems,
            );
      }
      return checked;
    },
    inspect: (value, path, problems) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        problems.add(path, "an object", value);
        return;
      }
      for (const key of Object.keys(value)) {
        if (!names.has(key))
          problems.add(pointer(path, key), "no such key", (value as Values)[key]);
      }
      for (const { name, codec, fallback } of parts) {
        const part = (value as Values)[name];
        if (part !== undefined || fallback === undefined) {
          codec.inspect(part, `${path}/${name}`, problems);
        }
      }
    },
    canonical: (value) => {
      const rounded: Values = {};
      for (const { name, codec, fallback } of parts) {
        const part = (value as Values)[name];
        rounded[name] = codec.canonical(part === undefined ? fallback : part);
      }
      return rounded;
    },
    mapRefs: (value, ref) => {
      if (!hasRefs) return value;
      const mapped: Values = {};
      for (const { name, codec } of parts)
        mapped[name] = codec.mapRefs((value as Values)[name], ref);
      return mapped;
    },
    equals: (a, b) =>
      a === b ||
      parts.every(({ name, codec }) => codec.equals((a as Values)[name], (b as Values)[name])),
  };
}
