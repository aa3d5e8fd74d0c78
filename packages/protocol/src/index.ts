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
  Json,
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
  ScriptRefusal,
} from "./errors.ts";
export { limits } from "./limits.ts";
export type { Limit, LimitName } from "./limits.ts";
export { leaveCodes } from "./messages/room.ts";
export type { ResultPayload, RpcPayload } from "./messages/call.ts";
export type { ChatPayload, ChatRequest } from "./messages/chat.ts";
export type {
  ClientMessage,
  Message,
  MessageType,
  ServerMessage,
  WebSocketMessage,
} from "./messages/message.ts";
export type { AckPayload, ConfirmPayload, InputPayload } from "./messages/play.ts";
export type { NoticePayload } from "./messages/report.ts";
export type { JoinedPayload, JoinPayload, LeavePayload, LeftPayload } from "./messages/room.ts";
export type { AuthPayload, PingPayload, PongPayload, WelcomePayload } from "./messages/session.ts";
export type {
  BinarySnapshot,
  DocumentPayload,
  EventPayload,
  PatchOperation,
  ReadableSnapshot,
  SnapshotEnter,
  SnapshotPayload,
  SnapshotUpdate,
} from "./messages/state.ts";
export { protocolVersion, subprotocols } from "./protocol-version.ts";
export type { Subprotocol } from "./protocol-version.ts";
