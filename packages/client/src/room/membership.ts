import type { PredictOptions, RoomDefinition } from "@realmwright/core";
import type { StepFunction } from "@realmwright/core/internal";
import {
  type ClientMessage,
  type EntityDefinition,
  type EventDefinition,
  type InputDefinition,
  type JoinedPayload,
  type Of,
  type PatchOperation,
  RealmError,
  type ServerMessage,
} from "@realmwright/protocol";
import { cleanChat, type CompiledRoom, type CompiledStruct } from "@realmwright/protocol/internal";
import type {
  EntityOf,
  EventOf,
  InputOf,
  PrivateOf,
  RoomHalf,
  Seen,
  SeenEntity,
  SharedOf,
} from "../game-types.ts";
import { Listeners, type Unsubscribe } from "../listeners.ts";
import type { ClientClock } from "../ports.ts";
import type { ChatLine, ClientRoom, Left, RoomStats } from "./client-room.ts";
import type { FieldView } from "./field-view.ts";
import { type Confirm, InputDesk, type InputDeskOwner, unanswered } from "./input-desk.ts";
import { type DocumentName, RoomDocuments } from "./room-documents.ts";
import { RoomListeners } from "./room-listeners.ts";
import { Scene } from "./scene.ts";
import { Steering } from "./steering.ts";

/** What a room needs of its client. */
export interface RoomOwner {
  readonly clock: ClientClock;
  readonly rttMs: number;
  readonly jitterMs: number;
  /** The encoding speaks up even when nothing happens, so silence means that the connection is slow. */
  readonly isNeverSilent: boolean;
  readonly answerTimeoutMs: number;
  queue(message: ClientMessage): void;
  flush(): void;
  report(error: unknown): void;
  forgets(room: Membership): void;
}

export interface RoomSettings {
  readonly half: RoomHalf | undefined;
  readonly teleportDistance: Readonly<Record<string, number>>;
  readonly snapDistance: number | undefined;
}

/** Acks alone come no closer than this. */
const ackPauseMs = 30;

/** A membership as the client keeps it; games see it as `ClientRoom`, where its public half is described. */
export class Membership<R extends RoomDefinition = RoomDefinition> implements ClientRoom<R> {
  readonly id: string;
  readonly name: string;
  readonly #owner: RoomOwner;
  readonly #settings: RoomSettings;
  readonly #desk: InputDesk;
  readonly #documents = new RoomDocuments();
  readonly #listeners: RoomListeners;
  #joined: JoinedPayload;
  #compiled: CompiledRoom;
  #scene: Scene;
  /** Takes the place of `#scene` with its first snapshot, so that nothing flickers on a reconnect. */
  #nextScene: Scene | undefined;
  #steering: Steering;
  #isLive = true;
  #left: Left | undefined;
  #ackedTick = -1;
  #ackedMs = -Infinity;
  #inputMs = -Infinity;
  #updatedMs = Number.NaN;

  constructor(
    joined: JoinedPayload,
    compiled: CompiledRoom,
    settings: RoomSettings,
    owner: RoomOwner,
  ) {
    this.id = joined.room;
    this.name = joined.name;
    this.#owner = owner;
    this.#settings = settings;
    this.#joined = joined;
    this.#compiled = compiled;
    this.#listeners = new RoomListeners((error) => owner.report(error));
    this.#desk = new InputDesk(this.#deskOwner(), owner.clock, owner.answerTimeoutMs);
    this.#documents.begin(joined.documents);
    this.#steering = this.#newSteering();
    this.#scene = this.#newScene();
    this.#desk.resume(joined.inputSeq, (name) => compiled.input(name));
  }

  get seat(): number {
    return this.#joined.seat;
  }

  get isSpectator(): boolean {
    return this.#joined.spectator;
  }

  get tickRate(): number {
    return this.#joined.tickRate;
  }

  get sendRate(): number {
    return this.#joined.sendRate;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get left(): Left | undefined {
    return this.#left;
  }

  get tick(): number {
    return this.#scene.replica.tick;
  }

  get document(): { readonly shared: SharedOf<R>; readonly private: PrivateOf<R> } {
    const { shared, private: own } = this.#documents;
    return { shared: shared as SharedOf<R>, private: own as PrivateOf<R> };
  }

  get entities(): ReadonlyMap<number, SeenEntity<EntityOf<R>>> {
    return this.#scene.seen as ReadonlyMap<number, unknown> as ReadonlyMap<
      number,
      SeenEntity<EntityOf<R>>
    >;
  }

  get self(): SeenEntity<EntityOf<R>> | undefined {
    return this.#scene.self as SeenEntity<EntityOf<R>> | undefined;
  }

  all<E extends EntityOf<R>>(type: E): readonly SeenEntity<E>[] {
    return this.#scene.all(type.name) as readonly unknown[] as readonly SeenEntity<E>[];
  }

