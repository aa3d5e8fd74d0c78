// What the oracle knows of entities: plain data, from which the game's schema is made elsewhere.

export type Audience = "near" | "team" | "owner" | "seat";

export type Kind =
  | { readonly kind: "position"; readonly min: number; readonly max: number; readonly step: number }
  | { readonly kind: "angle" | "unit"; readonly bits: number }
  | { readonly kind: "uint"; readonly max: number }
  | { readonly kind: "int"; readonly min: number; readonly max: number }
  | { readonly kind: "bool" | "entity" | "float" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "string"; readonly max: number }
  | { readonly kind: "list"; readonly of: Kind; readonly max: number }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Kind>> }
  | { readonly kind: "optional"; readonly of: Kind };

export interface FieldShape {
  readonly name: string;
  readonly spec: Kind;
  readonly audience: Audience;
  /** Told with the entry only. */
  readonly isStatic: boolean;
  /** Told to nobody. */
  readonly isHidden: boolean;
}

export interface TypeShape {
  readonly name: string;
  readonly fields: readonly FieldShape[];
  /** Those that clients may be told of, one number each, in order. */
  readonly fixed: readonly FieldShape[];
  /** The others that clients may be told of: texts, lists, objects. */
  readonly loose: readonly FieldShape[];
  /** Places among `fixed` of what an owner who predicts is told unrounded. */
  readonly precise: readonly number[];
  /** Places of x and y among `fixed`; -1: it has no place. */
  readonly x: number;
  readonly y: number;
}

interface Ways {
  readonly audience?: Audience;
  readonly isStatic?: boolean;
  readonly isHidden?: boolean;
}

const field = (name: string, spec: Kind, ways: Ways = {}): FieldShape => ({
  name,
  spec,
  audience: "near",
  isStatic: false,
  isHidden: false,
  ...ways,
});

function shape(name: string, fields: readonly FieldShape[]): TypeShape {
  const told = fields.filter(({ isHidden }) => !isHidden);
  const fixed = told.filter(({ spec }) => isFixed(spec));
  return {
    name,
    fields,
    fixed,
    loose: told.filter(({ spec }) => !isFixed(spec)),
    precise: fixed.flatMap((one, i) => (isPrecise(one) ? [i] : [])),
    x: fixed.findIndex((one) => one.name === "x"),
    y: fixed.findIndex((one) => one.name === "y"),
  };
}

/** Rounding loses something of it, and its owner may see it change. */
function isPrecise({ spec, audience, isStatic }: FieldShape): boolean {
  const { kind } = spec.kind === "optional" ? spec.of : spec;
  const isLossy = kind === "position" || kind === "angle" || kind === "unit" || kind === "float";
  return isLossy && !isStatic && (audience === "near" || audience === "owner");
}

function isFixed(spec: Kind): boolean {
  const { kind } = spec.kind === "optional" ? spec.of : spec;
  return kind !== "string" && kind !== "list" && kind !== "object";
}

/** Half the edge of the world. */
export const worldHalf = 400;

const place = (step: number): Kind => ({ kind: "position", min: -worldHalf, max: worldHalf, step });
const tag = field("tag", { kind: "uint", max: 0xff_ffff }, { isStatic: true });
const small: Kind = { kind: "uint", max: 7 };

/** Every kind of field with every audience. It is also what players steer. */
export const walker: TypeShape = shape("walker", [
  field("gold", { kind: "uint", max: 1_000_000 }, { audience: "owner" }),
  field("x", place(1 / 64)),
  field("y", place(1 / 64)),
  tag,
  field("heading", { kind: "angle", bits: 8 }),
  field("lean", { kind: "unit", bits: 6 }),
  field("hp", { kind: "uint", max: 1000 }),
  field("temper", { kind: "int", min: -50, max: 50 }),
  field("asleep", { kind: "bool" }),
  field("mood", { kind: "enum", values: ["calm", "angry", "afraid", "asleep", "merry"] }),
  field("target", { kind: "entity" }),
  field("weight", { kind: "float" }),
  field("mount", { kind: "optional", of: { kind: "uint", max: 3 } }),
  field("spin", { kind: "optional", of: { kind: "angle", bits: 5 } }),
  field("walk", { kind: "position", min: -1000, max: 1000, step: 1 / 32 }),
  field("plan", { kind: "uint", max: 9 }, { audience: "team" }),
  field("ally", { kind: "entity" }, { audience: "team" }),
  field("name", { kind: "string", max: 24 }, { isStatic: true }),
  field("title", { kind: "string", max: 24 }),
  field("effects", { kind: "list", of: small, max: 4 }),
  field("bag", { kind: "object", fields: { food: small, keys: { kind: "bool" } } }),
  field("purse", { kind: "string", max: 24 }, { audience: "owner" }),
  field("whisper", { kind: "string", max: 24 }, { audience: "seat" }),
  field("secret", { kind: "string", max: 24 }, { isHidden: true }),
  field("luck", { kind: "float" }, { isHidden: true }),
]);

/** Has no place, so everyone sees it. */
const banner: TypeShape = shape("banner", [
  tag,
  field("score", { kind: "int", min: -50, max: 50 }),
  field("bearer", { kind: "entity" }),
  field("text", { kind: "string", max: 16 }),
  field("toll", { kind: "uint", max: 1000 }, { audience: "team" }),
]);

/** Small, of one audience, and on a grid that no power of two divides. */
const stone: TypeShape = shape("stone", [
  field("x", place(0.01)),
  field("y", place(0.01)),
  tag,
  field("ore", { kind: "enum", values: ["none", "iron", "gold"] }),
]);

export const shapes: readonly TypeShape[] = [walker, banner, stone];

export const shapeOf = (name: string): TypeShape => {
  const found = shapes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no shape "${name}"`);
  return found;
};
