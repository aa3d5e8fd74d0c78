import { decodeFrame, Frame, Mirror } from "@realmwright/core/internal";
import { RealmError } from "@realmwright/protocol";
import {
  type ByteReader,
  ByteWriter,
  compileDescriptor,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import type { Bus } from "../ports/bus.ts";
import type { Log } from "../ports/log.ts";
import { cellSize } from "../room/room-plan.ts";
import { readBatch, writeBye, writeHello, writeInputs, writeMessage } from "./link-layout.ts";
import type { EdgeSide, LinkToHost } from "./link.ts";
import type { EdgeToHost, HostToEdge, RoomKind } from "./messages.ts";

/** A room that this edge reads. */
interface Reading {
  readonly compiled: CompiledRoom;
  readonly mirror: Mirror;
  readonly frame: Frame;
  /** Frames since a keyframe was asked for: what comes before it is of no use. Undefined: nothing is missing. */
  useless: number | undefined;
}

/** After so many frames without the keyframe that was asked for, it is asked for again: it may have got lost too. */
const repairAfterFrames = 20;

/** The edge's end of a link over a bus. Keeps a mirror of each room that the edge reads. */
export class BusEdgeLink implements LinkToHost {
  readonly #bus: Bus;
  readonly #host: string;
  readonly #edge: EdgeSide;
  readonly #log: Log;
  readonly #out = new ByteWriter(1024);
  readonly #scratch = new ByteWriter(1024);
  readonly #value = new ByteWriter(256);
  readonly #rooms = new Map<string, Reading>();
  readonly #compiled = new Map<string, CompiledRoom>();
  #kinds: Readonly<Record<string, RoomKind>> = {};
  #isOpen = true;

  /** Greets the host and begins to listen. The bus serves this link alone. */
  constructor(bus: Bus, host: string, edge: EdgeSide, log: Log) {
    this.#bus = bus;
    this.#host = host;
    this.#edge = edge;
    this.#log = log;
    bus.onReceive((from, bytes) => {
      if (from === host) this.#take(bytes);
    });
    bus.onGone((address) => {
      if (address === host) this.#end(new RealmError("BUS_CLOSED"));
    });
    writeHello(this.#out);
    this.flush();
  }

  send(message: EdgeToHost): void {
    if (!this.#isOpen) return;
    if (message.type === "input") writeInputs(message, this.#scratch, this.#value, this.#out);
    else writeMessage(message, this.#scratch, this.#out);
  }

  flush(): void {
    if (!this.#isOpen || this.#out.length === 0) return;
    const bytes = this.#out.toBytes();
    this.#out.reset();
    try {
      this.#bus.send(this.#host, bytes);
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      this.#end(error);
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    writeBye(this.#out);
    this.flush();
    this.#isOpen = false;
  }

  #take(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    try {
      readBatch(bytes, {
        hello: () => undefined,
        message: (message) => this.#message(message as HostToEdge),
        frame: (room, content) => this.#frame(room, content),
        bye: () => this.#end(new RealmError("SERVER_DRAINING")),
      });
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      // a message is lost, so nobody knows any more what the host thinks of our sessions
      this.#log.error("A batch of the host can not be read; the link is cut.", { error });
      this.close();
      this.#edge.closed(error);
      return;
    }
    if (!this.#isOpen) return;
    this.#edge.flush();
    // repairs, and what the edge has to say to what it heard
    this.flush();
  }

  #message(message: HostToEdge): void {
    if (message.type === "descriptors") {
      this.#kinds = message.rooms;
      this.#compiled.clear();
    }
    if (message.type === "attach") this.#attach(message.room, message.kind.name);
    else {
      if (message.type === "detach") this.#rooms.delete(message.room);
      this.#edge.receive(message);
    }
  }

  #attach(room: string, name: string): void {
    const kind = this.#kinds[name];
    if (kind === undefined) throw new RealmError("DECODE_INVALID", { detail: `no room "${name}"` });
    const compiled = this.#compiled.get(name) ?? compileDescriptor(kind.descriptor);
    this.#compiled.set(name, compiled);
    const mirror = new Mirror(compiled, { historyTicks: 0, cellSize: cellSize(kind.interest) });
    this.#rooms.set(room, { compiled, mirror, frame: new Frame(), useless: undefined });
    this.#edge.receive({ type: "attach", room, kind, compiled, mirror });
  }

  #frame(room: string, content: ByteReader): void {
    const reading = this.#rooms.get(room);
    if (reading === undefined) return;
    const { compiled, mirror, frame } = reading;
    try {
      decodeFrame(content, compiled, frame);
      if (reading.useless !== undefined && !frame.key) {
        if (++reading.useless % repairAfterFrames === 0) this.send({ type: "repair", room });
        return;
      }
      mirror.apply(frame);
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      this.#log.warn("A frame is missing or can not be read.", { room, code: error.code });
      reading.useless = 0;
      this.send({ type: "repair", room });
      return;
    }
    reading.useless = undefined;
    this.#edge.receive({ type: "frame", room, frame, mirror });
  }

  #end(error: RealmError): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#rooms.clear();
    this.#edge.closed(error);
  }
}
