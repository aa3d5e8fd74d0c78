import { float32ToInt, intToFloat32 } from "../bytes/bit-writer.ts";
import type { FieldSpec } from "./field.ts";

/** Turns one number of a column into an int32 (a quantum) and back. */
export interface FixedCodec {
  /** width on the wire where no prediction is at hand */
  readonly bits: number;
  /** quanta are a circle of 2^bits: differences take the shorter way round */
  readonly wraps: boolean;
  /** quanta are two's complement numbers of `bits` */
  readonly signed: boolean;
  /** Clamps. NaN and ∞ become the field's default (or none, where the field is optional). */
  quantise(value: number): number;
  dequantise(quantum: number): number;
  /** False for an int32 that `quantise` never answers. */
  isValid(quantum: number): boolean;
}

const clamp = (value: number, min: number, max: number): number =>
  value < min ? min : value > max ? max : value;

const widthOf = (highest: number): number => Math.max(1, 32 - Math.clz32(highest));

/** A codec for unsigned quanta from 0 to `highest`. Without a default 0 is it, or the end of the range that is nearer. */
function counted(
  highest: number,
  fallback: number,
  toQuantum: (value: number) => number,
  toValue: (quantum: number) => number,
): FixedCodec {
  const start = clamp(toQuantum(Number.isFinite(fallback) ? fallback : 0), 0, highest) | 0;
  return {
    bits: widthOf(highest),
    wraps: false,
    signed: false,
    quantise: (value) => (Number.isFinite(value) ? clamp(toQuantum(value), 0, highest) | 0 : start),
    dequantise: toValue,
    isValid: (quantum) => quantum >= 0 && quantum <= highest,
  };
}

/** A counted codec that also has "none" (NaN), as the quantum above the highest. */
function countedOrNone(highest: number, inner: FixedCodec): FixedCodec {
  const none = highest + 1;
  return {
    bits: widthOf(none),
    wraps: false,
    signed: false,
    quantise: (value) => (Number.isFinite(value) ? inner.quantise(value) : none),
    dequantise: (quantum) => (quantum === none ? Number.NaN : inner.dequantise(quantum)),
    isValid: (quantum) => quantum >= 0 && quantum <= none,
  };
}

interface Counted {
  readonly highest: number;
  readonly codec: FixedCodec;
}

function countedSpec(spec: FieldSpec, fallback: number): Counted | undefined {
  const make = (
    highest: number,
    toQuantum: (value: number) => number,
    toValue: (quantum: number) => number,
  ): Counted => ({ highest, codec: counted(highest, fallback, toQuantum, toValue) });
  switch (spec.kind) {
    case "position": {
      const { min, step } = spec;
      // the epsilon keeps the last step where (max - min) / step is whole but for rounding
      const highest = Math.floor((spec.max - min) / step + 1e-6);
      return make(
        highest,
        (value) => Math.round((value - min) / step),
        (quantum) => min + quantum * step,
      );
    }
    case "uint":
      return make(spec.max, Math.round, (quantum) => quantum);
    case "int": {
      const { min } = spec;
      return make(
        spec.max - min,
        (value) => Math.round(value) - min,
        (quantum) => quantum + min,
      );
    }
    case "bool":
      return make(
        1,
        (value) => (value === 0 ? 0 : 1),
        (quantum) => quantum,
      );
    case "enum":
      return make(spec.values.length - 1, Math.round, (quantum) => quantum);
    default:
      return undefined;
  }
}

/** The codec of a fixed field; undefined where the field is a blob. `fallback` is the default. */
export function fixedCodecOf(spec: FieldSpec, fallback: number): FixedCodec | undefined {
  const optional = spec.kind === "optional";
  const inner = optional ? spec.of : spec;
  const number = countedSpec(inner, fallback);
  if (number !== undefined) {
    return optional ? countedOrNone(number.highest, number.codec) : number.codec;
  }
  switch (inner.kind) {
    case "angle":
      return angleCodec(inner.bits, fallback, optional);
    case "unit":
      return unitCodec(inner.bits, fallback, optional);
    case "float":
      return floatCodec(fallback, optional);
    case "entity":
      return {
        bits: 32,
        wraps: false,
        signed: true,
        quantise: (value) => (Number.isFinite(value) ? value | 0 : 0),
        dequantise: (quantum) => quantum >>> 0,
        isValid: () => true,
      };
    default:
      return undefined;
  }
}

function angleCodec(bits: number, fallback: number, optional: boolean): FixedCodec {
  const turn = 2 ** bits;
  const scale = turn / (2 * Math.PI);
  // huge angles lose their fraction; the remainder keeps the product within exact integers
  const round = (value: number): number => Math.round((value % (2 * Math.PI)) * scale) & (turn - 1);
  const start = Number.isFinite(fallback) ? round(fallback) : 0;
  const none = optional ? turn : start;
  return {
    bits: optional ? bits + 1 : bits,
    wraps: !optional,
    signed: false,
    quantise: (value) => (Number.isFinite(value) ? round(value) : none),
    dequantise: (quantum) => (quantum === turn ? Number.NaN : quantum / scale),
    isValid: (quantum) => quantum >= 0 && (quantum < turn || (optional && quantum === turn)),
  };
}

function unitCodec(bits: number, fallback: number, optional: boolean): FixedCodec {
  const highest = 2 ** (bits - 1) - 1;
  const none = -highest - 1;
  const round = (value: number): number => Math.round(clamp(value, -1, 1) * highest) | 0;
  const start = optional ? none : Number.isFinite(fallback) ? round(fallback) : 0;
  return {
    bits,
    wraps: false,
    signed: true,
    quantise: (value) => (Number.isFinite(value) ? round(value) : start),
    dequantise: (quantum) => (quantum === none ? Number.NaN : quantum / highest),
    isValid: (quantum) => quantum <= highest && quantum >= (optional ? none : -highest),
  };
}

const floatNone = 0x7fc0_0000;
const floatMax = 3.4028234663852886e38;

function floatCodec(fallback: number, optional: boolean): FixedCodec {
  // + 0 turns -0 into 0, so that equal values have equal quanta
  const round = (value: number): number =>
    float32ToInt(Math.fround(clamp(value, -floatMax, floatMax)) + 0);
  const start = optional ? floatNone : Number.isFinite(fallback) ? round(fallback) : 0;
  return {
    bits: 32,
    wraps: false,
    signed: true,
    quantise: (value) => (Number.isFinite(value) ? round(value) : start),
    dequantise: intToFloat32,
    isValid: (quantum) =>
      Number.isFinite(intToFloat32(quantum)) || (optional && quantum === floatNone),
  };
}