  get<E extends EntityOf<R>>(type: E, id: number): SeenEntity<E> | undefined {
    const seen = this.#scene.seen.get(id);
    return seen?.type === type.name ? (seen as unknown as SeenEntity<E>) : undefined;
  }

  own<E extends EntityOf<R>>(type: E): SeenEntity<E> | undefined {
    const { self } = this.#scene;
    return self?.type === type.name ? (self as unknown as SeenEntity<E>) : undefined;
  }

  isOwn(entity: { readonly id: number }): boolean {
    return this.#scene.isOwn(entity.id);
  }

  view<S extends Seen>(entity: S): S {
    return (this.#scene.view(entity.id) as unknown as S | undefined) ?? entity;
  }

  update(nowMs: number = this.#owner.clock.nowMs()): void {
    if (this.#left !== undefined) return;
    const elapsedMs = Number.isNaN(this.#updatedMs) ? 0 : Math.max(0, nowMs - this.#updatedMs);
    this.#updatedMs = nowMs;
    const { rttMs, jitterMs } = this.#owner;
    this.#scene.advance(nowMs, rttMs, jitterMs);
    this.#steering.advance(elapsedMs / 1000, () => this.#desk.hasRoom);
    this.#owner.flush();
  }

  input<I extends InputOf<R>>(input: I, data: Of<I>): void {
    const struct = this.#input(input);
    this.#steering.set(struct, struct.codec.check(data));
  }

  async send<I extends InputOf<R>>(input: I, data: Of<I>): Promise<Confirm> {
    const struct = this.#input(input);
    const value = struct.codec.check(data);
    if (this.#left !== undefined) return unanswered("CLIENT_CLOSED");
    // what is still in sight has ids of the connection before
    if (this.#nextScene !== undefined && struct.codec.hasRefs) return unanswered("TARGET_UNKNOWN");
    const { displayTick } = this.#scene.playback;
    const view = displayTick > 0 ? Math.round(displayTick * 256) : -1;
    const answer = this.#desk.act(struct, value, view);
    this.#owner.flush();
    return await answer;
  }

  on<V extends EventOf<R>>(event: V, call: (data: Of<V>, tick: number) => void): Unsubscribe {
    const { name }: EventDefinition = event;
    return this.#listeners.event.add(name, call as (data: unknown, tick: number) => void);
  }

  onEnter<E extends EntityOf<R>>(type: E, call: (entity: SeenEntity<E>) => void): Unsubscribe {
    const listener = call as unknown as (entity: FieldView) => void;
    const once = new Listeners<[FieldView]>((error) => this.#owner.report(error));
    once.add(listener);
    const unsubscribe = this.#listeners.enter.add(type.name, listener);
    for (const seen of [...this.#scene.all(type.name)]) once.emit(seen);
    return unsubscribe;
  }

  onLeave<E extends EntityOf<R>>(type: E, call: (entity: SeenEntity<E>) => void): Unsubscribe {
    return this.#listeners.leave.add(type.name, call as unknown as (entity: FieldView) => void);
  }

  onUpdate<E extends EntityOf<R>>(type: E, call: (entity: SeenEntity<E>) => void): Unsubscribe {
    return this.#listeners.update.add(type.name, call as unknown as (entity: FieldView) => void);
  }

  onDocument<N extends DocumentName>(
    name: N,
    call: (
      value: N extends "shared" ? SharedOf<R> : PrivateOf<R>,
      patch: readonly PatchOperation[] | undefined,
    ) => void,
  ): Unsubscribe {
    return this.#listeners.document.add(
      name,
      call as (value: unknown, patch: readonly PatchOperation[] | undefined) => void,
    );
  }

  onChat(call: (line: ChatLine) => void): Unsubscribe {
    return this.#listeners.chat.add(call);
  }

  onLeft(call: (left: Left) => void): Unsubscribe {
    return this.#listeners.left.add(call);
  }

  chat(text: string): boolean {
    const clean = cleanChat(text);
    if (!this.#isLive) return false;
    this.#owner.queue({ type: "chat", payload: { m: this.#joined.m, text: clean } });
    this.#owner.flush();
    return true;
  }

  leave(): void {
    if (this.#left !== undefined) return;
    if (this.#isLive) {
      this.#owner.queue({ type: "leave", payload: { m: this.#joined.m } });
      this.#owner.flush();
    } else {
      this.end({ code: "LEFT" });
    }
  }

  set stepContext(context: unknown) {
    this.#steering.context = context;
    this.#scene.remind();
  }

  get stepContext(): unknown {
    return this.#steering.context;
  }

  replaceStep<E extends EntityDefinition, I extends InputDefinition, C>(
    step: PredictOptions<E, I, C>["step"],
  ): void {
    this.#steering.replaceStep(step as unknown as StepFunction);
    this.#scene.remind();
  }

  get stats(): RoomStats {
    const { playback, replica, own } = this.#scene;
    return {
      entities: replica.entities.size,
      corrections: own?.corrections ?? 0,
      openInputs: this.#desk.open,
      interpolationDelayMs: playback.delayMs,
      displayTick: playback.displayTick,
      serverTick: playback.serverTick(this.#owner.clock.nowMs()),
      tick: replica.tick,
    };
  }

  // For the client.

  /** Number of the membership on the present connection. */
  get m(): number {
    return this.#joined.m;
  }

  get compiled(): CompiledRoom {
    return this.#compiled;
  }

  /** The connection is gone. */
  pause(): void {
    this.#isLive = false;
  }

  /** The membership goes on, on a new connection or after a reload. */
  resume(joined: JoinedPayload, compiled: CompiledRoom): void {
    const isSame = compiled.hash === this.#compiled.hash && joined.tickRate === this.tickRate;
    this.#joined = joined;
    this.#compiled = compiled;
    if (!isSame) this.#steering = this.#newSteering();
    this.#nextScene = this.#newScene();
    this.#ackedTick = -1;
    this.#isLive = true;
    this.#documents.begin(joined.documents);
    for (const name of ["shared", "private"] as const) {
      if (joined.documents[name] !== undefined) {
        this.#listeners.document.emit(name, this.#documents[name], undefined);
      }
    }
    this.#desk.resume(joined.inputSeq, (name) => compiled.input(name));
  }

  /** Takes a message of this membership. Throws DECODE_*: the stream is broken then. */
  receive(message: ServerMessage): void {
    switch (message.type) {
      case "snapshot":
        this.#snapshot(message.payload);
        return;
      case "event": {
        const { name, data, tick } = message.payload;
        this.#listeners.event.emit(String(name), data, tick);
        return;
      }
      case "confirm":
        this.#desk.confirmed(message.payload);
        return;
      case "document": {
        const { doc, patch } = message.payload;
        if (!this.#documents.take(message.payload)) return;
        this.#listeners.document.emit(doc, this.#documents[doc], patch);
        return;
      }
      case "chat": {
        const { m: _, ...line } = message.payload;
        this.#listeners.chat.emit(line);
        return;
      }
      default:
        return;
    }
  }

  /** The membership is over. */
  end(left: Left): void {
    if (this.#left !== undefined) return;
    this.#left = left;
    this.#isLive = false;
    this.#desk.end();
    this.#owner.forgets(this);
    this.#listeners.left.emit(left);
  }

  #snapshot(payload: Extract<ServerMessage, { type: "snapshot" }>["payload"]): void {
    const { clock } = this.#owner;
    const next = this.#nextScene;
    if (next !== undefined) {
      this.#nextScene = undefined;
      const before = this.#scene;
      this.#scene = next;
      this.#listeners.tell(before.end());
    }
    const now = clock.nowMs();
    const news = this.#scene.apply(payload, now);
    this.#desk.served(this.#scene.replica.ackedSeq, this.tick);
    // while inputs flow the next one carries the ack
    const isIdle = now - this.#inputMs > 2000 / this.tickRate;
    if (isIdle && now - this.#ackedMs >= ackPauseMs) this.#ack();
    this.#listeners.tell(news);
  }

  #ack(): void {
    const tick = this.#takeAck();
    if (tick >= 0) this.#owner.queue({ type: "ack", payload: { m: this.#joined.m, tick } });
  }

  #takeAck(): number {
    const { tick } = this.#scene.replica;
    if (tick <= this.#ackedTick || this.#nextScene !== undefined) return -1;
    this.#ackedTick = tick;
    this.#ackedMs = this.#owner.clock.nowMs();
    return tick;
  }

  #input(input: InputDefinition): CompiledStruct {
    const struct = this.#compiled.input(input.name);
    if (struct !== undefined) return struct;
    throw new RealmError("INPUT_UNKNOWN", {
      detail: `"${this.name}" has no input "${input.name}"`,
    });
  }

  #deskOwner(): InputDeskOwner {
    return {
      m: () => this.#joined.m,
      isLive: () => this.#isLive,
      takeAck: () => {
        this.#inputMs = this.#owner.clock.nowMs();
        return this.#takeAck();
      },
      queue: (message) => this.#owner.queue(message),
    };
  }

  #newSteering(): Steering {
    const before = this.#steering as Steering | undefined;
    return new Steering({
      compiled: this.#compiled,
      half: this.#settings.half,
      tickRate: this.tickRate,
      snapDistance: this.#settings.snapDistance,
      emit: (input, data) => this.#desk.emit(input, data),
      report: (error) => this.#owner.report(error),
      before,
    });
  }

  #newScene(): Scene {
    return new Scene({
      compiled: this.#compiled,
      tickRate: this.tickRate,
      sendRate: this.sendRate,
      extrapolate: this.#owner.isNeverSilent,
      teleportDistance: this.#settings.teleportDistance,
      own: this.#steering.own,
    });
  }
}
