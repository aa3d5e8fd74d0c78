export { createAuth } from "./accounts/create-auth.ts";
export type { Auth, AuthOptions, CallOptions } from "./accounts/auth.ts";
export type {
  AccountRecord,
  LoginAnswer,
  ObjectDelete,
  ObjectPlace,
  ObjectResult,
  ObjectWork,
  ObjectWrite,
  OperationInput,
  OperationName,
  OperationOutput,
  Operations,
  Profile,
  ScriptRecord,
  StoredObject,
} from "./accounts/operations.ts";
export { connect } from "./connect.ts";
export type { Client } from "./client.ts";
export type {
  ClientEncoding,
  ClientStats,
  ConnectOptions,
  CredentialSource,
  JoinSettings,
} from "./client-options.ts";
export type { BackoffOptions } from "./connection/backoff.ts";
export type { ConnectionTimes } from "./connection/connection.ts";
export type { ConnectionState } from "./connection/state-table.ts";
export type {
  AnyRoom,
  EntityOf,
  EventOf,
  GameHalf,
  InputOf,
  JoinOptionsOf,
  PrivateOf,
  RoomHalf,
  RoomName,
  Seen,
  SeenEntity,
  SharedOf,
} from "./game-types.ts";
export type { Unsubscribe } from "./listeners.ts";
export { reviveMap } from "./maps/revive-map.ts";
export { platformSocket } from "./platform.ts";
export type {
  AskHttp,
  ClientClock,
  ClientPorts,
  ClientSocket,
  HttpRequest,
  SessionStorage,
  SocketFactory,
  SocketListener,
} from "./ports.ts";
export type { ChatLine, ClientRoom, Left, RoomStats } from "./room/client-room.ts";
export type { Confirm } from "./room/input-desk.ts";
export type { DocumentName } from "./room/room-documents.ts";
