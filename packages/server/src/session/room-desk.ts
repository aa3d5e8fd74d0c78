import {
  RealmError,
  type ErrorPayload,
  type InputPayload,
  type JoinPayload,
  type Message,
} from "@realmwright/protocol";
import {
  checkJoinOptions,
  cleanChat,
  type BitWriter,
  type CompiledRoom,
  type CompiledStruct,
} from "@realmwright/protocol/internal";
import type { EdgeContext } from "../edge/edge-context.ts";
import type { EdgeRoom } from "../edge/edge-room.ts";
import { Membership } from "../edge/membership.ts";
import type { HostToEdge } from "../link/messages.ts";
import { Memberships } from "./memberships.ts";
import type { Session } from "./session.ts";

type Joined = Extract<HostToEdge, { type: "joined" }>;
type Left = Extract<HostToEdge, { type: "left" }>;

/** What one session does in rooms: the client's wishes to the host, the host's answers to the client. */
export class RoomDesk {
  readonly #session: Session;
  readonly #context: EdgeContext;
  readonly #memberships = new Memberships();
  /** Correlation ids of joins that the host has not answered, by the edge's own number. */
  readonly #requests = new Map<number, number | undefined>();
  #lastRequest = 0;
  /** A membership has begun since the last `greet`. */
  #hasNews = false;

  constructor(session: Session, context: EdgeContext) {
    this.#session = session;
    this.#context = context;
  }

  get size(): number {
    return this.#memberships.size;
  }

  /** The living membership of a number. */
  get(m: number): Membership | undefined {
    const member = this.#memberships.get(m);
    return member?.isOver === true ? undefined : member;
  }

  /** Schema of a membership, or of a room's name, for the codecs. */
  compiled(key: number | string): CompiledRoom | undefined {
    if (typeof key === "number") return this.#memberships.get(key)?.room.compiled;
    for (const { room } of this.#memberships.all) if (room.kind.name === key) return room.compiled;
    return undefined;
  }

  /** Asks after snapshots that nobody has acknowledged; whether one was, or is on its way for longer than a working client can take. */
  inquire(nowMs: number): "asked" | "stuck" | undefined {
    let answer: "asked" | undefined;
    for (const member of this.#memberships.all) {
      const since = member.window.waitingSinceMs;
      if (since === undefined) continue;
      if (nowMs - since > this.#context.limits.outQueueStuckMs) return "stuck";
      if (member.inquire(nowMs)) answer = "asked";
    }
    return answer;
  }

  /** Shows rooms to which the client is new, without waiting for their next send. */
  greet(bits: BitWriter, nowMs: number): void {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    for (const member of this.#memberships.all) {
      if (member.isNew && !member.isOver) member.snapshot(bits, nowMs);
    }
  }

  clear(): void {
    for (const member of this.#memberships.all) member.end();
    this.#requests.clear();
  }

  // The client's wishes.

  join({ room, options, spectate, reservation }: JoinPayload, id: number | undefined): void {
    const { limits } = this.#context;
    if (room.length > limits.roomNameCharacters) throw new RealmError("ROOM_UNKNOWN");
    if (this.#memberships.size + this.#requests.size >= limits.memberships) {
      throw new RealmError("MEMBERSHIPS_FULL");
    }
    if (this.#memberships.inRoom(room) !== undefined) throw new RealmError("ALREADY_A_MEMBER");
    checkJoinOptions(options);
    const request = ++this.#lastRequest;
    this.#requests.set(request, id);
    this.#context.toHost({
      type: "join",
      session: this.#session.id,
      request,
      room,
      spectate: spectate === true,
      ...(options === undefined ? {} : { options: asObject(options) }),
      ...(reservation === undefined ? {} : { reservation }),
    });
  }

  leave(m: number): void {
    const member = this.#member(m);
    if (member === undefined) return;
    this.#context.toHost({ type: "leave", session: this.#session.id, ...seatOf(member) });
  }

  acknowledge(m: number, tick: number, nowMs: number): void {
    this.#member(m)?.acknowledged(tick, nowMs);
  }

  chat(m: number, text: string): void {
    const member = this.#member(m);
    if (member === undefined) return;
    this.#context.toHost({
      type: "chat",
      session: this.#session.id,
      ...seatOf(member),
      text: cleanChat(text),
    });
  }

