import { limits } from "../limits.ts";
import {
  checkUnique,
  type Definition,
  type EntityDefinition,
  type RoomSchema,
} from "./definition.ts";
import { descriptorOf, schemaOf, unreadable, type RoomDescriptor } from "./descriptor.ts";
import { audiences, invalid, type Audience, type Field, type FieldSpec } from "./field.ts";
import { fixedCodecOf, type FixedCodec } from "./fixed-codec.ts";
import { hashText } from "./hash.ts";
import { checkDefault, structCodec, type StructCodec } from "./struct-codec.ts";
import { gameConversion, valueCodecOf, type ValueCodec } from "./value-codec.ts";

/** Writes, reads and compares the values of a blob field. */
export type BlobCodec = ValueCodec;

export interface CompiledField {
  /** place among the fields of its entity, as declared */
  readonly index: number;
  /** place among the replicated fields, which is what masks on the wire count; -1 for none */
  readonly wireIndex: number;
  readonly name: string;
  readonly spec: FieldSpec;
  readonly fixed: FixedCodec | undefined;
  readonly blob: BlobCodec | undefined;
  readonly isStatic: boolean;
  readonly replicated: boolean;
  readonly audience: Audience;
  /** quantising loses precision: position, angle, unit, float */
  readonly lossy: boolean;
  /** changes are expected to go on in a straight line: position */
  readonly predicted: boolean;
  /** the field holds an entity's id */
  readonly isRef: boolean;
  /** From a column's number to what game code sees (a word, a boolean, null). */
  toGame(column: number): unknown;
  /** Back; throws GAME_INVALID, with the names of entity and field, for a value of the wrong kind. */
  fromGame(value: unknown): number;
  readonly defaultNumber: number;
  readonly defaultBlob: unknown;
}

export interface CompiledEntity {
  readonly index: number;
  readonly name: string;
  readonly definition: EntityDefinition;
  readonly fields: readonly CompiledField[];
  readonly fixed: readonly CompiledField[];
  readonly blobs: readonly CompiledField[];
  /** which replicated fields one may see, by relation: the sum of near 1, team 2, owner 4, seat 8.
   * Bit i of all masks is the field with index i */
  readonly maskByRelation: Int32Array;
  readonly staticMask: number;
  readonly replicatedMask: number;
  /** places of the fields x and y among `fixed`, or -1 unless there are both */
  readonly xField: number;
  readonly yField: number;
}

export interface CompiledStruct {
  readonly index: number;
  readonly name: string;
  readonly definition: Definition;
  readonly codec: StructCodec;
}

export interface CompiledRoom {
  readonly entities: readonly CompiledEntity[];
  readonly inputs: readonly CompiledStruct[];
  readonly events: readonly CompiledStruct[];
  readonly documents: {
    readonly shared: CompiledStruct | undefined;
    readonly private: CompiledStruct | undefined;
  };
  readonly descriptor: RoomDescriptor;
  /** of the descriptor, 16 hexadecimal digits */
  readonly hash: string;
  /** By name, or by index as binary messages have it. */
  entity(key: string | number): CompiledEntity | undefined;
  input(key: string | number): CompiledStruct | undefined;
  event(key: string | number): CompiledStruct | undefined;
}

/** Prepares everything that the hot path needs. Throws SCHEMA_INVALID. */
export function compileRoom(schema: RoomSchema): CompiledRoom {
  const entityList = Object.values(schema.entities ?? {});
  const inputList = Object.values(schema.inputs ?? {});
  const eventList = Object.values(schema.events ?? {});
  checkUnique("entities", entityList);
  checkUnique("inputs", inputList);
  checkUnique("events", eventList);
  checkKind("entities", "entity", entityList);
  checkKind("inputs", "input", inputList);
  checkKind("events", "event", eventList);

  const entities = entityList.map(compileEntity);
  const inputs = inputList.map((of, index) => compileStruct(of, index, limits.inputBytes.value));
  const events = eventList.map((of, index) => compileStruct(of, index, limits.eventBytes.value));
  const { shared, private: own } = schema.documents ?? {};
  const documents = [shared, own].filter((of) => of !== undefined);
  checkKind("documents", "document", documents);
  const descriptor = descriptorOf(schema);
  const entityOf = lookup(entities);
  const inputOf = lookup(inputs);
  const eventOf = lookup(events);
  return {
    entities,
    inputs,
    events,
    documents: {
      shared: shared && compileStruct(shared, 0, Number.POSITIVE_INFINITY),
      private: own && compileStruct(own, 1, Number.POSITIVE_INFINITY),
    },
    descriptor,
    hash: hashText(JSON.stringify(descriptor)),
    entity: entityOf,
    input: inputOf,
    event: eventOf,
  };
}

