import type { JsonPatch } from "../documents/json-patch.ts";
import { FloatList } from "./float-list.ts";
import { IntList } from "./int-list.ts";

/** Numbers in `Frame.enters`: slot, type, generation, owner, team, seat, audience. */
export const enterStride = 7;
/** Numbers in `Frame.relations`: slot, owner, team, seat, audience. */
export const relationStride = 5;

/** The new value of a field that is not a number, as its codec writes it. */
export interface FrameBlob {
  readonly slot: number;
  /** Index among the type's blob fields. */
  readonly blob: number;
  readonly bytes: Uint8Array;
}

/** What a seat is in its room now. */
export interface FrameSeat {
  readonly seat: number;
  /** The seat is gone; the rest means nothing. */
  readonly gone: boolean;
  /** Slot of the entity that it steers, -1 for none. */
  readonly entity: number;
  readonly team: number;
  /** Slot of the entity that it looks from, or -1: then from the point x, y. */
  readonly viewpoint: number;
  readonly x: number;
  readonly y: number;
}

export interface FrameConfirm {
  readonly seat: number;
  readonly seq: number;
  /** Undefined: accepted. */
  readonly code: string | undefined;
  /** The game's own words for a refusal. */
  readonly text?: string | undefined;
}

export interface FrameDocument {
  /** -1: the shared document. */
  readonly seat: number;
  readonly version: number;
  readonly value: object;
  readonly patch: JsonPatch;
}

/** What an entity at which something happens is at the end of the tick, or was when it died: who may hear of it. */
export interface EventBonds {
  readonly generation: number;
  owner: number;
  team: number;
  seat: number;
  audience: number;
}

export interface FrameEvent {
  /** Index of the event in the compiled room. */
  readonly event: number;
  /** See `audience*`. */
  readonly audience: number;
  /** Slot of the entity that it happens at or that is owned ("near", "owner"), team ("team") or seat ("seat"); -1: none. */
  readonly target: number;
  /** Of an entity that it happens at. */
  readonly bonds: EventBonds | undefined;
  /** Where it happens, for the audience "near". */
  readonly x: number;
  readonly y: number;
  /** Entity references in it are the authority's ids. */
  readonly data: object;
}

/**
 * The authority's output for one tick, the same for all readers. Reused from tick to tick: a reader takes what it needs
 * and keeps nothing. All slots and field indices are those of the room's *wire* description (replicated fields only).
 */
export class Frame {
  room = "";
  epoch = 0;
  tick = 0;
  /** Everything from nothing, instead of what changed since the frame before. */
  key = false;
  /** Clients are due. */
  send = false;
  readonly leaves: IntList = new IntList();
  readonly enters: IntList = new IntList();
  readonly relations: IntList = new IntList();
  /** Per entity: slot, mask over the type's fixed fields, then the value of each field in the mask. */
  readonly changes: IntList = new IntList(1024);
  /** Pairs: seat, newest sequence number of the predicted input that was applied. */
  readonly served: IntList = new IntList();
  /** Triples: seat, slot, 1 pinned or 0 unpinned. */
  readonly pins: IntList = new IntList();
  readonly blobs: FrameBlob[] = [];
  readonly seats: FrameSeat[] = [];
  /**
   * Precise values of own entities, per seat: seat, number of values, then the values of all lossy fields that its owner
   * may see, in order.
   */
  readonly precise: FloatList = new FloatList();
  readonly confirms: FrameConfirm[] = [];
  readonly documents: FrameDocument[] = [];
  readonly events: FrameEvent[] = [];

  clear(): void {
    this.key = false;
    this.send = false;
    this.leaves.clear();
    this.enters.clear();
    this.relations.clear();
    this.changes.clear();
    this.served.clear();
    this.pins.clear();
    this.blobs.length = 0;
    this.seats.length = 0;
    this.precise.clear();
    this.confirms.length = 0;
    this.documents.length = 0;
    this.events.length = 0;
  }
}
