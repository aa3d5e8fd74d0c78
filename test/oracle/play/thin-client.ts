import type { ClientMessage, JoinedPayload, ServerMessage } from "@realmwright/protocol";
import {
  ByteWriter,
  codecs,
  compileDescriptor,
  type CompiledRoom,
  type MessageCodec,
  resolveMessage,
} from "@realmwright/protocol/internal";
import { type NetworkConditions, networkConditions } from "@realmwright/testkit";
import type { ClientSocket } from "realmwright/client";
import { following, isLater } from "../model/serial.ts";
import type { Stay } from "../model/stay.ts";
import type { ClientScript } from "../script/script.ts";
import type { Actor, ActorOptions } from "./actor.ts";
import { Member } from "./member.ts";
import { mustHoldNoSecret } from "../script/secrets.ts";
import { accountOf } from "./stage.ts";

/** Ticks after which a join is asked for once more. */
const patienceTicks = 20;
/** Ticks after which a connection at which nothing happens has settled. */
const settlingTicks = 60;
/** Ticks after which a connection that the server has closed is replaced. */
const awayTicks = 10;

/** A client that keeps to the protocol and no more. Everything that it is sent goes before the oracle. */
export class ThinClient implements Actor {
  readonly script: ClientScript;
  readonly conditions: NetworkConditions;
  /** By number of the membership. */
  readonly members: Map<number, Member> = new Map();
  readonly #options: ActorOptions;
  readonly #account: string;
  readonly #codec: MessageCodec;
  readonly #rooms = new Map<string, CompiledRoom>();
  /** Rooms that it wants to be in, and whether as a spectator. */
  readonly #wishes = new Map<string, boolean>();
  /** Ticks until a join is asked for, and until it connects anew. */
  #patience = 0;
  #away = 0;
  /** Ticks until its connection has settled. */
  #unsettled = settlingTicks;
  #socket: ClientSocket | undefined;
  #isWelcome = false;
  #resume: string | undefined;
  #seq = 0;
  #lastNumber = 0;
  #count = 0;
  #dx = 0;

  constructor(options: ActorOptions) {
    const { client, encoding, delayMs, jitterMs, lossRate, bytesPerSecond } = options.script;
    this.script = options.script;
    this.#options = options;
    this.#account = accountOf(client);
    this.#codec = codecs[`realm.${encoding}`];
    this.conditions = networkConditions({
      delayMs,
      jitterMs,
      lossRate,
      bytesPerSecond: bytesPerSecond ?? Infinity,
    });
  }

  get isConnected(): boolean {
    return this.#isWelcome;
  }

  get stays(): readonly Stay[] {
    return [...this.members.values()].map(({ stay }) => stay);
  }

  enter(room: string, spectate: boolean): void {
    if (this.#wishes.has(room)) return;
    this.#wishes.set(room, spectate);
    this.#patience = 0;
  }

  exit(room: string): void {
    this.#wishes.delete(room);
    for (const [m, { joined }] of this.members) {
      if (joined.name === room) this.#send({ type: "leave", payload: { m } });
    }
  }

  break(ticks: number, resumes: boolean): void {
    if (!resumes) this.#resume = undefined;
    this.#options.network.cut(this.conditions);
    this.#away = ticks;
  }

  stalls(ticks: number): void {
    this.#unsettled = settlingTicks + ticks;
  }

  walk(dx: number): void {
    this.#dx = dx;
  }

  poke(pick: number, refuse: boolean): void {
    const member = this.#playing();
    const handle = member?.handles[pick % Math.max(1, member.handles.length)];
    if (member === undefined || handle === undefined) return;
    const n = ++this.#count;
    const tag = member.stay.tagOf(handle);
    const seq = this.#input(member, "poke", { target: handle, tag, n, refuse });
    member.pokes(seq, n);
  }

  tick(): void {
    if (this.#socket === undefined && this.#wishes.size > 0 && --this.#away <= 0) this.#connect();
    if (!this.#isWelcome) return;
    if (--this.#unsettled <= 0) this.#try(() => this.#mustBeCurrent());
    const member = this.#playing();
    if (this.#dx !== 0 && member !== undefined && member.stay.tick >= 0) {
      const n = ++this.#count;
      const { walks } = this.#options.director;
      const numbers = walks.get(member.key) ?? [];
      walks.set(member.key, numbers);
      numbers[n] = this.#input(member, "walk", { dx: this.#dx, n });
    }
    if (this.#patience-- > 0) return;
    this.#patience = patienceTicks;
    const present = new Set([...this.members.values()].map(({ joined }) => joined.name));
    for (const [room, spectate] of this.#wishes) {
      if (!present.has(room)) this.#send({ type: "join", payload: { room, spectate } });
    }
  }

  /** Over a good connection a snapshot comes with every send; readable encodings have none where nothing is new. */
  #mustBeCurrent(): void {
    const { encoding, lossRate, bytesPerSecond, delayMs, jitterMs } = this.script;
    const { director, figures } = this.#options;
    const { bus } = director.script;
    const isGood = lossRate === 0 && bytesPerSecond === null && jitterMs <= 5;
    if (!isGood || encoding !== "binary" || bus.frameLossRate > 0) return;
    const onTheWayMs = delayMs + jitterMs + bus.delayMs + bus.jitterMs;
    for (const { joined, stay } of this.members.values()) {
      const { tickRate, sendRate } = joined;
      if (stay.lag === undefined) continue;
      const allowed = Math.ceil((onTheWayMs / 1000) * tickRate + (tickRate / sendRate) * 2) + 1;
      figures.lagPercentMax = Math.max(figures.lagPercentMax, (stay.lag / allowed) * 100);
      if (stay.lag > allowed) throw new Error(`no snapshot for ${stay.lag} ticks of ${allowed}`);
    }
  }

  /** The first room that it plays in. */
  #playing(): Member | undefined {
    return [...this.members.values()].find(({ joined }) => !joined.spectator);
  }

  #input(member: Member, name: string, data: object): number {
    const seq = (this.#seq = following(this.#seq));
    const { tick } = member.stay;
    const ack = this.script.acknowledges && tick >= 0 ? { ack: tick } : {};
    member.stay.sends(seq);
    this.#send({ type: "input", payload: { m: member.joined.m, seq, name, data, ...ack } });
    return seq;
  }

  #connect(): void {
    const { network, script } = this.#options;
    const socket = network.socketBy(this.conditions)(
      "ws://oracle/ws",
      [`realm.${script.encoding}`],
      {
        open: () => this.#authenticate(),
        message: (data) => this.#try(() => this.#receive(data)),
        closed: () => {
          if (this.#socket === socket) this.#closed();
        },
      },
    );
    this.#socket = socket;
  }

  #authenticate(): void {
    const resume = this.#resume === undefined ? {} : { resume: this.#resume };
    const token = `${this.#account}:${this.#account}`;
    this.#send({ type: "auth", payload: { token, protocol: 1, ...resume } });
  }

  #send(message: ClientMessage): void {
    const out = new ByteWriter();
    this.#codec.encode(message, out, (key) => this.#room(key));
    const bytes = out.toBytes();
    this.#socket?.send(this.#codec.isText ? Buffer.from(bytes).toString() : bytes);
  }

  #room(key: number | string): CompiledRoom | undefined {
    const name = typeof key === "number" ? this.members.get(key)?.joined.name : key;
    return name === undefined ? undefined : this.#rooms.get(name);
  }

