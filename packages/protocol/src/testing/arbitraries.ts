import fc from "fast-check";
import { t, type Field } from "../schema/field.ts";
import type { FieldSpec } from "../schema/field.ts";

/* Random schemas and values that fit them. */

const leaf: fc.Arbitrary<Field<unknown>> = fc.oneof(
  fc.constant(t.position({ min: -20, max: 100, step: 1 / 16 })),
  fc.integer({ min: 2, max: 16 }).map((bits) => t.angle(bits)),
  fc.integer({ min: 2, max: 16 }).map((bits) => t.unit(bits)),
  fc.integer({ min: 1, max: 2 ** 31 - 2 }).map((max) => t.uint(max)),
  fc
    .tuple(fc.integer({ min: -1000, max: 0 }), fc.integer({ min: 1, max: 1000 }))
    .map(([a, b]) => t.int(a, b)),
  fc.constant(t.bool()),
  fc.constant(t.entity()),
  fc.constant(t.float()),
  fc.constant(t.enum(["red", "green", "blue"])),
  fc.integer({ min: 1, max: 20 }).map((max) => t.string(max)),
);

const { field } = fc.letrec<{ field: Field<unknown> }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(tie("field"), fc.integer({ min: 1, max: 5 })).map(([of, max]) => t.list(of, max)),
    fc
      .array(tie("field"), { minLength: 1, maxLength: 3 })
      .map((list) => t.object(Object.fromEntries(list.map((of, i) => [`k${i}`, of])))),
    tie("field")
      .filter((of) => of.spec.kind !== "optional" && of.spec.kind !== "entity")
      .map((of) => t.optional(of)),
  ),
}));

/** Fields for a document. */
export const anyFields: fc.Arbitrary<Record<string, Field<unknown>>> = fc
  .array(field, { maxLength: 6 })
  .map((list) => Object.fromEntries(list.map((of, i) => [`f${i}`, of])));

/** Values that fit some fields. */
export function valuesOf(
  fields: Readonly<Record<string, Field<unknown>>>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, valueOf(of.spec)])),
  );
}

/** Values that fit a shape. */
export function valueOf(spec: FieldSpec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case "position":
      return fc.double({ min: spec.min, max: spec.max, noNaN: true });
    case "angle":
      return fc.double({ min: -50, max: 50, noNaN: true });
    case "unit":
      return fc.double({ min: -1, max: 1, noNaN: true });
    case "uint":
      return fc.integer({ min: 0, max: spec.max });
    case "int":
      return fc.integer({ min: spec.min, max: spec.max });
    case "bool":
      return fc.boolean();
    case "entity":
      return fc.integer({ min: 0, max: 0xffff_ffff });
    case "float":
      return fc.float({ noNaN: true, noDefaultInfinity: true });
    case "enum":
      return fc.constantFrom(...spec.values);
    case "string":
      return fc.string({ unit: "grapheme" }).map((text) => text.slice(0, spec.max).toWellFormed());
    case "list":
      return fc.array(valueOf(spec.of), { maxLength: spec.max });
    case "object":
      return fc.record(
        Object.fromEntries(Object.entries(spec.fields).map(([name, of]) => [name, valueOf(of)])),
      );
    case "optional":
      return fc.oneof(fc.constant(null), valueOf(spec.of));
  }
}
