import { ClientView, type FrameEvent } from "@realmwright/core/internal";
import type { PatchOperation, ServerMessage } from "@realmwright/protocol";
import {
  binaryCodec,
  type BitWriter,
  writeConfirm,
  writeEvent,
  writeSnapshot,
} from "@realmwright/protocol/internal";
import type { DocumentState } from "../link/messages.ts";
import type { EdgeRoom } from "./edge-room.ts";
import type { EdgeCounters } from "./counters.ts";
import type { Outbox } from "./outbox.ts";
import type { QueueLevel } from "./out-queue.ts";
import { SendWindow } from "./send-window.ts";
import type { SharedMessage } from "./shared-message.ts";

/** Snapshots that have been on their way for so long are asked after, even when no other is sent. */
const INQUIRE_MS = 500;
/** A client that acknowledged within this time is expected to go on; no pings are sent behind its snapshots. */
const ACKS_ITSELF_MS = 500;
/** Of a client whose queue is long, every so many sends bring a snapshot. */
const COALESCED_SENDS = 4;
const NO_PING = -1;

/** What a membership needs of the client that holds it. */
export interface MembershipClient {
  readonly outbox: Outbox;
  readonly level: QueueLevel;
  /** More than the state waits for it, or it is on the list of those to write to already: all its rooms go together. */
  readonly isAwaiting: boolean;
  readonly counters: EdgeCounters;
  /** Adds a ping behind what is in the outbox. */
  ping(payload: Uint8Array): void;
  send(message: ServerMessage): void;
  /** It is to be written to at the end of this turn. */
  wants(): void;
  /** A snapshot comes: how far behind the client is decides what it will be. */
  prepare(nowMs: number): void;
}

/** One client in one room: what it holds, what it has acknowledged, what it is owed. */
export class Membership {
  /** Number by which client and edge call it, 0 to 127, so that it takes one byte in every encoding. */
  readonly m: number;
  readonly room: EdgeRoom;
  readonly seat: number;
  readonly spectator: boolean;
  readonly client: MembershipClient;
  readonly view: ClientView;
  readonly window: SendWindow;
  /** Tick from which on the seat is this client's. */
  readonly sinceTick: number;
  /** Its end, told to the client once the room behind the door has shown itself. */
  farewell: (() => void) | undefined;
  /** The room has let it go; what still comes from the client is dropped. */
  isOver = false;
  /** Made once: every event is shown to all members. */
  readonly #handleOf = (id: number): number => this.view.handleOf(id);
  #isNew = true;
  #sends = 0;
  #sharedVersion: number;
  #privateVersion: number;
  #pingTick = NO_PING;
  #acknowledgedMs = -Infinity;

  constructor(about: {
    readonly m: number;
    readonly room: EdgeRoom;
    readonly seat: number;
    readonly spectator: boolean;
    readonly tick: number;
    readonly client: MembershipClient;
    readonly documents: { readonly shared?: DocumentState; readonly private?: DocumentState };
  }) {
    const { room } = about;
    const { tickRate, sendRate, interest } = room.kind;
    this.m = about.m;
    this.room = room;
    this.seat = about.seat;
    this.spectator = about.spectator;
    this.sinceTick = about.tick;
    this.client = about.client;
    this.#sharedVersion = about.documents.shared?.version ?? 0;
    this.#privateVersion = about.documents.private?.version ?? 0;
    this.view = new ClientView(room.mirror, {
      seat: about.seat,
      spectator: about.spectator,
      interest,
      tickRate,
      sendRate,
      phase: about.seat,
    });
    this.window = new SendWindow(1000 / sendRate);
  }

  /** The client has said that it holds everything up to this tick. */
  acknowledged(tick: number, nowMs: number): void {
    this.#acknowledgedMs = nowMs;
    this.window.acknowledged(tick, nowMs);
  }

