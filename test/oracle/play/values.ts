import type { Kind, TypeShape } from "../model/shapes.ts";

/** A value for each field of a type: those that are given, and what such a field begins with. */
export function valuesOf(
  type: TypeShape,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, spec } of type.fields) values[name] = given[name] ?? firstOf(spec);
  return values;
}

function firstOf(spec: Kind): unknown {
  switch (spec.kind) {
    case "bool":
      return false;
    case "enum":
      return spec.values[0];
    case "string":
      return "";
    case "list":
      return [];
    case "object":
      return Object.fromEntries(Object.entries(spec.fields).map(([key, of]) => [key, firstOf(of)]));
    case "optional":
      return null;
    default:
      return 0;
  }
}
