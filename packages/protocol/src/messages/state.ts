import { column, count, data, json, membership, onlyIn, optional, tick, uint } from "./table.ts";
import type { ColumnsOf, MessageSpec } from "./table.ts";

/** An entity that comes into sight, with all of its fields that this client may see. */
export interface SnapshotEnter {
  /** the client's handle for it */
  readonly id: number;
  /** name of its entity definition */
  readonly type: string;
  /** the client's own */
  readonly owner?: true;
  readonly [field: string]: unknown;
}

/** What changed of an entity in sight. */
export interface SnapshotUpdate {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** The newest state of what one client sees, as changes since the last snapshot. */
export interface ReadableSnapshot {
  readonly m: number;
  readonly tick: number;
  /** the newest predicted input that this state contains */
  readonly seq?: number;
  readonly enter?: readonly SnapshotEnter[];
  readonly update?: readonly SnapshotUpdate[];
  readonly leave?: readonly number[];
  /** exact values of one's own entity, where fields lose precision in sending */
  readonly self?: Readonly<Record<string, number>>;
}

export interface BinarySnapshot {
  readonly m: number;
  readonly bits: Uint8Array;
}

export type SnapshotPayload = ReadableSnapshot | BinarySnapshot;

/** One step of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** A document as it is now, or how it changed. */
export interface DocumentPayload {
  readonly m: number;
  readonly tick: number;
  readonly doc: "shared" | "private";
  readonly version: number;
  /** the whole document; in a binary message as received, its bytes */
  readonly value?: unknown;
  readonly patch?: readonly PatchOperation[];
}

/** Something that happened. */
export interface EventPayload {
  readonly m: number;
  readonly tick: number;
  /** the event's name; in a binary message as received, its place in the descriptor */
  readonly name: string | number;
  /** its values; in a binary message as received, their bytes */
  readonly data: unknown;
}

const snapshot: ColumnsOf<ReadableSnapshot & { readonly bits: Uint8Array }> = {
  m: column(1, membership, "the membership"),
  bits: onlyIn("binary", column(2, { kind: "bytes" }, "everything else, packed")),
  tick: onlyIn("readable", column(3, tick, "when this was so")),
  seq: onlyIn("readable", optional(4, uint(), "the newest predicted input contained")),
  enter: onlyIn(
    "readable",
    optional(5, json("list"), "entities that come into sight: `{ id, type, owner?, ...fields }`"),
  ),
  update: onlyIn("readable", optional(6, json("list"), "what changed: `{ id, ...fields }`")),
  leave: onlyIn("readable", optional(7, json("list"), "ids that went out of sight")),
  self: onlyIn("readable", optional(8, json("object"), "exact values of one's own entity")),
};

const document: ColumnsOf<DocumentPayload> = {
  m: column(1, membership, "the membership"),
  tick: column(2, tick, "since when"),
  doc: column(3, { kind: "word", words: ["shared", "private"] }, "which document"),
  version: column(4, count, "rises by one with each change"),
  value: optional(5, data, "the whole document"),
  patch: optional(6, json("list"), "JSON patch (RFC 6902): `add`, `remove`, `replace`"),
};

const event: ColumnsOf<EventPayload> = {
  m: column(1, membership, "the membership"),
  tick: column(2, tick, "when it happened"),
  name: column(3, { kind: "name" }, "the event's name; in binary its place in the descriptor"),
  data: column(4, data, "its values"),
};

export type StateMessageType = "snapshot" | "document" | "event";

export const stateMessages: readonly MessageSpec<StateMessageType>[] = [
  {
    type: "snapshot",
    number: 6,
    from: ["server"],
    about: "What changed in what one client sees. Nothing is sent when nothing changed.",
    columns: snapshot,
  },
  {
    type: "document",
    number: 7,
    from: ["server"],
    about: "A document as it is now (`value`) or how it changed (`patch`).",
    columns: document,
  },
  {
    type: "event",
    number: 8,
    from: ["server"],
    about: "Something that happened. Stands before the snapshot of its tick.",
    columns: event,
  },
];
