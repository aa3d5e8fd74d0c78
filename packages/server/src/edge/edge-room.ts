import {
  type Frame,
  type FrameDocument,
  isForOneSeat,
  type Mirror,
} from "@realmwright/core/internal";
import type { PatchOperation } from "@realmwright/protocol";
import {
  binaryCodec,
  BitWriter,
  ByteWriter,
  writeEvent,
  type CompiledRoom,
  type MessageCodec,
} from "@realmwright/protocol/internal";
import type { DocumentState, RoomKind } from "../link/messages.ts";
import type { Membership } from "./membership.ts";
import { SharedMessage } from "./shared-message.ts";

/** A room as an edge knows it: who of its clients is in it, and what its frames say to them. */
export class EdgeRoom {
  readonly id: string;
  readonly kind: RoomKind;
  readonly compiled: CompiledRoom;
  readonly mirror: Mirror;
  /** By seat. */
  readonly members: Map<number, Membership> = new Map();
  /** A frame said that clients are due, and they have not been served yet. */
  isDue = false;
  readonly #bits = new BitWriter();

  constructor(about: {
    readonly room: string;
    readonly kind: RoomKind;
    readonly compiled: CompiledRoom;
    readonly mirror: Mirror;
  }) {
    this.id = about.room;
    this.kind = about.kind;
    this.compiled = about.compiled;
    this.mirror = about.mirror;
  }

  /**
   * Passes on what must not be lost, in the order of the stream: documents, confirms, events. The state needs no passing
   * on: the mirror has it already.
   */
  drain(frame: Frame): void {
    // a keyframe has documents and no changes of them: members catch up by the version
    if (!frame.key) for (const document of frame.documents) this.#document(document, frame.tick);
    for (const { seat, seq, code, text } of frame.confirms) {
      this.members.get(seat)?.confirm(seq, frame.tick, code, text);
    }
    for (const event of frame.events) this.#event(event, frame.tick);
    if (frame.send) this.isDue = true;
  }

  /** A message about a document's new version: as patches where they can be read or are shorter, else whole. */
  encodeDocument(
    codec: MessageCodec,
    m: number,
    doc: "shared" | "private",
    tick: number,
    state: DocumentState,
    patch: readonly PatchOperation[],
  ): Uint8Array {
    const { version, value } = state;
    const about = { m, tick, doc, version };
    const byPatch = this.#encode(codec, { ...about, patch });
    if (codec !== binaryCodec) return byPatch;
    const whole = this.#encode(codec, { ...about, value });
    return whole.length <= byPatch.length ? whole : byPatch;
  }

  #encode(
    codec: MessageCodec,
    payload: {
      readonly m: number;
      readonly tick: number;
      readonly doc: "shared" | "private";
      readonly version: number;
      readonly value?: unknown;
      readonly patch?: readonly PatchOperation[];
    },
  ): Uint8Array {
    const out = new ByteWriter(128);
    codec.encode({ type: "document", payload }, out, () => this.compiled);
    return out.toBytes();
  }

  #document({ seat, version, value, patch }: FrameDocument, tick: number): void {
    if (seat >= 0) {
      this.members.get(seat)?.privateDocument(tick, { version, value }, patch);
      return;
    }
    const shared = new SharedMessage((codec, m, out) =>
      out.bytes(this.encodeDocument(codec, m, "shared", tick, { version, value }, patch)),
    );
    for (const member of this.members.values()) {
      const { codec } = member.client.outbox;
      member.document("shared", version, () => shared.bytes(codec, member.m));
    }
  }

  #event(event: Frame["events"][number], tick: number): void {
    const { codec, name, index } = this.compiled.events[event.event]!;
    const data = event.data as Record<string, unknown>;
    const bits = this.#bits;
    const shared = codec.hasRefs
      ? undefined
      : new SharedMessage((encoding, m, out) => {
          if (encoding === binaryCodec) {
            bits.reset();
            codec.write(bits, data);
            writeEvent(out, m, tick, index, bits.buffer, 0, bits.finish());
          } else {
            const payload = { m, tick, name, data };
            encoding.encode({ type: "event", payload }, out, () => this.compiled);
          }
        });
    if (isForOneSeat(event.audience)) {
      this.members.get(event.target)?.event(event, tick, shared, bits);
      return;
    }
    for (const member of this.members.values()) member.event(event, tick, shared, bits);
  }
}
