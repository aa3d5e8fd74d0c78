import { RealmError } from "../errors.ts";
import {
  document,
  entity,
  event,
  input,
  type Definition,
  type DocumentDefinition,
  type RoomSchema,
} from "./definition.ts";
import { describe } from "./problems.ts";
import { fieldOf, type Audience, type Field, type FieldSpec } from "./field.ts";

/** One field as a client needs to know it. */
export interface FieldDescriptor {
  readonly name: string;
  readonly spec: FieldSpec;
  readonly static?: true;
  /** left out for "near" */
  readonly audience?: Audience;
  readonly default?: unknown;
}

export interface StructDescriptor {
  readonly name: string;
  readonly fields: readonly FieldDescriptor[];
}

/** A room's schema as plain JSON, by which any client reads and writes its messages. */
export interface RoomDescriptor {
  readonly entities: readonly StructDescriptor[];
  readonly inputs: readonly StructDescriptor[];
  readonly events: readonly StructDescriptor[];
  readonly shared?: StructDescriptor;
  readonly private?: StructDescriptor;
}

/** What a client may know of a schema: everything but the unreplicated fields. */
export function descriptorOf(schema: RoomSchema): RoomDescriptor {
  const list = (record: Readonly<Record<string, Definition>> | undefined): StructDescriptor[] =>
    Object.values(record ?? {}).map(describeStruct);
  const { shared, private: own } = schema.documents ?? {};
  return {
    entities: list(schema.entities),
    inputs: list(schema.inputs),
    events: list(schema.events),
    ...(shared === undefined ? {} : { shared: describeStruct(shared) }),
    ...(own === undefined ? {} : { private: describeStruct(own) }),
  };
}

function describeStruct(definition: Definition): StructDescriptor {
  const fields: FieldDescriptor[] = [];
  for (const [name, field] of Object.entries(definition.fields)) {
    if (!field.replicated) continue;
    fields.push({
      name,
      spec: field.spec,
      ...(field.isStatic ? { static: true as const } : {}),
      ...(field.audienceName === "near" ? {} : { audience: field.audienceName }),
      ...(field.defaultValue === undefined ? {} : { default: field.defaultValue }),
    });
  }
  return { name: definition.name, fields };
}

/** The schema that a descriptor stands for. Throws DECODE_INVALID where it describes none. */
export function schemaOf(descriptor: RoomDescriptor): RoomSchema {
  try {
    const documentOf = (of: StructDescriptor | undefined): DocumentDefinition | undefined =>
      of && document(of.name, fieldsOf(of));
    return {
      entities: byName(descriptor.entities, (of) => entity(of.name, fieldsOf(of))),
      inputs: byName(descriptor.inputs, (of) => input(of.name, fieldsOf(of))),
      events: byName(descriptor.events, (of) => event(of.name, fieldsOf(of))),
      documents: {
        shared: documentOf(descriptor.shared),
        private: documentOf(descriptor.private),
      },
    };
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** An error about a descriptor that came from elsewhere. */
export function unreadable(cause: unknown): RealmError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new RealmError("DECODE_INVALID", { detail: `the room's schema: ${detail}`, cause });
}

function byName<T>(
  list: readonly StructDescriptor[],
  make: (of: StructDescriptor) => T,
): Record<string, T> {
  // places, not names, are the keys: two of one name must not hide each other
  return Object.fromEntries(list.map((of, index) => [`${of.name} ${index}`, make(of)]));
}

function fieldsOf(struct: StructDescriptor): Record<string, Field<unknown>> {
  const fields: [string, Field<unknown>][] = struct.fields.map((of) => {
    let field = fieldOf(of.spec);
    if (of.static === true) field = field.static();
    if (of.audience !== undefined) field = field.audience(of.audience);
    if (of.default !== undefined) field = field.default(of.default);
    return [of.name, field];
  });
  const record = Object.fromEntries(fields);
  if (Object.keys(record).length !== fields.length) {
    throw new RealmError("SCHEMA_INVALID", {
      detail: `${describe(struct.name)} has a field twice`,
    });
  }
  return record;
}
