import type { Random } from "@realmwright/core";
import { errors, type FieldSpec } from "@realmwright/protocol";
import { messageSpecs, type CompiledStruct, type Sender } from "@realmwright/protocol/internal";
import { emptyMembership, wireRoom } from "./game.ts";

/* Valid values and messages, made from the tables that the decoders are made from too. */

const utf8 = new TextEncoder();

type Spec = (typeof messageSpecs)[number];
type Columns = Spec["columns"];
type ColumnType = Columns[string]["type"];

/** A plain message, of a type that the compiler does not know. */
export interface PlainMessage {
  readonly type: string;
  readonly id?: number;
  readonly payload: unknown;
}

/** A value that fits a field. */
export function valueOf(spec: FieldSpec, random: Random): unknown {
  switch (spec.kind) {
    case "position":
      return random.between(spec.min, spec.max);
    case "angle":
      return random.between(-7, 7);
    case "unit":
      return random.pick([-1, 0, 1, random.between(-1, 1)]);
    case "uint":
      return random.pick([0, spec.max, random.integer(0, spec.max)]);
    case "int":
      return random.pick([spec.min, spec.max, random.integer(spec.min, spec.max)]);
    case "bool":
      return random.chance(0.5);
    case "entity":
      return random.pick([0, 1, 2, 40, 1024, 0xffff_ffff]);
    case "float":
      return Math.fround(random.between(-1000, 1000));
    case "enum":
      return random.pick(spec.values);
    case "string":
      return textOf(spec.max, random);
    case "json":
      return smallJson(spec.max, random);
    case "list": {
      const length = random.integer(0, Math.min(spec.max, 6));
      return Array.from({ length }, () => valueOf(spec.of, random));
    }
    case "object":
      return fieldsOf(Object.entries(spec.fields), random);
    case "optional":
      return random.chance(0.4) ? null : valueOf(spec.of, random);
  }
}

function fieldsOf(
  fields: readonly (readonly [string, FieldSpec])[],
  random: Random,
): Record<string, unknown> {
  return Object.fromEntries(fields.map(([name, of]) => [name, valueOf(of, random)]));
}

/** A value of a definition, rounded as it arrives. */
export function structValue(struct: CompiledStruct, random: Random): Record<string, unknown> {
  const fields = Object.entries(struct.definition.fields).map(
    ([name, { spec }]) => [name, spec] as const,
  );
  return struct.codec.canonical(fieldsOf(fields, random));
}

const alphabet = [...'abcXYZ019 _-/~"\\<&', "é", "ß", "漢", "😀", "\u0000", "\u007f", "\u2028"];

function textOf(max: number, random: Random): string {
  let text = "";
  const length = random.chance(0.05) ? max : random.integer(0, Math.min(max, 20));
  while (text.length < length) text += random.pick(alphabet);
  // cutting may leave half of a pair
  return text.slice(0, max).toWellFormed();
}

function jsonOf(random: Random, depth: number): unknown {
  switch (random.integer(0, depth > 0 ? 6 : 4)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.integer(-1000, 100_000);
    case 3:
      return random.between(-1, 1);
    case 4:
      return textOf(12, random);
    case 5:
      return Array.from({ length: random.integer(0, 4) }, () => jsonOf(random, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random.integer(0, 4) }, (_, i) => [
          `k${i}`,
          jsonOf(random, depth - 1),
        ]),
      );
  }
}

/** Any JSON that takes so many bytes at most. */
function smallJson(bytesMax: number, random: Random): unknown {
  const value = jsonOf(random, 3);
  return utf8.encode(JSON.stringify(value)).length <= bytesMax ? value : null;
}

function columnOf(type: ColumnType, random: Random): unknown {
  switch (type.kind) {
    case "uint":
      return random.pick([0, 1, type.max, random.integer(0, Math.min(type.max, 100_000))]);
    case "int":
      return random.pick([type.min, 0x7fff_ffff, random.integer(type.min, 100)]);
    case "number":
      return random.pick([0, random.integer(0, 1_000_000), random.between(-1e9, 1e9)]);
    case "bool":
      return random.chance(0.5);
    case "text":
      return textOf(type.max, random);
    case "word":
      return random.pick(type.words);
    case "code":
      return random.pick([...Object.keys(errors).slice(0, 30), "TOO_FAR", "a b"]);
    case "json":
      if (type.shape === "any") return jsonOf(random, 3);
      return type.shape === "list"
        ? Array.from({ length: random.integer(0, 3) }, () => jsonOf(random, 3))
        : { key: jsonOf(random, 3) };
    case "record":
      return columnsOf(type.columns, random);
    case "records":
      return Array.from({ length: random.integer(1, type.max) }, () =>
        columnsOf(type.columns, random),
      );
    default:
      throw new Error(`${type.kind} is made from the room's schema`);
  }
}

function columnsOf(
  columns: Columns,
  random: Random,
  own: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, column] of Object.entries(columns)) {
    if (column.only === "binary" || (column.optional && random.chance(0.4))) continue;
    values[key] = Object.hasOwn(own, key) ? own[key] : columnOf(column.type, random);
  }
  return values;
}

/** What the table leaves to the room's schema. */
function ownOf(spec: Spec, random: Random): Readonly<Record<string, unknown>> {
  const { shared, private: mine } = wireRoom.documents;
  if (shared === undefined || mine === undefined) throw new Error("the room has both documents");
  switch (spec.type) {
    case "input":
    case "event": {
      const struct = random.pick(spec.type === "input" ? wireRoom.inputs : wireRoom.events);
      return { name: struct.name, data: structValue(struct, random) };
    }
    case "document": {
      const isShared = random.chance(0.5);
      const value = structValue(isShared ? shared : mine, random);
      return { doc: isShared ? "shared" : "private", value };
    }
    case "joined":
      return {
        name: "meadow",
        documents: {
          ...(random.chance(0.7) ? { shared: structValue(shared, random) } : {}),
          ...(random.chance(0.7) ? { private: structValue(mine, random) } : {}),
        },
      };
    case "welcome":
      return { rooms: { meadow: wireRoom.descriptor } };
    default:
      return {};
  }
}

const specsOf = (sender: Sender): readonly Spec[] =>
  messageSpecs.filter((spec) => spec.from.includes(sender));

const specs: Readonly<Record<Sender, readonly Spec[]>> = {
  client: specsOf("client"),
  server: specsOf("server"),
};

/** A valid message of a sender, in its readable form. */
export function messageOf(sender: Sender, random: Random, canPack: boolean): PlainMessage {
  const all = canPack ? specs[sender].filter(({ type }) => type !== "snapshot") : specs[sender];
  const spec = random.pick(all);
  const payload = columnsOf(spec.columns, random, ownOf(spec, random));
  // of the empty room there is nothing to say
  if (payload["m"] === emptyMembership) payload["m"] = 0;
  const hasId = random.chance(0.3) || spec.needsId === true;
  const id = hasId ? { id: random.pick([0, 1, 77, 0xffff_ffff]) } : {};
  return { type: spec.type, ...id, payload };
}
