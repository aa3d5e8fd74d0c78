import type { Kind } from "./shapes.ts";

// The formulas of the protocol's reference, written once more.

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

const wordOfFloat = (value: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getInt32(0);
};

/** The whole number that stands for a value on the wire; entities are a matter of their own. */
export function quantumOf(spec: Kind, value: unknown): number {
  const number = value as number;
  switch (spec.kind) {
    case "position": {
      const steps = Math.floor((spec.max - spec.min) / spec.step + 1e-6);
      return clamp(Math.round((number - spec.min) / spec.step), 0, steps);
    }
    case "angle": {
      const turn = 2 ** spec.bits;
      const steps = Math.round((number % (2 * Math.PI)) * (turn / (2 * Math.PI)));
      return ((steps % turn) + turn) % turn;
    }
    case "unit":
      return Math.round(clamp(number, -1, 1) * (2 ** (spec.bits - 1) - 1)) + 0;
    case "uint":
      return clamp(Math.round(number), 0, spec.max);
    case "int":
      return clamp(Math.round(number), spec.min, spec.max) - spec.min;
    case "bool":
      return value === true ? 1 : 0;
    case "enum":
      return spec.values.indexOf(value as string);
    case "float":
      // a negative zero is a zero
      return wordOfFloat(Math.fround(number) + 0);
    case "optional":
      return value === null ? noneOf(spec.of) : quantumOf(spec.of, value);
    default:
      throw new Error(`a ${spec.kind} is no number`);
  }
}

function noneOf(of: Kind): number {
  if (of.kind === "uint") return of.max + 1;
  if (of.kind === "angle") return 2 ** of.bits;
  throw new Error(`no optional ${of.kind} is in use`);
}

/** A text, list or object as clients read it: what is in it is rounded as it would be alone. */
export function canonicalOf(spec: Kind, value: unknown): unknown {
  switch (spec.kind) {
    case "uint":
      return quantumOf(spec, value);
    case "list":
      return (value as unknown[]).map((item) => canonicalOf(spec.of, item));
    case "object": {
      const record = value as Readonly<Record<string, unknown>>;
      const keys = Object.entries(spec.fields);
      return Object.fromEntries(keys.map(([key, of]) => [key, canonicalOf(of, record[key])]));
    }
    default:
      return value;
  }
}

/** Where a quantum of a position is. */
export function placeOf(spec: Kind, quantum: number): number {
  if (spec.kind !== "position") throw new Error(`a ${spec.kind} is no place`);
  return spec.min + quantum * spec.step;
}

/** Bits that a quantum takes where nothing is known of it. */
export function widthOf(spec: Kind): number {
  switch (spec.kind) {
    case "position":
      return bitsOf(Math.floor((spec.max - spec.min) / spec.step + 1e-6));
    case "angle":
    case "unit":
      return spec.bits;
    case "uint":
      return bitsOf(spec.max);
    case "int":
      return bitsOf(spec.max - spec.min);
    case "bool":
      return 1;
    case "enum":
      return bitsOf(spec.values.length - 1);
    case "entity":
    case "float":
      return 32;
    case "optional":
      return widthOf(spec.of) + 1;
    default:
      throw new Error(`a ${spec.kind} has no width`);
  }
}

const bitsOf = (highest: number): number => Math.max(1, Math.ceil(Math.log2(highest + 1)));
