import fc from "fast-check";
import { utf8Length } from "../bytes/utf8.ts";
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

const fieldFrom = (leaf: fc.Arbitrary<Field<unknown>>): fc.Arbitrary<Field<unknown>> =>
  fc.letrec<{ field: Field<unknown> }>((tie) => ({
    field: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.tuple(tie("field"), fc.integer({ min: 1, max: 5 })).map(([of, max]) => t.list(of, max)),
      fc
        .array(tie("field"), { minLength: 1, maxLength: 3 })
        .map((list) => t.object(Object.fromEntries(list.map((of, i) => [`k${i}`, of])))),
      tie("field")
        .filter((of) => !["optional", "entity", "json"].includes(of.spec.kind))
        .map((of) => t.optional(of)),
    ),
  })).field;

const fieldsFrom = (
  leaf: fc.Arbitrary<Field<unknown>>,
): fc.Arbitrary<Record<string, Field<unknown>>> =>
  fc
    .array(fieldFrom(leaf), { maxLength: 6 })
    .map((list) => Object.fromEntries(list.map((of, i) => [`f${i}`, of])));

/** Fields for an entity. */
export const entityFields: fc.Arbitrary<Record<string, Field<unknown>>> = fieldsFrom(leaf);

/** Fields for a document. */
export const anyFields: fc.Arbitrary<Record<string, Field<unknown>>> = fieldsFrom(
  fc.oneof(
    { weight: 9, arbitrary: leaf },
    { weight: 1, arbitrary: fc.integer({ min: 4, max: 400 }).map((max) => t.json(max)) },
  ),
);

/** Values that fit some fields. */
export function valuesOf(
  fields: Readonly<Record<string, Field<unknown>>>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, valueOf(of.spec)])),
  );
}

const json = fc
  .jsonValue({ maxDepth: 5, stringUnit: "grapheme" })
  .filter((value) => !JSON.stringify(value).includes("__proto__"));

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
    case "json":
      return json.map((value) => (utf8Length(JSON.stringify(value)) <= spec.max ? value : null));
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
