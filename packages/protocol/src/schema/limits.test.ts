import { describe, expect, test } from "vitest";
import { RealmError } from "../errors.ts";
import { limits, type LimitName } from "../limits.ts";
import { compileDescriptor, compileRoom } from "./compile.ts";
import { document, entity, event, input } from "./definition.ts";
import { fieldOf, t, type Field, type FieldSpec } from "./field.ts";

/** The error that a definition throws; undefined where it is taken. */
function refusal(make: () => unknown): RealmError | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof RealmError) return error;
    throw error;
  }
}

const fields = (count: number, of: Field<unknown> = t.bool()): Record<string, Field<unknown>> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, of]));

const nested = (levels: number, wrap: (of: Field<unknown>) => Field<unknown>): Field<unknown> => {
  let field: Field<unknown> = t.bool();
  for (let i = 0; i < levels; i++) field = wrap(field);
  return field;
};

const definitions = (count: number, kind: "entities" | "inputs" | "events"): object => {
  const make = { entities: entity, inputs: input, events: event }[kind];
  const list: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) list[`d${i}`] = make(`d${i}`, {});
  return { [kind]: list };
};

/** A text of `max` characters takes 16 + 24 * max bits, a flag 1: exactly `bytes` bytes. */
const sized = (bytes: number): Record<string, Field<unknown>> => ({
  text: t.string(Math.floor((bytes * 8 - 16) / 24)),
  ...fields((bytes * 8 - 16) % 24),
});

const { nameLength, definitionsPerRoom, fieldsPerEntity, enumValues, fieldDepth } = limits;
const { stringCharacters, listItems, inputBytes, eventBytes } = limits;

/** Makes something as large as it is told. */
const makers: readonly (readonly [LimitName, string, number, (size: number) => unknown])[] = [
  ["nameLength", "an entity's name", nameLength.value, (n) => entity("a".repeat(n), {})],
  [
    "nameLength",
    "a field's name",
    nameLength.value,
    (n) => input("i", { ["a".repeat(n)]: t.bool() }),
  ],
  ["nameLength", "a name inside", nameLength.value, (n) => t.object({ ["a".repeat(n)]: t.bool() })],
  ...(["entities", "inputs", "events"] as const).map(
    (kind) =>
      [
        "definitionsPerRoom",
        kind,
        definitionsPerRoom.value,
        (n: number) => compileRoom(definitions(n, kind)),
      ] as const,
  ),
  ["fieldsPerEntity", "an entity's fields", fieldsPerEntity.value, (n) => entity("e", fields(n))],
  ["fieldsPerEntity", "an event's fields", fieldsPerEntity.value, (n) => event("e", fields(n))],
  ["fieldsPerEntity", "an object's fields", fieldsPerEntity.value, (n) => t.object(fields(n))],
  [
    "enumValues",
    "words",
    enumValues.value,
    (n) => t.enum(Array.from({ length: n }, (_, i) => `w${i}`) as [string, ...string[]]),
  ],
  ["stringCharacters", "a text", stringCharacters.value, (n) => t.string(n)],
  ["listItems", "a list", listItems.value, (n) => t.list(t.bool(), n)],
  ["fieldDepth", "lists", fieldDepth.value, (n) => nested(n, (of) => t.list(of, 2))],
  ["fieldDepth", "objects", fieldDepth.value, (n) => nested(n, (a) => t.object({ a }))],
  [
    "fieldDepth",
    "lists of what may be none",
    fieldDepth.value,
    (n) => nested(n, (of) => t.list(t.optional(of), 2)),
  ],
  [
    "inputBytes",
    "an input",
    inputBytes.value,
    (n) => compileRoom({ inputs: { i: input("i", sized(n)) } }),
  ],
  [
    "eventBytes",
    "an event",
    eventBytes.value,
    (n) => compileRoom({ events: { e: event("e", sized(n)) } }),
  ],
];

describe("a schema at its limits", () => {
  test.each(makers)(
    "P-SCH1 %s: %s of %i is taken, and of one more refused",
    (name, _, max, make) => {
      expect(refusal(() => make(max))).toBeUndefined();
      const error = refusal(() => make(max + 1));
      expect(error?.code).toBe(limits[name].error);
      // the text says what is allowed
      expect(error?.message).toContain(String(max));
    },
  );

  test("P-SCH1 a document has no limit of bytes in its schema: its values have", () => {
    const Board = document("board", {
      text: t.string(stringCharacters.value),
      list: t.list(t.float(), 1024),
    });
    expect(refusal(() => compileRoom({ documents: { shared: Board } }))).toBeUndefined();
  });

  test("P-SCH9 a room of 255 kinds with 32 fields each is told and compiled again; one of 256 is not", () => {
    const entities = Object.fromEntries(
      Array.from({ length: definitionsPerRoom.value }, (_, i) => [
        `e${i}`,
        entity(`e${i}`, fields(fieldsPerEntity.value)),
      ]),
    );
    const { descriptor } = compileRoom({ entities });
    expect(compileDescriptor(descriptor).entities).toHaveLength(definitionsPerRoom.value);
    const more = { ...descriptor, entities: [...descriptor.entities, { name: "one", fields: [] }] };
    expect(refusal(() => compileDescriptor(more))?.code).toBe("DECODE_INVALID");
  });

  test("P-SCH9 a descriptor can not nest deeper than a game may", () => {
    const spec = (levels: number): FieldSpec =>
      levels === 0 ? { kind: "bool" } : { kind: "list", max: 2, of: spec(levels - 1) };
    expect(fieldOf(spec(fieldDepth.value)).spec.kind).toBe("list");
    expect(refusal(() => fieldOf(spec(fieldDepth.value + 1)))?.code).toBe(fieldDepth.error);
  });
});
