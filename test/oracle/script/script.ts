import type { Audience } from "../model/shapes.ts";
import type { RoomShape } from "../model/rules.ts";
import type { Motion } from "./motion.ts";

/** Tags from here on are those of what players steer: the first is that of client 0's first time in a room. */
export const avatarTags = 0x80_0000;
export const avatarsPerClient = 0x400;

/** Everything that happens in a run, as plain JSON: what a seed makes, what shrinking cuts down, what a fixture keeps. */
export interface Script {
  readonly seed: number;
  readonly ticks: number;
  /** From this tick on nothing happens any more, so that everyone can catch up. */
  readonly calmFrom: number;
  readonly link: "local" | "bus";
  readonly edges: number;
  readonly bus: {
    readonly delayMs: number;
    readonly jitterMs: number;
    readonly frameLossRate: number;
  };
  readonly rooms: readonly RoomScript[];
  readonly clients: readonly ClientScript[];
  readonly ops: readonly Op[];
}

export interface RoomScript extends RoomShape {
  readonly maxEntities: number;
  /** Where its counters stand when it begins; 0 and 1 else. */
  readonly start?: CounterStart;
}

export interface CounterStart {
  readonly tick: number;
  readonly epoch: number;
  /** Of entities: what the next tenant of each slot gets. */
  readonly generation: number;
  /** Of all documents. */
  readonly version: number;
  /** Clients that have a seat from the beginning, and the newest input of each. */
  readonly held: readonly number[];
  readonly seq: number;
}

export interface ClientScript {
  readonly client: number;
  readonly encoding: "json" | "msgpack" | "binary";
  /** "sdk": the product's own client; "thin": the test's. */
  readonly kind: "thin" | "sdk";
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lossRate: number;
  readonly bytesPerSecond: number | null;
  /** Acknowledges snapshots; else its pongs must do. */
  readonly acknowledges: boolean;
}

/** Something that happens: in a room at the end of its `at`-th tick, or with a client at that tick's time. */
export type Op = { readonly at: number } & (RoomOp | ClientOp);

export type RoomOp =
  | {
      readonly do: "spawn";
      readonly room: string;
      readonly tag: number;
      readonly type: string;
      readonly x: number;
      readonly y: number;
      readonly motion: Motion;
      readonly values: Readonly<Record<string, unknown>>;
      readonly owner?: number;
      readonly team: number;
      readonly seat?: number;
      readonly audience: Audience;
      /** Pinned by this client, told of by an event and gone again, all within the tick. */
      readonly flash?: number;
    }
  | { readonly do: "despawn"; readonly tag: number; readonly event?: number }
  | { readonly do: "set"; readonly tag: number; readonly field: string; readonly value: unknown }
  /** Sets a reference to another entity. */
  | { readonly do: "aim"; readonly tag: number; readonly field: string; readonly to: number }
  | { readonly do: "place"; readonly tag: number; readonly x: number; readonly y: number }
  | { readonly do: "team"; readonly tag: number; readonly team: number }
  | {
      readonly do: "join team";
      readonly room: string;
      readonly client: number;
      readonly team: number;
    }
  | { readonly do: "look"; readonly room: string; readonly client: number; readonly from: Look }
  | {
      readonly do: "pin" | "unpin";
      readonly room: string;
      readonly client: number;
      readonly tag: number;
    }
  | { readonly do: "reborn"; readonly room: string; readonly client: number; readonly tag: number }
  | { readonly do: "shared"; readonly room: string; readonly value: SharedChange }
  | {
      readonly do: "private";
      readonly room: string;
      readonly client: number;
      readonly gold: number;
    }
  | {
      readonly do: "event";
      readonly room: string;
      readonly n: number;
      readonly to: EventTo;
      readonly who: number;
    }
  | { readonly do: "door"; readonly room: string; readonly client: number; readonly to: string }
  | { readonly do: "kick"; readonly room: string; readonly client: number };

/** A tag or a point. */
export type Look = number | { readonly x: number; readonly y: number };

export interface SharedChange {
  readonly phase?: string;
  readonly score?: { readonly name: string; readonly points: number };
  readonly clears?: boolean;
}

export type EventTo =
  | { readonly near: number }
  | { readonly x: number; readonly y: number }
  | { readonly team: number }
  | { readonly owner: number }
  | { readonly client: number }
  | "all";

export type ClientOp =
  | {
      readonly do: "enter";
      readonly client: number;
      readonly room: string;
      readonly spectate: boolean;
    }
  | { readonly do: "exit"; readonly client: number; readonly room: string }
  /** The connection breaks, and after so many ticks another one resumes the session, or begins anew. */
  | {
      readonly do: "break";
      readonly client: number;
      readonly ticks: number;
      readonly resumes: boolean;
    }
  /** Reads and sends nothing for so many ticks. */
  | { readonly do: "stall"; readonly client: number; readonly ticks: number }
  /** Sends an input that names an entity in sight; `pick` chooses which. */
  | {
      readonly do: "poke";
      readonly client: number;
      readonly pick: number;
      readonly refuse: boolean;
    }
  | { readonly do: "walk"; readonly client: number; readonly dx: number };
