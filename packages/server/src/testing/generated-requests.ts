import fc from "fast-check";

/** Of JSON Schema 2020-12, what zod writes. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
}

/** Schemas that others refer to, by their whole reference. */
type Definitions = Readonly<Record<string, JsonSchema>>;

/** How deep values nest whose schema has no end. */
const DEPTH_MAX = 4;

/** Any value that fits a schema. Throws for a schema that it can not read: a guess would test nothing. */
export function fitting(
  schema: JsonSchema,
  definitions: Definitions,
  depth: number = DEPTH_MAX,
): fc.Arbitrary<unknown> {
  const inner = (of: JsonSchema): fc.Arbitrary<unknown> => fitting(of, definitions, depth - 1);
  if (schema.$ref !== undefined) return inner(mustHave(definitions, schema.$ref));
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) {
    const flat = options.filter(
      ({ type, $ref }) => $ref === undefined && type !== "array" && type !== "object",
    );
    return fc.oneof(...(depth > 0 || flat.length === 0 ? options : flat).map(inner));
  }
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer(bounds(schema, 2 ** 53 - 1));
    case "number":
      return fc.oneof(
        fc.integer(bounds(schema, 1e9)),
        fc.double({ ...bounds(schema, 1e9), noNaN: true, noDefaultInfinity: true }),
      );
    case "string":
      return text(schema);
    case "array": {
      const { minItems = 0, maxItems = Math.max(3, minItems) } = schema as Numbers;
      const range = {
        minLength: minItems,
        maxLength: depth > 0 ? Math.min(maxItems, 10) : minItems,
      };
      return fc.array(inner(schema.items ?? {}), range);
    }
    case "object":
      return object(schema, inner, depth);
    case undefined:
      return depth > 0 ? fc.jsonValue({ maxDepth: depth }) : fc.constant(null);
    default:
      throw new TypeError(`no values are known for ${JSON.stringify(schema)}`);
  }
}

type Numbers = Readonly<Record<string, number | undefined>>;

function bounds(schema: JsonSchema, far: number): { min: number; max: number } {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as unknown as Numbers;
  return {
    min: Math.max(minimum ?? -far, (exclusiveMinimum ?? -far - 1) + 1, -far),
    max: Math.min(maximum ?? far, (exclusiveMaximum ?? far + 1) - 1, far),
  };
}

function text(schema: JsonSchema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = minLength + 20 } = schema as unknown as Numbers;
  const isFit = (value: string): boolean => value.length >= minLength && value.length <= maxLength;
  if (schema["format"] === "uuid") return fc.uuid();
  if (schema["format"] === "email") return fc.emailAddress();
  const pattern = schema["pattern"];
  if (typeof pattern === "string") {
    return fc.stringMatching(new RegExp(pattern, "u"), { maxLength }).filter(isFit);
  }
  const range = { minLength, maxLength: Math.min(maxLength, minLength + 40) };
  return fc.oneof(fc.string(range), fc.string({ ...range, unit: "binary" }).filter(isFit));
}

function object(
  schema: JsonSchema,
  inner: (of: JsonSchema) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<object> {
  const { properties = {}, required = [], additionalProperties: more } = schema;
  const model = Object.fromEntries(Object.entries(properties).map(([k, of]) => [k, inner(of)]));
  const named = fc.record(model, { requiredKeys: [...required] });
  if (typeof more !== "object" || depth <= 0) return named;
  const keys = text(schema.propertyNames ?? {}).filter((key) => key !== "__proto__");
  const others = fc.dictionary(keys, inner(more), { maxKeys: 3, noNullPrototype: true });
  return fc.tuple(named, others).map(([a, b]) => ({ ...b, ...a }));
}

/** Values that break what was not written for them. Some are text that no value can be printed as. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    -(2 ** 63),
    "",
    " ",
    "0",
    "null",
    "\u0000",
    "\ud800",
    "../../etc/passwd",
    "' OR 1=1 --",
    "${7*7}",
    "__proto__",
    "constructor",
    "x".repeat(5000),
    "\u202e",
    "a\r\nx-role: admin",
    [],
    {},
    [[]],
    { length: -1 },
    { constructor: { prototype: 1 } },
    JSON.parse('{"__proto__":{"isAdmin":true}}'),
    { toString: 1 },
    JSON.parse('{"then":1}'),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

function mustHave(definitions: Definitions, name: string): JsonSchema {
  const found = definitions[name];
  if (found === undefined) throw new TypeError(`the document has no ${name}`);
  return found;
}
