import { encodeFrame, type Frame, type FrameEvent } from "@realmwright/core/internal";
import { RealmError } from "@realmwright/protocol";
import { ByteWriter } from "@realmwright/protocol/internal";
import type { LinkToEdge } from "../link/link.ts";
import type { InputItem } from "../link/messages.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { RoomAuthority } from "../room/room-authority.ts";
import type { RoomNews } from "../room/room-news.ts";
import type { Stepped } from "../scheduler/scheduler.ts";
import type { Origins } from "./origins.ts";
import type { Session } from "./session-directory.ts";

/** What a room's host does about it. */
export interface RoomListener {
  news(room: HostedRoom, news: RoomNews): void;
  /** The room has ended; its last news are told. */
  ended(room: HostedRoom): void;
}

const none: readonly FrameEvent[] = [];

/** What is late so soon after a room's code was loaded says nothing of the game: the code is being compiled. */
const warmUpSeconds = 5;
/** Ticks are lost one after another where they are lost at all: one warning for all of them. */
const warnEverySeconds = 10;

/** A room and who takes part in it: which session holds which seat, which edges read its frames. */
export class HostedRoom implements Stepped {
  /** By seat. */
  readonly holders: Map<number, Session> = new Map();
  /** Until this time inputs that edges read by an earlier schema may still arrive. */
  checksInputsUntilMs = 0;
  readonly #readers = new Map<LinkToEdge, number>();
  readonly #listener: RoomListener;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #origins: Origins;
  readonly #out = new ByteWriter(1024);
  #events: readonly FrameEvent[] = none;
  #authority: RoomAuthority;
  /** Ticks that were lost and that no warning has told of. */
  #lost = 0;
  /** Before it no warning tells of lost ticks. */
  #warnsFromTick: number;

  constructor(
    authority: RoomAuthority,
    ports: {
      readonly listener: RoomListener;
      readonly metrics: Metrics;
      readonly log: Log;
      readonly origins: Origins;
    },
  ) {
    this.#authority = authority;
    this.#warnsFromTick = authority.tick + warmUpSeconds * this.rate;
    this.#listener = ports.listener;
    this.#metrics = ports.metrics;
    this.#log = ports.log;
    this.#origins = ports.origins;
  }

  get authority(): RoomAuthority {
    return this.#authority;
  }

  get id(): string {
    return this.authority.id;
  }

  /** Kind of room. */
  get name(): string {
    return this.authority.plan.name;
  }

  get rate(): number {
    return this.authority.plan.rates.tickRate;
  }

  readers(): IterableIterator<LinkToEdge> {
    return this.#readers.keys();
  }

  /** Events of the newest tick. */
  get events(): readonly FrameEvent[] {
    return this.#events;
  }

  step(): void {
    const frame = this.#origins.within(this.id, stepOf, this.authority);
    // Copied only where there are any: the frame is used again.
    this.#events = frame === undefined || frame.events.length === 0 ? none : [...frame.events];
    if (frame !== undefined) this.#publish(frame);
    for (const news of this.authority.takeNews()) this.#listener.news(this, news);
    const { status } = this.authority;
    if (status === "closed" || status === "failed") this.#listener.ended(this);
  }

  /** Ends the room, in its next turn, for what has failed outside of its hooks. */
  abort(error: unknown): void {
    this.#origins.within(this.id, (authority) => authority.abort(error), this.authority);
  }

  dropped(steps: number): void {
    const { tick } = this.#authority;
    this.#lost += steps;
    if (tick < this.#warnsFromTick) {
      this.#log.debug("A room was late and lost ticks.", { room: this.id, steps });
      return;
    }
    this.#log.warn("A room was too late and lost ticks.", { room: this.id, steps: this.#lost });
    this.#lost = 0;
    this.#warnsFromTick = tick + warnEverySeconds * this.rate;
  }

  /** One more member is at this edge: at the first one the edge begins to read. */
  read(link: LinkToEdge): void {
    const members = this.#readers.get(link) ?? 0;
    this.#readers.set(link, members + 1);
    if (members === 0) this.#attach(link);
  }

  /** One member less is at this edge: after the last one it reads no more. */
  unread(link: LinkToEdge): void {
    const members = (this.#readers.get(link) ?? 0) - 1;
    if (members > 0) {
      this.#readers.set(link, members);
      return;
    }
    if (this.#readers.delete(link)) link.send({ type: "detach", room: this.id });
  }

  /** The edge is gone. */
  forget(link: LinkToEdge): void {
    this.#readers.delete(link);
  }

  /** Sends an edge that has lost frames all of the state anew. */
  repair(link: LinkToEdge): void {
    if (this.#readers.has(link)) this.#sendKeyframe(link);
  }

  /** Whether an input fits the schema that the room has now. */
  fits({ input, value }: InputItem): boolean {
    const { codec } = this.#authority.plan.compiled.inputs[input] ?? {};
    try {
      return codec?.check(value) !== undefined;
    } catch (error) {
      if (error instanceof RealmError) return false;
      throw error;
    }
  }

  /** Goes on as another authority, made from a checkpoint of this one: all who read it begin anew. */
  become(authority: RoomAuthority): void {
    this.#authority.handOver(authority);
    for (const news of this.#authority.takeNews()) this.#listener.news(this, news);
    this.#authority = authority;
    this.#lost = 0;
    this.#warnsFromTick = authority.tick + warmUpSeconds * this.rate;
    for (const link of this.#readers.keys()) {
      link.send({ type: "detach", room: this.id });
      this.#attach(link);
    }
    for (const [seat, session] of this.holders) {
      // answered by "reconnected", which makes a fresh "joined" behind the first frame
      if (session.link !== undefined) authority.reconnect(seat);
    }
  }

  #attach(link: LinkToEdge): void {
    const { plan, mirror } = this.authority;
    link.send({ type: "attach", room: this.id, kind: plan.kind, compiled: plan.wire, mirror });
    // before the first tick there is nothing, and the first frame is a keyframe anyway
    if (!link.isLocal && mirror.tick >= 0) this.#sendKeyframe(link);
  }

  #sendKeyframe(link: LinkToEdge): void {
    const { mirror } = this.authority;
    const frame = this.authority.keyframe();
    link.frame({ type: "frame", room: this.id, frame, mirror }, () => this.#encode(frame));
  }

  #publish(frame: Frame): void {
    if (this.#readers.size === 0) return;
    const message = { type: "frame", room: this.id, frame, mirror: this.authority.mirror } as const;
    let encoded: Uint8Array | undefined;
    const bytes = (): Uint8Array => (encoded ??= this.#encode(frame));
    try {
      for (const link of this.#readers.keys()) link.frame(message, bytes);
    } catch (error) {
      // what the game put into an event or a field can not be encoded
      this.abort(error);
    }
  }

  #encode(frame: Frame): Uint8Array {
    this.#out.reset();
    encodeFrame(frame, this.authority.plan.wire, this.#out);
    const bytes = this.#out.view();
    this.#metrics.count("realmwright_frame_bytes_total", { room: this.name }, bytes.length);
    return bytes;
  }
}

function stepOf(authority: RoomAuthority): Frame | undefined {
  return authority.step();
}