  #receive(data: Uint8Array | string): void {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (this.script.encoding !== "binary") mustHoldNoSecret(bytes, this.script.client);
    for (const raw of this.#codec.decode(data, "server")) {
      if (raw.type === "joined") this.#joins(raw.payload);
      const message = resolveMessage(raw, (key) => this.#room(key));
      if (message === undefined) throw new Error(`${raw.type} of no room`);
      this.#take(message);
    }
  }

  /** Names the room of a number, so that what comes under it can be read. */
  #joins(payload: JoinedPayload): void {
    const joined = resolveMessage({ type: "joined", payload }, (key) => this.#room(key));
    const { name, m, from, resumed } = payload;
    const { director, figures } = this.#options;
    figures.joins++;
    if (resumed) figures.resumes++;
    if (m < this.#lastNumber) figures.memberWraps++;
    this.#lastNumber = m;
    const left = from === undefined ? undefined : this.members.get(from);
    if (left !== undefined) {
      figures.doors++;
      this.#wishes.delete(left.joined.name);
      this.#wishes.set(name, false);
    }
    if (isLater(payload.inputSeq, this.#seq)) this.#seq = payload.inputSeq;
    const member = new Member({
      joined: joined!.payload,
      compiled: this.#rooms.get(name)!,
      account: this.#account,
      isReadable: this.script.encoding !== "binary",
      director,
      figures,
    });
    this.members.set(m, member);
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#resume = message.payload.resume;
        this.#isWelcome = true;
        this.#unsettled = settlingTicks;
        // what the session still holds comes by itself
        this.#patience = message.payload.resumed ? patienceTicks : 0;
        for (const [name, descriptor] of Object.entries(message.payload.rooms)) {
          this.#rooms.set(name, compileDescriptor(descriptor));
        }
        return;
      case "left":
        if (message.payload.code === "KICKED") this.#options.figures.kicks++;
        this.members.delete(message.payload.m);
        return;
      case "error":
        this.#error(message.payload);
        return;
      case "snapshot":
      case "event":
      case "document":
      case "confirm":
        this.#told(message);
        return;
      default:
    }
  }

  #told(message: Extract<ServerMessage, { readonly payload: { readonly m: number } }>): void {
    const member = this.members.get(message.payload.m);
    if (member === undefined) throw new Error(`${message.type} of no membership`);
    member.receive(message);
    if (message.type !== "snapshot" || !this.script.acknowledges) return;
    // inputs say it on the way
    if (this.#dx !== 0 && member === this.#playing()) return;
    this.#send({ type: "ack", payload: { m: message.payload.m, tick: member.stay.tick } });
  }

  #error({ code, type }: { readonly code: string; readonly type?: string }): void {
    if (code === "TOO_SLOW") this.#options.figures.tooSlow++;
    const isExpected =
      code === "TOO_SLOW" ||
      code === "SESSION_SUPERSEDED" ||
      // a door or a resume was faster, or the game at once thought otherwise
      (type === "join" && (code === "ALREADY_A_MEMBER" || code === "KICKED"));
    if (!isExpected) throw new Error(`the server says ${code} to ${type}`);
  }

  #closed(): void {
    this.#socket = undefined;
    this.#away = awayTicks;
    this.#isWelcome = false;
    this.#lastNumber = 0;
    this.members.clear();
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.fail(error);
    }
  }
}
