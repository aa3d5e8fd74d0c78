import type { Definition, RoomSchema } from "./definition.ts";
import type { Audience, FieldSpec } from "./field.ts";

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
export function describeRoom(schema: RoomSchema): RoomDescriptor {
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
