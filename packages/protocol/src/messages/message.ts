import type { ErrorPayload } from "../errors.ts";
import { callMessages, type ResultPayload, type RpcPayload } from "./call.ts";
import { chatMessages, type ChatPayload, type ChatRequest } from "./chat.ts";
import { playMessages, type AckPayload, type ConfirmPayload, type InputPayload } from "./play.ts";
import { reportMessages, type NoticePayload } from "./report.ts";
import {
  roomMessages,
  type JoinedPayload,
  type JoinPayload,
  type LeavePayload,
  type LeftPayload,
} from "./room.ts";
import {
  sessionMessages,
  type AuthPayload,
  type PingPayload,
  type PongPayload,
  type WelcomePayload,
} from "./session.ts";
import {
  stateMessages,
  type DocumentPayload,
  type EventPayload,
  type SnapshotPayload,
} from "./state.ts";
import type { MessageSpec, Sender } from "./table.ts";

/** One message, whatever its encoding. `id` (a whole number below 2^32, chosen by who asks) is
 * repeated in the answer. */
export interface Message<T extends string, P> {
  readonly type: T;
  readonly id?: number;
  readonly payload: P;
}

/** What a client sends. */
export type ClientMessage =
  | Message<"auth", AuthPayload>
  | Message<"ping", PingPayload>
  | Message<"pong", PongPayload>
  | Message<"join", JoinPayload>
  | Message<"leave", LeavePayload>
  | Message<"input", InputPayload>
  | Message<"ack", AckPayload>
  | Message<"chat", ChatRequest>
  | Message<"rpc", RpcPayload>;

/** What a server sends. */
export type ServerMessage =
  | Message<"welcome", WelcomePayload>
  | Message<"ping", PingPayload>
  | Message<"pong", PongPayload>
  | Message<"joined", JoinedPayload>
  | Message<"left", LeftPayload>
  | Message<"confirm", ConfirmPayload>
  | Message<"snapshot", SnapshotPayload>
  | Message<"document", DocumentPayload>
  | Message<"event", EventPayload>
  | Message<"chat", ChatPayload>
  | Message<"result", ResultPayload>
  | Message<"notice", NoticePayload>
  | Message<"error", ErrorPayload>;

/** Every message of the realtime protocol. */
export type WebSocketMessage = ClientMessage | ServerMessage;

export type MessageType = WebSocketMessage["type"];

export type MessageFrom<S extends Sender> = S extends "client" ? ClientMessage : ServerMessage;

/** Every message's table, in the order of the reference. */
export const messageSpecs: readonly MessageSpec<MessageType>[] = [
  ...sessionMessages,
  ...roomMessages,
  ...playMessages,
  ...stateMessages,
  ...chatMessages,
  ...callMessages,
  ...reportMessages,
];

const byType = (sender: Sender): ReadonlyMap<string, MessageSpec<MessageType>> =>
  new Map(
    messageSpecs.filter((spec) => spec.from.includes(sender)).map((spec) => [spec.type, spec]),
  );

const byNumber = (sender: Sender): ReadonlyMap<number, MessageSpec<MessageType>> =>
  new Map([...byType(sender).values()].map((spec) => [spec.number, spec]));

/** Tables by type, for each sender. */
export const specsByType: Readonly<Record<Sender, ReadonlyMap<string, MessageSpec<MessageType>>>> =
  {
    client: byType("client"),
    server: byType("server"),
  };

/** Tables by field number, for each sender. */
export const specsByNumber: Readonly<
  Record<Sender, ReadonlyMap<number, MessageSpec<MessageType>>>
> = {
  client: byNumber("client"),
  server: byNumber("server"),
};