  /** A pong to a ping of `pingPayload` came back. Any other pong changes nothing. */
  ponged(tick: number, nowMs: number): void {
    if (tick !== this.#pingTick) return;
    this.#pingTick = NO_PING;
    this.window.acknowledged(tick, nowMs, true);
  }

  confirm(seq: number, tick: number, code: string | undefined, text?: string): void {
    const { outbox } = this.client;
    if (outbox.codec === binaryCodec) {
      writeConfirm(outbox.writer, this.m, seq, tick, code, text);
      outbox.end();
      return;
    }
    const words = text === undefined ? {} : { text };
    const refusal = code === undefined ? {} : { code, ...words };
    const payload = { m: this.m, seq, tick, ok: code === undefined, ...refusal };
    this.client.send({ type: "confirm", payload });
  }

  /** Passes an event on if it is for this client. `shared` holds it where it names no entities. */
  event(event: FrameEvent, tick: number, shared: SharedMessage | undefined, bits: BitWriter): void {
    // the mirror can not tell for whom it is before it knows who holds the seat
    if (this.room.mirror.tick < this.sinceTick || !this.view.receives(event)) return;
    const { outbox } = this.client;
    if (shared !== undefined) {
      outbox.add(shared.bytes(outbox.codec, this.m));
      return;
    }
    const { name, codec, index } = this.room.compiled.events[event.event]!;
    const data = event.data as Record<string, unknown>;
    if (outbox.codec === binaryCodec) {
      bits.reset();
      codec.write(bits, data, this.#handleOf);
      writeEvent(outbox.writer, this.m, tick, index, bits.buffer, 0, bits.finish());
      outbox.end();
      return;
    }
    const payload = { m: this.m, tick, name, data: codec.mapRefs(data, this.#handleOf) };
    this.client.send({ type: "event", payload });
  }

  /** Passes a chat line on. */
  say(line: SharedMessage): void {
    this.client.outbox.add(line.bytes(this.client.outbox.codec, this.m));
    this.client.wants();
  }

  /** A new version of a document. A client that lags gets none, but the whole document once it has caught up. */
  document(doc: "shared" | "private", version: number, message: () => Uint8Array): void {
    const known = doc === "shared" ? this.#sharedVersion : this.#privateVersion;
    if (version !== known + 1 || this.client.level === "latest") return;
    this.client.outbox.add(message());
    this.#knows(doc, version);
  }

  /** A private document's new version; patches are taken where they are shorter or can be read. */
  privateDocument(tick: number, state: DocumentState, patch: readonly PatchOperation[]): void {
    this.document("private", state.version, () =>
      this.room.encodeDocument(this.client.outbox.codec, this.m, "private", tick, state, patch),
    );
  }

  /** Writes what the client is due: documents that it missed, then the newest state of what it sees. */
  snapshot(bits: BitWriter, nowMs: number): void {
    const { client, window } = this;
    // frames were lost: what the mirror says of this seat is about its last holder, if anybody
    if (this.room.mirror.tick < this.sinceTick) return;
    const { level, counters } = client;
    const isLate = level === "coalesce" && this.#sends++ % COALESCED_SENDS !== 0;
    if (level === "latest" || level === "closed" || isLate) {
      counters.skippedByQueue++;
      return;
    }
    if (!window.isOpen) {
      counters.skippedByWindow++;
      this.#ask(this.room.mirror.tick);
      return;
    }
    this.#catchUp();
    const before = client.outbox.length;
    if (this.#write(bits)) {
      const { tick } = this.room.mirror;
      window.sent(tick, nowMs);
      const isAcknowledging = nowMs - this.#acknowledgedMs < ACKS_ITSELF_MS;
      if (!isAcknowledging && window.inFlight * 2 >= window.size) this.#ask(tick);
      counters.snapshots++;
      counters.snapshotBytes += client.outbox.length - before;
    }
    this.#isNew = false;
    this.#sayFarewell();
  }

  #sayFarewell(): void {
    const { farewell } = this;
    this.farewell = undefined;
    farewell?.();
  }

  /** Whether the client has yet to get a first snapshot of this room. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** The room's frames are no longer for this client. A farewell that still waits is said at once. */
  end(): void {
    this.isOver = true;
    if (this.room.members.get(this.seat) === this) this.room.members.delete(this.seat);
    this.#sayFarewell();
  }

  /** Writes the snapshot; false when nothing but "still the same" was said. */
  #write(bits: BitWriter): boolean {
    const { outbox } = this.client;
    if (outbox.codec !== binaryCodec) {
      const snapshot = this.view.writeReadable();
      if (snapshot === undefined) return false;
      this.client.send({ type: "snapshot", payload: { m: this.m, ...snapshot } });
      return true;
    }
    bits.reset();
    const isNews = this.view.writeBinary(bits);
    const length = bits.finish();
    // no bits at all say "one send later, nothing new" in 2 to 4 bytes
    writeSnapshot(outbox.writer, this.m, bits.buffer, 0, isNews ? length : 0);
    outbox.end();
    return isNews;
  }

  /**
   * Asks after snapshots that nobody has acknowledged for a while: in a room where nothing happens any more no later one
   * would bring the question. True when a ping was gathered.
   */
  inquire(nowMs: number): boolean {
    const { newestTick, waitingSinceMs } = this.window;
    if (newestTick === undefined || waitingSinceMs === undefined) return false;
    if (nowMs - waitingSinceMs < INQUIRE_MS || this.#pingTick !== NO_PING) return false;
    this.#ask(newestTick);
    return true;
  }

  /** Asks by a ping which arrives behind the snapshot of `tick`, one at a time. */
  #ask(tick: number): void {
    if (this.#pingTick !== NO_PING) return;
    this.#pingTick = tick;
    this.client.ping(pingPayload(this.m, tick));
  }

  #catchUp(): void {
    const { shared } = this.room.mirror;
    const own = this.view.seatView.document;
    if (shared !== undefined && shared.version > this.#sharedVersion)
      this.#replace("shared", shared);
    if (own !== undefined && own.version > this.#privateVersion) this.#replace("private", own);
  }

  #replace(doc: "shared" | "private", state: DocumentState): void {
    const { tick } = this.room.mirror;
    const { version, value } = state;
    this.client.send({ type: "document", payload: { m: this.m, tick, doc, version, value } });
    this.client.counters.documentsReplaced++;
    this.#knows(doc, version);
  }

  #knows(doc: "shared" | "private", version: number): void {
    if (doc === "shared") this.#sharedVersion = version;
    else this.#privateVersion = version;
  }
}

/** What a ping behind a snapshot carries: the membership's number and the tick, little end first. */
function pingPayload(m: number, tick: number): Uint8Array {
  const payload = new Uint8Array(7);
  payload[0] = m;
  for (let i = 1, rest = tick; i < 7; i++, rest = Math.floor(rest / 256)) payload[i] = rest;
  return payload;
}

/** Reads `pingPayload`; undefined for anything else. */
export function readPong(payload: Uint8Array): { m: number; tick: number } | undefined {
  if (payload.length !== 7) return undefined;
  let tick = 0;
  for (let i = 6; i >= 1; i--) tick = tick * 256 + payload[i]!;
  return { m: payload[0]!, tick };
}