/** What a client may know of a room: everything but the unreplicated fields. */
export function describeRoom(room: CompiledRoom): RoomDescriptor {
  return room.descriptor;
}

/** Compiles what `describeRoom` answered, with the same layout on the wire. Throws DECODE_INVALID. */
export function compileDescriptor(descriptor: RoomDescriptor): CompiledRoom {
  const schema = schemaOf(descriptor);
  try {
    return compileRoom(schema);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function checkKind(what: string, kind: string, definitions: readonly Definition[]): void {
  for (const definition of definitions) {
    if (definition.kind !== kind) {
      throw invalid(`"${definition.name}" stands among the ${what} but is an ${definition.kind}`);
    }
  }
}

function lookup<T extends { readonly name: string }>(
  list: readonly T[],
): (key: string | number) => T | undefined {
  const byName = new Map(list.map((of) => [of.name, of]));
  return (key) => (typeof key === "number" ? list[key] : byName.get(key));
}

function compileEntity(definition: EntityDefinition, index: number): CompiledEntity {
  let wireIndex = 0;
  const fields = Object.entries(definition.fields).map(([name, field], at) =>
    compileField(
      `entity "${definition.name}" field "${name}"`,
      name,
      field,
      at,
      field.replicated ? wireIndex++ : -1,
    ),
  );
  const fixed = fields.filter((field) => field.fixed !== undefined);
  const maskOf = (test: (field: CompiledField) => boolean): number =>
    fields.reduce((mask, field) => (test(field) ? mask | (1 << field.index) : mask), 0);
  const x = fixed.findIndex((field) => field.name === "x");
  const y = fixed.findIndex((field) => field.name === "y");
  const maskByRelation = new Int32Array(16);
  for (let relation = 0; relation < 16; relation++) {
    maskByRelation[relation] = maskOf(
      (field) => field.replicated && (relation & (1 << audiences.indexOf(field.audience))) !== 0,
    );
  }
  return {
    index,
    name: definition.name,
    definition,
    fields,
    fixed,
    blobs: fields.filter((field) => field.blob !== undefined),
    maskByRelation,
    staticMask: maskOf((field) => field.isStatic),
    replicatedMask: maskOf((field) => field.replicated),
    xField: y < 0 ? -1 : x,
    yField: x < 0 ? -1 : y,
  };
}

function compileField(
  where: string,
  name: string,
  field: Field<unknown>,
  index: number,
  wireIndex: number,
): CompiledField {
  const { spec } = field;
  const inner = spec.kind === "optional" ? spec.of : spec;
  const { toGame, fromGame } = gameConversion(spec, where);
  const value = valueCodecOf(spec);
  const standard = checkDefault(where, field, value);
  const isBlob = fixedCodecOf(spec, Number.NaN) === undefined;
  const given = standard === undefined || isBlob ? Number.NaN : fromGame(standard);
  const fixed = fixedCodecOf(spec, given);
  return {
    index,
    wireIndex,
    name,
    spec,
    fixed,
    blob: fixed === undefined ? value : undefined,
    isStatic: field.isStatic,
    replicated: field.replicated,
    audience: field.audienceName,
    lossy: ["position", "angle", "unit", "float"].includes(inner.kind),
    predicted: spec.kind === "position",
    isRef: spec.kind === "entity",
    toGame,
    fromGame,
    defaultNumber:
      fixed === undefined ? Number.NaN : defaultNumber(spec, fixed, given, standard === undefined),
    defaultBlob: fixed === undefined ? (standard ?? value.defaultValue) : undefined,
  };
}

function defaultNumber(spec: FieldSpec, fixed: FixedCodec, given: number, isOwn: boolean): number {
  if (!isOwn) return given;
  // 0 where the range has it, else the end that is nearer
  return spec.kind === "optional" ? Number.NaN : fixed.dequantise(fixed.quantise(0));
}

function compileStruct(definition: Definition, index: number, bytesMax: number): CompiledStruct {
  const codec = structCodec(definition);
  if (codec.bytesMax > bytesMax) {
    throw invalid(
      `${definition.kind} "${definition.name}" may take ${codec.bytesMax} bytes; at most ` +
        `${bytesMax} are allowed: shorten its lists and strings`,
    );
  }
  return { index, name: definition.name, definition, codec };
}
