import type { Entity, Files, GameDefinition, Player, Spawn } from "@realmwright/core";
import type { DocumentDefinition, EntityDefinition, EntityId, Of } from "@realmwright/protocol";
import {
  checkpoint,
  type Log,
  type Metrics,
  planRoom,
  restore,
  RoomAuthority,
  type RoomNews,
  type RoomPlan,
} from "@realmwright/server/internal";

/** An event that a room emitted. Entities in `data` are the room's own ids. */
export interface StagedEvent {
  readonly tick: number;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RoomStageOptions {
  /** What `load` would return. */
  readonly content?: unknown;
  /** Any 32-bit number, for the room's randomness. Default 1. */
  readonly seed?: number;
}

/**
 * One room of a game, with neither server nor sockets nor time of its own: a test joins, sends inputs and lets it step.
 * What the room throws, `step` throws.
 */
export class RoomStage {
  #plan: RoomPlan;
  readonly #seed: number;
  readonly #events: StagedEvent[] = [];
  readonly #confirms = new Map<string, string>();
  readonly #sequences = new Map<number, number>();
  readonly #news: RoomNews[] = [];
  #room: RoomAuthority;
  #failure: Error | undefined;
  #tickets = 0;

  private constructor(plan: RoomPlan, seed: number) {
    this.#plan = plan;
    this.#seed = seed;
    const { permanent } = plan;
    this.#room = new RoomAuthority({
      ...this.#common(),
      id: `${plan.name}-1`,
      permanent,
      epoch: 1,
    });
    this.#room.create();
  }

  /** A new room of that name. Throws what the game's `setup` and `create` throw. */
  static of(game: GameDefinition, name: string, options: RoomStageOptions = {}): RoomStage {
    const { content, seed = 1 } = options;
    return new RoomStage(planRoom(name, definitionOf(game, name), content), seed);
  }

  /** As `of`, with what the room's own `load` makes of the files. */
  static async load(
    game: GameDefinition,
    name: string,
    files: Files,
    seed = 1,
  ): Promise<RoomStage> {
    const content: unknown = await definitionOf(game, name).options.load?.(files);
    return RoomStage.of(game, name, { content, seed });
  }

  get tick(): number {
    return this.#room.tick;
  }

  get status(): RoomAuthority["status"] {
    return this.#room.status;
  }

  /** Value of the shared document. */
  shared<D extends DocumentDefinition>(_document: D): Of<D> {
    return this.#room.state.shared.value as Of<D>;
  }

  /** Value of a seat's private document. */
  private<D extends DocumentDefinition>(_document: D, seat: number): Of<D> {
    return this.player(seat).document.value as Of<D>;
  }

  /** Lets a player in within one step and returns its seat. Throws when it is refused. */
  join(account: string, options: Readonly<Record<string, unknown>> = {}, spectate = false): number {
    const ticket = ++this.#tickets;
    const name = account.slice(0, 24);
    this.#room.join({
      ticket,
      account,
      name,
      role: "player",
      spectate,
      options,
      reservation: undefined,
    });
    this.step();
    for (const news of this.#news) {
      if (news.type === "joined" && news.ticket === ticket) return news.seat;
      if (news.type === "refused" && news.ticket === ticket) throw new Error(news.error.code);
    }
    throw new Error(`nothing came of the join of ${account}`);
  }

  leave(seat: number): void {
    this.#room.leave(seat, { code: "LEFT" });
  }

  drop(seat: number): void {
    this.#room.drop(seat);
  }

  reconnect(seat: number): void {
    this.#room.reconnect(seat);
  }

  /** Sends an input by its wire name, checked as one from a client. Returns its number, for `confirm`. */
  input(seat: number, name: string, data: Readonly<Record<string, unknown>> = {}): number {
    const input = this.#plan.compiled.input(name);
    if (input === undefined) throw new RangeError(`the room has no input "${name}"`);
    const value = input.codec.check(data);
    const seq = (this.#sequences.get(seat) ?? 0) + 1;
    this.#sequences.set(seat, seq);
    this.#room.input(seat, [{ seq, input: input.index, view: -1, value }]);
    return seq;
  }

  /** What became of an input that is not the predicted one: "" accepted, a code refused; none before its step. */
  confirm(seat: number, seq: number): string | undefined {
    return this.#confirms.get(`${seat}:${seq}`);
  }

  /** Sends an input, steps once and returns what became of it: "" accepted, else the code of the refusal. */
  ask(seat: number, name: string, data: Readonly<Record<string, unknown>> = {}): string {
    const seq = this.input(seat, name, data);
    this.step();
    const code = this.confirm(seat, seq);
    if (code === undefined) throw new Error(`the input "${name}" was not answered`);
    return code;
  }

  step(ticks = 1): void {
    for (let i = 0; i < ticks; i++) {
      const frame = this.#room.step();
      this.#news.push(...this.#room.takeNews());
      if (this.#failure !== undefined) throw this.#failure;
      if (frame === undefined) return;
      for (const { seat, seq, code } of frame.confirms) {
        this.#confirms.set(`${seat}:${seq}`, code ?? "");
      }
      for (const { event, data } of frame.events) {
        const { name } = this.#plan.compiled.events[event]!;
        this.#events.push({ tick: frame.tick, name, data: data as Record<string, unknown> });
      }
    }
  }

  /** Steps until something is so. Throws when it is not after `ticksMax` ticks. */
  until(isSo: () => boolean, ticksMax = 1200): void {
    for (let i = 0; i < ticksMax; i++) {
      if (isSo()) return;
      this.step();
    }
    throw new Error(`it was not so after ${ticksMax} ticks: ${isSo.toString()}`);
  }

  /** All living entities of a type. */
  all<E extends EntityDefinition>(type: E): readonly Entity<E>[] {
    return this.#room.state.world.all(type).filter(({ alive }) => alive);
  }

  get<E extends EntityDefinition>(type: E, id: EntityId): Entity<E> | undefined {
    return this.#room.state.world.get(type, id);
  }

  /** Adds an entity from outside of the rules. */
  spawn<E extends EntityDefinition>(type: E, init: Spawn<E>): Entity<E> {
    return this.#room.state.world.spawn(type, init);
  }

  /** The entity that a seat steers. Throws when it has none of that type. */
  own<E extends EntityDefinition>(type: E, seat: number): Entity<E> {
    const entity = this.get(type, this.player(seat).entity?.id ?? 0);
    if (entity === undefined) throw new Error(`seat ${seat} steers no ${type.name}`);
    return entity;
  }

  /** Who sits there. */
  player(seat: number): Player {
    const player = this.#room.state.seats.get(seat);
    if (player === undefined) throw new Error(`nobody has seat ${seat}`);
    return player;
  }

  /** Events of a name since the last call for it. */
  takeEvents(name: string): StagedEvent[] {
    const taken = this.#events.filter((event) => event.name === name);
    const rest = this.#events.filter((event) => event.name !== name);
    this.#events.splice(0, this.#events.length, ...rest);
    return taken;
  }

  /** News of a kind since the last call for it: transfers, those who left, chat lines. */
  takeNews<T extends RoomNews["type"]>(type: T): Extract<RoomNews, { type: T }>[] {
    const taken = this.#news.filter((news): news is Extract<RoomNews, { type: T }> => {
      return news.type === type;
    });
    const rest = this.#news.filter((news) => news.type !== type);
    this.#news.splice(0, this.#news.length, ...rest);
    return taken;
  }

  /** Everything that the room is, between two ticks. Two rooms that are alike give the same bytes. */
  checkpoint(): Uint8Array {
    return checkpoint(this.#room);
  }

  /** Ends this room's life and goes on with one restored from its checkpoint, as after a crash or a reload. */
  restart(game?: GameDefinition): void {
    const bytes = this.checkpoint();
    const { name, content } = this.#plan;
    if (game !== undefined) this.#plan = planRoom(name, definitionOf(game, name), content);
    this.#room = restore(bytes, this.#common());
  }

  #common(): { plan: RoomPlan; log: Log; metrics: Metrics; seed: number } {
    return { plan: this.#plan, log: this.#log, metrics: noMetrics, seed: this.#seed };
  }

  readonly #log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, data) => {
      const cause = data?.["error"];
      this.#failure = cause instanceof Error ? cause : new Error(message, { cause });
    },
    with: () => this.#log,
  };
}

function definitionOf(game: GameDefinition, name: string): GameDefinition["rooms"][string] {
  const definition = game.rooms[name];
  if (definition === undefined) throw new RangeError(`the game has no room "${name}"`);
  return definition;
}

const noMetrics: Metrics = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};