  input({ payload, id }: Message<"input", InputPayload>, nowMs: number): void {
    const member = this.#member(payload.m);
    if (member === undefined) return;
    if (payload.ack !== undefined) member.acknowledged(payload.ack, nowMs);
    const struct = member.room.compiled.input(payload.name);
    const value = this.#opened(member, payload, struct, id);
    if (value === undefined || struct === undefined) return;
    // by hand: a spread object costs more than all the rest here
    this.#context.toHost({
      type: "input",
      session: this.#session.id,
      room: member.room.id,
      seat: member.seat,
      since: member.sinceTick,
      items: [{ seq: payload.seq, input: struct.index, view: payload.view ?? -1, value }],
    });
  }

  // The host's answers.

  joined(message: Joined, room: EdgeRoom): void {
    const id = message.request === undefined ? undefined : this.#requests.get(message.request);
    if (message.request !== undefined) this.#requests.delete(message.request);
    const from = message.from === undefined ? undefined : this.#memberships.inRoom(message.from);
    // after a reload the same seat begins anew under the same number
    const old = this.#memberships.inRoom(room.id);
    if (old !== undefined) this.#drop(old);
    const { seat, spectator, tick, documents } = message;
    const m = old?.m ?? this.#memberships.number();
    const client = this.#session;
    const member = new Membership({ m, room, seat, spectator, tick, client, documents });
    this.#memberships.add(member);
    room.members.set(seat, member);
    this.#session.expect(room.kind.tickRate);
    this.#hasNews = true;
    const { shared, private: own } = documents;
    this.#session.answer({
      type: "joined",
      ...(id === undefined ? {} : { id }),
      payload: {
        m,
        room: room.id,
        name: room.kind.name,
        seat: spectator ? -1 : seat,
        spectator,
        tick: message.tick,
        tickRate: room.kind.tickRate,
        sendRate: room.kind.sendRate,
        // the first snapshot, which follows, tells one's own entity
        entity: 0,
        resumed: message.resumed,
        ...(from === undefined ? {} : { from: from.m }),
        inputSeq: message.inputSeq,
        documents: {
          ...(shared === undefined ? {} : { shared: shared.value }),
          ...(own === undefined ? {} : { private: own.value }),
        },
      },
    });
  }

  /** What happened in the tick in which the member came, before the edge knew of it. */
  catchUp({ events = [], room, tick }: Joined, bits: BitWriter): void {
    const member = this.#memberships.inRoom(room);
    for (const event of events) member?.event(event, tick, undefined, bits);
  }

  refused(request: number, error: ErrorPayload): void {
    if (!this.#requests.has(request)) return;
    const id = this.#requests.get(request);
    this.#requests.delete(request);
    const payload = { ...error, type: "join" };
    this.#session.answer({ type: "error", ...(id === undefined ? {} : { id }), payload });
  }

  /** A membership is over. One that went through a door ends once the room behind it has shown itself. */
  left(message: Left): void {
    const member = this.#memberships.inRoom(message.room);
    if (member === undefined || member.seat !== message.seat) return;
    member.end();
    const next = message.to === undefined ? undefined : this.#memberships.inRoom(message.to);
    const tell = (): void => {
      const to = next === undefined ? {} : { to: next.m };
      this.#session.answer({ type: "left", payload: { m: member.m, code: message.code, ...to } });
      this.#memberships.remove(member);
    };
    if (next?.isNew === true) next.farewell = tell;
    else tell();
  }

  /** Undefined for the number of a membership that has just ended: what crosses its end on the way is dropped. */
  #member(m: number): Membership | undefined {
    const member = this.get(m);
    if (member !== undefined) return member;
    if (this.#memberships.get(m) !== undefined || this.#memberships.isStale(m)) return undefined;
    throw new RealmError("NOT_A_MEMBER");
  }

  /** The input's value with ids for handles; undefined when a confirm has refused it. */
  #opened(
    member: Membership,
    { seq, data, name }: InputPayload,
    struct: CompiledStruct | undefined,
    id: number | undefined,
  ): Record<string, unknown> | undefined {
    const { tick } = member.room.mirror;
    const isPredicted = struct !== undefined && struct.name === member.room.kind.predictedInput;
    if (member.spectator) return this.#refuse(member, seq, isPredicted, "SPECTATOR_READ_ONLY");
    if (struct === undefined) {
      member.confirm(seq, tick, "INPUT_UNKNOWN");
      throw new RealmError("INPUT_UNKNOWN", { detail: `no input ${name}`, type: "input", id });
    }
    let value: Record<string, unknown>;
    try {
      value = struct.codec.open(data);
    } catch (error) {
      if (!isPredicted) member.confirm(seq, tick, "INPUT_INVALID");
      throw asInputError(error);
    }
    if (!struct.codec.hasRefs) return value;
    return (
      this.#withIds(member, struct, value) ??
      this.#refuse(member, seq, isPredicted, "TARGET_UNKNOWN")
    );
  }

  /** The value with ids for handles; undefined when the client holds no such entity. */
  #withIds(
    member: Membership,
    { codec }: CompiledStruct,
    value: Record<string, unknown>,
  ): Record<string, unknown> | undefined {
    let isKnown = true;
    const ids = codec.mapRefs(value, (handle) => {
      const entity = member.view.idOf(handle);
      if (entity === 0 && handle !== 0) isKnown = false;
      return entity;
    });
    return isKnown ? ids : undefined;
  }

  #refuse(
    member: Membership,
    seq: number,
    isPredicted: boolean,
    code: "SPECTATOR_READ_ONLY" | "TARGET_UNKNOWN",
  ): undefined {
    if (isPredicted) throw new RealmError(code);
    member.confirm(seq, member.room.mirror.tick, code);
    this.#context.wants(this.#session);
  }

  #drop(member: Membership): void {
    member.end();
    this.#memberships.remove(member);
  }
}

/** What the host is to know of a seat. */
function seatOf(member: Membership): { room: string; seat: number; since: number } {
  const { room, seat, sinceTick } = member;
  return { room: room.id, seat, since: sinceTick };
}

/** Bytes that do not hold what the schema says are an invalid input too. */
function asInputError(error: unknown): unknown {
  if (!(error instanceof RealmError) || !error.code.startsWith("DECODE_")) return error;
  return new RealmError("INPUT_INVALID", { cause: error });
}

function asObject(options: unknown): Readonly<Record<string, unknown>> {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) {
    return options as Readonly<Record<string, unknown>>;
  }
  const problem = { path: "/payload/options", expected: "an object", got: typeof options };
  throw new RealmError("OPTIONS_INVALID", { problems: [problem] });
}
