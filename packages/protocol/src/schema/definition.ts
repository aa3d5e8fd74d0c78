import { limits } from "../limits.ts";
import {
  checkName,
  invalid,
  type Field,
  type Fields,
  type FieldSpec,
  type ValuesOf,
} from "./field.ts";

export type DefinitionKind = "entity" | "input" | "event" | "document";

/** A named record of fields, as plain data. */
export interface Definition<
  K extends DefinitionKind = DefinitionKind,
  N extends string = string,
  F extends Fields = Fields,
> {
  readonly kind: K;
  /** the name on the wire */
  readonly name: N;
  readonly fields: F;
}

export type EntityDefinition<N extends string = string, F extends Fields = Fields> = Definition<
  "entity",
  N,
  F
>;
export type InputDefinition<N extends string = string, F extends Fields = Fields> = Definition<
  "input",
  N,
  F
>;
export type EventDefinition<N extends string = string, F extends Fields = Fields> = Definition<
  "event",
  N,
  F
>;
export type DocumentDefinition<N extends string = string, F extends Fields = Fields> = Definition<
  "document",
  N,
  F
>;

/** The values that a definition describes, as writable properties. */
export type Of<D extends { readonly fields: Fields }> = ValuesOf<D["fields"]>;

/** What travels in one kind of room. Records are keyed as the game likes; `name` is what counts. */
export interface RoomSchema {
  readonly entities?: Readonly<Record<string, EntityDefinition>> | undefined;
  readonly inputs?: Readonly<Record<string, InputDefinition>> | undefined;
  readonly events?: Readonly<Record<string, EventDefinition>> | undefined;
  readonly documents?:
    | {
        readonly shared?: DocumentDefinition | undefined;
        readonly private?: DocumentDefinition | undefined;
      }
    | undefined;
}

/** Names that every entity has of itself. */
export const reservedFieldNames: readonly string[] = [
  "id",
  "type",
  "owner",
  "team",
  "seat",
  "alive",
];

/** Something that lives in the world and is seen by clients. */
export function entity<const N extends string, const F extends Fields>(
  name: N,
  fields: F,
): EntityDefinition<N, F> {
  return define("entity", name, fields);
}

/** What a client may ask of a room. */
export function input<const N extends string, const F extends Fields>(
  name: N,
  fields: F,
): InputDefinition<N, F> {
  return define("input", name, fields);
}

/** What a room tells its clients once. */
export function event<const N extends string, const F extends Fields>(
  name: N,
  fields: F,
): EventDefinition<N, F> {
  return define("event", name, fields);
}

/** The slow, small state of a room, kept in step by patches. */
export function document<const N extends string, const F extends Fields>(
  name: N,
  fields: F,
): DocumentDefinition<N, F> {
  return define("document", name, fields);
}

function define<K extends DefinitionKind, N extends string, F extends Fields>(
  kind: K,
  name: N,
  fields: F,
): Definition<K, N, F> {
  checkName(name, kind);
  const entries = Object.entries(fields);
  const max = limits.fieldsPerEntity.value;
  if (entries.length > max) {
    throw invalid(`${kind} "${name}" has ${entries.length} fields; at most ${max} are allowed`);
  }
  for (const [fieldName, field] of entries) {
    const where = `${kind} "${name}" field "${fieldName}"`;
    checkName(fieldName, `${kind} "${name}" field`);
    checkField(kind, where, fieldName, field);
  }
  return Object.freeze({ kind, name, fields: Object.freeze({ ...fields }) });
}

function checkField(
  kind: DefinitionKind,
  where: string,
  name: string,
  field: Field<unknown>,
): void {
  if (typeof field !== "object" || field === null || typeof field.spec !== "object") {
    throw invalid(`${where} is no field; make it with t, as in t.uint(100)`);
  }
  if (kind === "entity") {
    if (reservedFieldNames.includes(name)) {
      throw invalid(`${where} has a reserved name; every entity has "${name}" of itself`);
    }
    if (hasJson(field.spec)) {
      throw invalid(`${where}: t.json is for documents, inputs, events and options only`);
    }
    return;
  }
  if (field.isStatic || !field.replicated || field.audienceName !== "near") {
    throw invalid(`${where}: static, audience and unreplicated are for entities only`);
  }
}

function hasJson(spec: FieldSpec): boolean {
  if (spec.kind === "object") return Object.values(spec.fields).some(hasJson);
  return spec.kind === "json" || ("of" in spec && hasJson(spec.of));
}

/** Throws SCHEMA_INVALID if two definitions of one list share a wire name. */
export function checkUnique(what: string, definitions: readonly { readonly name: string }[]): void {
  const max = limits.definitionsPerRoom.value;
  if (definitions.length > max) {
    throw invalid(`a room has ${definitions.length} ${what}; at most ${max} are allowed`);
  }
  const seen = new Set<string>();
  for (const { name } of definitions) {
    if (seen.has(name)) throw invalid(`two ${what} of a room are called "${name}"; rename one`);
    seen.add(name);
  }
}
