import { column, judgedText, membership, number, text } from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** What a client says to a room. */
export interface ChatRequest {
  readonly m: number;
  readonly text: string;
}

/** What was said in a room. */
export interface ChatPayload {
  readonly m: number;
  /** who speaks; -1: the room */
  readonly seat: number;
  readonly name: string;
  readonly text: string;
  /** when, in ms since 1970 */
  readonly time: number;
}

const request: ColumnsOf<ChatRequest> = {
  m: column(1, membership, "the membership"),
  text: column(2, judgedText(4096), "what to say: 1 to 500 characters"),
};

const chat: ColumnsOf<ChatPayload> = {
  m: column(1, membership, "the membership"),
  seat: column(2, { kind: "int", min: -1 }, "who speaks; -1: the room"),
  name: column(3, text(64), "the speaker's name"),
  text: column(4, text(4096), "what was said"),
  time: column(5, number, "when, in ms since 1970"),
};

export type ChatMessageType = "chat";

export const chatMessages: readonly MessageSpec<ChatMessageType>[] = [
  {
    type: "chat",
    number: 9,
    from: ["client"],
    about: "Says something to all members of a room.",
    columns: request,
  },
  {
    type: "chat",
    number: 9,
    from: ["server"],
    about: "Something was said in a room.",
    columns: chat,
  },
];
