import type { Random } from "@realmwright/core";
import type { FieldDescriptor, FieldSpec, StructDescriptor } from "@realmwright/protocol";

/* Single faults in schemas that are valid otherwise. */

const bool: FieldSpec = { kind: "bool" };
const fieldOf = (spec: unknown, more: object = {}): FieldDescriptor => ({
  name: "a",
  spec: spec as FieldSpec,
  ...more,
});

function nested(levels: number): FieldSpec {
  let spec: FieldSpec = bool;
  for (let i = 0; i < levels; i++) spec = { kind: "list", of: spec, max: 2 };
  return spec;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);

/** Fields that no definition may have. */
const wrongFields: readonly FieldDescriptor[] = [
  fieldOf({ kind: "position", min: 0, max: 1, step: 0 }),
  fieldOf({ kind: "position", min: 0, max: 1e300, step: 1e-3 }),
  fieldOf({ kind: "position", min: 1, max: 0, step: 1 }),
  fieldOf({ kind: "angle", bits: 17 }),
  fieldOf({ kind: "unit", bits: 1 }),
  fieldOf({ kind: "uint", max: 2 ** 31 }),
  fieldOf({ kind: "int", min: 0.5, max: 2 }),
  fieldOf({ kind: "int", min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fieldOf({ kind: "enum", values: [] }),
  fieldOf({ kind: "enum", values: names(257) }),
  fieldOf({ kind: "enum", values: ["a", "a"] }),
  fieldOf({ kind: "enum", values: [""] }),
  fieldOf({ kind: "string", max: 4097 }),
  fieldOf({ kind: "json", max: 16_385 }),
  fieldOf({ kind: "list", of: bool, max: 1025 }),
  fieldOf({ kind: "object", fields: {} }),
  fieldOf({ kind: "object", fields: Object.fromEntries(names(33).map((name) => [name, bool])) }),
  fieldOf({ kind: "object", fields: { "A b": bool } }),
  fieldOf({ kind: "optional", of: { kind: "optional", of: bool } }),
  fieldOf({ kind: "optional", of: { kind: "entity" } }),
  fieldOf({ kind: "optional", of: { kind: "json", max: 9 } }),
  fieldOf(nested(7)),
  fieldOf({ kind: "nothing" }),
  fieldOf({ kind: "uint", max: 5 }, { default: 6 }),
  fieldOf({ kind: "string", max: 5 }, { default: "\ud800" }),
  fieldOf({ kind: "string", max: 5 }, { default: 5 }),
  fieldOf({ kind: "json", max: 5 }, { default: [12, 34] }),
  fieldOf({ kind: "list", of: bool, max: 2 }, { default: [true, 1] }),
  fieldOf({ kind: "object", fields: { b: bool } }, { default: { c: true } }),
  fieldOf({ kind: "object", fields: { b: bool } }, { default: 5 }),
  fieldOf({ kind: "entity" }, { default: -1 }),
  fieldOf(bool, { audience: "nobody" }),
  { ...fieldOf(bool), name: "A b" },
];

/** Fields that only entities may have, or all others. */
const ofOthers = [
  { ...fieldOf(bool), name: "owner" },
  fieldOf({ kind: "object", fields: { b: { kind: "json", max: 9 } } }),
];
const ofEntities = [
  fieldOf(bool, { static: true }),
  fieldOf(bool, { audience: "team" }),
  fieldOf({ kind: "list", of: { kind: "string", max: 4096 }, max: 1024 }),
];

/** A list of definitions of which one, or their number, is wrong. */
export function wrongStructs(isOfEntities: boolean, random: Random): StructDescriptor[] {
  switch (random.integer(0, 8)) {
    case 0:
      return names(256).map((name) => ({ name, fields: [] }));
    case 1:
      return [{ name: "many", fields: names(33).map((name) => ({ name, spec: bool })) }];
    case 2:
      return [
        { name: "twice", fields: [] },
        { name: "twice", fields: [] },
      ];
    case 3:
      return [{ name: "e", fields: [fieldOf(bool), fieldOf(bool)] }];
    case 4:
      return [{ name: "e", fields: [random.pick(isOfEntities ? ofOthers : ofEntities)] }];
    default:
      return [{ name: "e", fields: [random.pick(wrongFields)] }];
  }
}
