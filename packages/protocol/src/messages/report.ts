import type { ErrorPayload, Problem, ScriptRefusal } from "../errors.ts";
import { limits } from "../limits.ts";
import { column, json, optional, text, uint } from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** News about the server or a room: nothing to answer. */
export interface NoticePayload {
  /** DRAINING, RELOADED, or the error code of a door that stayed shut */
  readonly code: string;
  readonly text: string;
  readonly data?: unknown;
}

const notice: ColumnsOf<NoticePayload> = {
  code: column(1, text(64), "`DRAINING`, `RELOADED`, or the error code of a door that stayed shut"),
  text: column(2, text(4096), "for people"),
  data: optional(3, json("any"), "more, by code"),
};

const problem: ColumnsOf<Problem> = {
  path: column(1, text(128), "JSON pointer to the place"),
  expected: column(2, text(256), "what should stand there"),
  got: column(3, text(128), "what stands there, shortened"),
};

const refusal: ColumnsOf<ScriptRefusal> = {
  code: column(1, text(64), "capitals, digits and underscores"),
  text: column(2, text(512), "for people"),
};

const error: ColumnsOf<ErrorPayload> = {
  code: column(1, { kind: "code", own: 7 }, "code of the catalogue"),
  text: column(2, text(limits.errorTextCharacters.value), "for people"),
  action: column(
    3,
    { kind: "word", words: ["fix", "retry", "reauthenticate", "reconnect", "give-up"] },
    "what to do: `fix`, `retry`, `reauthenticate`, `reconnect` or `give-up`",
  ),
  retryAfterMs: optional(4, uint(), "wait so long before a retry"),
  problems: optional(
    5,
    { kind: "records", name: "Problem", columns: problem, max: limits.problems.value },
    "what is wrong with the message",
  ),
  type: optional(6, text(64), "type of the message that caused it"),
  refusal: optional(
    8,
    { kind: "record", name: "Refusal", columns: refusal },
    "of `SCRIPT_REFUSED`: the script's own code and text",
  ),
};

export type ReportMessageType = "notice" | "error";

export const reportMessages: readonly MessageSpec<ReportMessageType>[] = [
  {
    type: "notice",
    number: 11,
    from: ["server"],
    about: "News about the server or a room; nothing to answer.",
    columns: notice,
  },
  {
    type: "error",
    number: 10,
    from: ["server"],
    about: "A message was refused. Has the id of the request.",
    columns: error,
  },
];
