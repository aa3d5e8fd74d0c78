import fc from "fast-check";
import type { RoomLookup } from "../encodings/codec.ts";
import { errors } from "../errors.ts";
import { messageSpecs, type WebSocketMessage } from "../messages/message.ts";
import type { Columns, ColumnType, MessageSpec, Sender } from "../messages/table.ts";
import type { CompiledRoom, CompiledStruct } from "../schema/compile.ts";
import { valueOf } from "./arbitraries.ts";
import { sampleRoom } from "./samples.ts";

/* Random messages, made from the tables, that any encoding must carry. */

const room: CompiledRoom = sampleRoom();

/** All memberships, and the room `sample`, have the sample schema. */
export const sampleLookup: RoomLookup = (key) =>
  typeof key === "number" || key === "sample" ? room : undefined;

const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  .filter((value) => !JSON.stringify(value).includes("__proto__"));

const text = (max: number): fc.Arbitrary<string> =>
  fc.string({ unit: "grapheme" }).map((value) => value.slice(0, max).toWellFormed());

function columnOf(type: ColumnType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "uint":
      return fc.oneof(
        fc.maxSafeNat().map((n) => n % (type.max + 1)),
        fc.constantFrom(0, type.max),
      );
    case "int":
      return fc.integer({ min: type.min, max: 0x7fff_ffff });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n));
    case "bool":
      return fc.boolean();
    case "text":
      return text(type.max);
    case "word":
      return fc.constantFrom(...type.words);
    case "code":
      return fc.oneof(fc.constantFrom(...Object.keys(errors)), fc.constantFrom("TOO_FAR", "a b"));
    case "json":
      if (type.shape === "list") return fc.array(json, { maxLength: 4 });
      return type.shape === "object" ? json.map((value) => ({ key: value })) : json;
    case "record":
      return columnsOf(type.columns);
    case "records":
      return fc.array(columnsOf(type.columns), { minLength: 1, maxLength: type.max });
    default:
      throw new Error(`${type.kind} is made by hand`);
  }
}

function columnsOf(
  columns: Columns,
  own: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<Record<string, unknown>> {
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  const requiredKeys: string[] = [];
  for (const [key, column] of Object.entries(columns)) {
    if (column.only === "binary") continue;
    model[key] = own[key] ?? columnOf(column.type);
    if (!column.optional) requiredKeys.push(key);
  }
  return fc.record(model, { requiredKeys });
}

/** A value of a definition, as it is after rounding. */
function canonicalOf(struct: CompiledStruct): fc.Arbitrary<unknown> {
  const fields = Object.entries(struct.definition.fields);
  return fc
    .record(Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field.spec)])))
    .map((value) => struct.codec.canonical(value));
}

function payloadOf(spec: MessageSpec): fc.Arbitrary<unknown> {
  const { columns } = spec;
  const named = (list: readonly CompiledStruct[]): fc.Arbitrary<unknown> =>
    fc
      .constantFrom(...list)
      .chain((struct) =>
        columnsOf(columns, { name: fc.constant(struct.name), data: canonicalOf(struct) }),
      );
  const shared = canonicalOf(room.documents.shared as CompiledStruct);
  const own = canonicalOf(room.documents.private as CompiledStruct);
  switch (spec.type) {
    case "input":
      return named(room.inputs);
    case "event":
      return named(room.events);
    case "document":
      return fc.oneof(
        columnsOf(columns, { doc: fc.constant("shared"), value: shared }),
        columnsOf(columns, { doc: fc.constant("private"), value: own }),
      );
    case "joined":
      return columnsOf(columns, {
        name: fc.constant("sample"),
        documents: fc.record({ shared, private: own }, { requiredKeys: [] }),
      });
    default:
      return columnsOf(columns);
  }
}

/** Any message of one table, in its readable form. */
export function messageOf(spec: MessageSpec): fc.Arbitrary<WebSocketMessage> {
  return fc.record(
    {
      type: fc.constant(spec.type),
      id: fc.integer({ min: 0, max: 0xffff_ffff }),
      payload: payloadOf(spec),
    },
    { requiredKeys: spec.needsId === true ? ["type", "id", "payload"] : ["type", "payload"] },
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<WebSocketMessage>;
}

/** Any message of a sender that all three encodings have, in its readable form. */
export function anyMessage(sender: Sender): fc.Arbitrary<WebSocketMessage> {
  const specs = messageSpecs.filter(
    (spec) => spec.from.includes(sender) && spec.type !== "snapshot",
  );
  return fc.oneof(...specs.map((spec) => messageOf(spec)));
}
