import { limits } from "../limits.ts";
import { bool, column, count, data, membership, optional, text, tick, uint } from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** One action of a player. */
export interface InputPayload {
  readonly m: number;
  /** rises with each input of the seat, from 1 */
  readonly seq: number;
  /** the input's name; in a binary message as received, its place in the descriptor */
  readonly name: string | number;
  /** its values; in a binary message as received, their bytes. `StructCodec.open` reads both */
  readonly data: unknown;
  /** tick of the newest snapshot applied */
  readonly ack?: number;
  /** the tick that the player was seeing, in 1/256 */
  readonly view?: number;
}

/** Tells which snapshot was applied last, when there is no input to tell it with. */
export interface AckPayload {
  readonly m: number;
  readonly tick: number;
}

/** What became of one input. */
export interface ConfirmPayload {
  readonly m: number;
  readonly seq: number;
  /** when it was handled */
  readonly tick: number;
  readonly ok: boolean;
  /** why not: an error code or the game's own */
  readonly code?: string;
  /** the game's own words for it, for people */
  readonly text?: string;
}

export const inputColumns: ColumnsOf<InputPayload> = {
  m: column(1, membership, "the membership"),
  seq: column(2, uint(), "rises with each input of the seat, from 1"),
  name: column(3, { kind: "name" }, "the input's name; in binary its place in the descriptor"),
  data: column(4, data, "its values"),
  ack: optional(5, tick, "tick of the newest snapshot applied"),
  view: optional(6, count, "the tick that the player was seeing, times 256"),
};

const ack: ColumnsOf<AckPayload> = {
  m: column(1, membership, "the membership"),
  tick: column(2, tick, "tick of the newest snapshot applied"),
};

const confirm: ColumnsOf<ConfirmPayload> = {
  m: column(1, membership, "the membership"),
  seq: column(2, uint(), "the input's number"),
  tick: column(3, tick, "when it was handled"),
  ok: column(4, bool, "the rules took it"),
  code: optional(5, { kind: "code", own: 6 }, "why not: an error code or the game's own"),
  text: optional(
    7,
    text(limits.errorTextCharacters.value),
    "the game's own words for it, for people; there only where it has some",
  ),
};

export type PlayMessageType = "input" | "ack" | "confirm";

export const playMessages: readonly MessageSpec<PlayMessageType>[] = [
  {
    type: "input",
    number: 3,
    from: ["client"],
    about: "One action of a player.",
    columns: inputColumns,
  },
  {
    type: "ack",
    number: 4,
    from: ["client"],
    about: "Tells which snapshot was applied last, when there is no input to tell it with.",
    columns: ack,
  },
  {
    type: "confirm",
    number: 5,
    from: ["server"],
    about: "What became of one input. The predicted input has none: snapshots carry its number.",
    columns: confirm,
  },
];
