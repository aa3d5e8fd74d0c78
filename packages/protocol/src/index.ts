export { document, entity, event, input } from "./schema/definition.ts";
export type {
  Definition,
  DefinitionKind,
  DocumentDefinition,
  EntityDefinition,
  EventDefinition,
  InputDefinition,
  Of,
  RoomSchema,
} from "./schema/definition.ts";
export { t } from "./schema/field.ts";
export type {
  Audience,
  EntityId,
  Field,
  Fields,
  FieldSpec,
  ValueOf,
  ValuesOf,
} from "./schema/field.ts";
export type { FieldDescriptor, RoomDescriptor, StructDescriptor } from "./schema/descriptor.ts";
export { errors, isErrorCode, RealmError } from "./errors.ts";
export type {
  ErrorAction,
  ErrorCode,
  ErrorEntry,
  ErrorPayload,
  Problem,
  RealmErrorOptions,
} from "./errors.ts";
export { limits } from "./limits.ts";
export type { Limit, LimitName } from "./limits.ts";
