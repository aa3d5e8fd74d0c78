import type { CompiledField } from "@realmwright/protocol/internal";

/** Quantises some slots of a column: `out[slot]` = the quantum of `column[slot]`, for the first `count` slots. */
export type ColumnQuantiser = (
  column: Float64Array,
  slots: Int32Array,
  count: number,
  out: Int32Array,
) => void;

/**
 * A field's quantiser as one loop over a column. It says what the field's codec says number by number; the loops of the
 * common kinds keep floating-point numbers out of calls, where each one would be allocated.
 */
export function columnQuantiser(field: CompiledField): ColumnQuantiser {
  const { spec } = field;
  const fallback = field.fixed!.quantise(Number.NaN);
  switch (spec.kind) {
    case "position":
      return position(spec.min, spec.step, field.fixed!.quantise(spec.max), fallback);
    case "uint":
      return whole(0, spec.max, fallback);
    case "int":
      return whole(spec.min, spec.max, fallback);
    case "enum":
      return whole(0, spec.values.length - 1, fallback);
    case "angle":
      return angle(2 ** spec.bits, fallback);
    case "unit":
      return unit(2 ** (spec.bits - 1) - 1, fallback);
    default:
      return oneByOne(field);
  }
}

function position(min: number, step: number, highest: number, fallback: number): ColumnQuantiser {
  return (column, slots, count, out) => {
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const q = Math.round((column[slot]! - min) / step);
      // A difference with itself is 0 for finite numbers only.
      out[slot] = q - q !== 0 ? fallback : q < 0 ? 0 : q > highest ? highest : q;
    }
  };
}

function whole(min: number, max: number, fallback: number): ColumnQuantiser {
  const highest = max - min;
  return (column, slots, count, out) => {
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const q = Math.round(column[slot]!) - min;
      out[slot] = q - q !== 0 ? fallback : q < 0 ? 0 : q > highest ? highest : q;
    }
  };
}

function angle(turn: number, fallback: number): ColumnQuantiser {
  const scale = turn / (2 * Math.PI);
  return (column, slots, count, out) => {
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const value = column[slot]!;
      out[slot] =
        value - value !== 0 ? fallback : Math.round((value % (2 * Math.PI)) * scale) & (turn - 1);
    }
  };
}

function unit(highest: number, fallback: number): ColumnQuantiser {
  return (column, slots, count, out) => {
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      const value = column[slot]!;
      const inside = value < -1 ? -1 : value > 1 ? 1 : value;
      out[slot] = value - value !== 0 ? fallback : Math.round(inside * highest);
    }
  };
}

function oneByOne(field: CompiledField): ColumnQuantiser {
  const codec = field.fixed!;
  return (column, slots, count, out) => {
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      out[slot] = codec.quantise(column[slot]!);
    }
  };
}
