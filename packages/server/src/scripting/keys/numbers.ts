import { CommandError, notInteger } from "./reply.ts";

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);

/** An integer as Redis reads it: no sign but minus, no zeros before, 64 bits. */
export function integer(text: string): number {
  return Number(bigInteger(text));
}

function bigInteger(text: string): bigint {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) throw new CommandError(notInteger);
  const value = BigInt(text);
  if (value > int64Max || value < int64Min) throw new CommandError(notInteger);
  return value;
}

/** The sum of two integers as text; exact in 64 bits. */
export function sum(left: string, right: string): string {
  const a = Number(left);
  const b = Number(right);
  // short texts can not leave what a double holds exactly
  if (left.length < 15 && right.length < 15 && isShort(left) && isShort(right)) {
    return String(a + b);
  }
  const total = bigInteger(left) + bigInteger(right);
  if (total > int64Max || total < int64Min) {
    throw new CommandError("ERR increment or decrement would overflow");
  }
  return String(total);
}

function isShort(text: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(text);
}

export function negated(text: string): string {
  return String(-bigInteger(text));
}

const floatPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A score: decimal, or an infinity. */
export function float(text: string, error = "ERR value is not a valid float"): number {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  if (!floatPattern.test(text)) throw new CommandError(error);
  return Number(text);
}

/** A score as Redis writes it. */
export function floatText(value: number): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  if (Object.is(value, -0)) return "-0";
  return Math.abs(value) < 1e17 ? String(value) : value.toExponential();
}

/** Bounds of a range by index, negative ones from the end; undefined when nothing is inside. */
export function span(
  from: string,
  to: string,
  length: number,
): readonly [first: number, end: number] | undefined {
  let first = integer(from);
  let last = integer(to);
  if (first < 0) first = Math.max(0, first + length);
  if (last < 0) last += length;
  last = Math.min(last, length - 1);
  return first > last ? undefined : [first, last + 1];
}
