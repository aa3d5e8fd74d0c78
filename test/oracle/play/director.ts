import type { Player, Refusal } from "@realmwright/core";
import type { Moment } from "../model/moment.ts";
import type { Figures } from "./figures.ts";
import { avatarsPerClient, avatarTags, type CounterStart, type Script } from "../script/script.ts";
import {
  firstOwn,
  firstShared,
  type OracleRoom,
  type PokeData,
  type WalkData,
} from "./oracle-game.ts";
import { clientOf, memberOf, Stage } from "./stage.ts";
import { Stagehand } from "./stagehand.ts";

/** An input that a room has handled. */
export interface Handled {
  readonly tick: number;
  readonly n: number;
  readonly code: string | undefined;
}

/** Does everything that happens in a run twice: to the real rooms, as their game, and to the oracle's. */
export class Director {
  readonly script: Script;
  readonly stages: ReadonlyMap<string, Stage>;
  /** By member of a room: sequence number of each step. */
  readonly walks: Map<string, number[]> = new Map();
  /** What rooms have handled and nobody has asked after, by member. */
  readonly pokes: Map<string, Handled[]> = new Map();
  readonly #rooms = new Map<string, OracleRoom>();
  readonly #hand: Stagehand;
  readonly #figures: Figures;
  /** Times in rooms, by client. */
  readonly #times = new Map<number, number>();

  constructor(script: Script, figures: Figures) {
    this.script = script;
    this.#figures = figures;
    this.#hand = new Stagehand(script.ops, figures);
    this.stages = new Map(script.rooms.map((room) => [room.name, new Stage(room, firstShared)]));
  }

  stage(name: string): Stage {
    return this.stages.get(name)!;
  }

  /** The real room of an id. */
  room(id: string): OracleRoom | undefined {
    return this.#rooms.get(id);
  }

  /** A room has been made that is to begin once more, long after. */
  age(name: string): void {
    const { model, script } = this.stage(name);
    const { tick, version, seq } = script.start!;
    // being restored makes a version
    model.jump(tick, version + 1);
    for (const seat of model.seats.values()) seat.stepped = seq;
  }

  /** The run is over: which counters have gone past the end of small integers, and how many rooms are full. */
  count(): void {
    const figures = this.#figures;
    for (const { model, script, entitiesMax } of this.stages.values()) {
      figures.entitiesMax = Math.max(figures.entitiesMax, entitiesMax);
      if (entitiesMax > 1024) figures.crowds++;
      const moment = model.at(model.openTick - 1);
      if (moment !== undefined && script.start !== undefined)
        countPast(figures, script.start, moment);
    }
  }

  // The rooms' hooks.

  begin(room: OracleRoom): void {
    this.#rooms.set(room.id, room);
    const { twins, players } = this.stage(room.name);
    // of a room that was restored all are there, and none is the same object
    for (const twin of twins.values()) twin.real = room.get(twin.real.type, twin.real.id)!;
    for (const [client, { seat }] of players) players.set(client, room.players.get(seat)!);
  }

  join(room: OracleRoom, player: Player): void {
    const { model, players, spectators } = this.#now(room);
    const member = memberOf(player.account, player.spectator);
    model.join(player.seat, member, { version: 1, value: firstOwn });
    const client = clientOf(player.account);
    (player.spectator ? spectators : players).set(client, player);
    if (player.spectator) {
      this.#figures.spectators++;
      return;
    }
    const time = this.#times.get(client) ?? 0;
    this.#times.set(client, time + 1);
    const tag = avatarTags + client * avatarsPerClient + time;
    this.#hand.avatar(room, this.stage(room.name), player, tag);
  }

  leave(room: OracleRoom, player: Player): void {
    const { model, players } = this.#now(room);
    model.leave(player.seat);
    const client = clientOf(player.account);
    if (players.get(client) === player) players.delete(client);
  }

  /** One predicted step, of the real entity and of the model's alike. */
  step(room: OracleRoom, walker: Record<string, unknown>, { dx, n }: WalkData): void {
    const { twins, model } = this.#now(room);
    const twin = twins.get(walker["tag"] as number)!;
    twin.set("walk", (twin.model.get("walk") as number) + dx * 0.37);
    const seat = model.seats.get(twin.model.owner);
    if (seat !== undefined && n > 0) seat.stepped = this.walks.get(keyOf(room, seat.account))![n]!;
  }

  poke(room: OracleRoom, player: Player, { target, tag, n, refuse }: PokeData): Refusal | void {
    const real = this.#now(room).twins.get(tag)?.real;
    if (real !== undefined && real.id !== target) {
      throw new Error(`a poke at #${tag}, which is ${real.id}, came as one at ${target}`);
    }
    const key = keyOf(room, player.account);
    const code = refuse ? "POKE_REFUSED" : undefined;
    const before = this.pokes.get(key) ?? [];
    if (before.some((one) => one.n === n)) throw new Error(`poke ${n} is handled twice`);
    this.pokes.set(key, [...before, { tick: room.tick, n, code }]);
    return refuse ? room.refuse("POKE_REFUSED") : undefined;
  }

  tick(room: OracleRoom): void {
    const stage = this.#now(room);
    const local = room.tick - stage.startTick;
    this.#forgetSpectators(room, stage);
    stage.sweep();
    stage.entitiesMax = Math.max(stage.entitiesMax, stage.model.living.size);
    if (local < this.script.calmFrom) {
      for (const twin of stage.twins.values()) {
        twin.move(local);
        if (twin.motion === "creep") this.#figures.creeps++;
      }
    }
    this.#hand.work(room, stage, local);
  }

  #now(room: OracleRoom): Stage {
    const stage = this.stage(room.name);
    stage.model.advanceTo(room.tick);
    return stage;
  }

  /** No hook tells that a spectator has left. */
  #forgetSpectators(room: OracleRoom, { spectators, model }: Stage): void {
    for (const [client, spectator] of spectators) {
      if (room.spectators.get(spectator.seat) === spectator) continue;
      spectators.delete(client);
      model.leave(spectator.seat);
    }
  }
}

/** Which counters have gone past where they need another bit, or have come round. */
function countPast(figures: Figures, start: CounterStart, moment: Moment): void {
  const { tick, version, epoch, seq } = start;
  const past = (end: number, before: number, now: number): number =>
    before < end && now >= end ? 1 : 0;
  figures.ticksPast30 += past(2 ** 30, tick, moment.tick);
  figures.ticksPast31 += past(2 ** 31, tick, moment.tick);
  figures.ticksPast32 += past(2 ** 32, tick, moment.tick);
  figures.ticksTo45 += past(2 ** 45 - 1000, 0, moment.tick);
  figures.versionsPast31 += past(2 ** 31, version, moment.shared.version);
  figures.versionsPast32 += past(2 ** 32, version, moment.shared.version);
  // being restored begins another epoch
  figures.epochsPast31 += past(2 ** 31, epoch, epoch + 1);
  figures.epochsPast32 += past(2 ** 32, epoch, epoch + 1);
  for (const { stepped } of moment.seats.values()) {
    figures.inputsPast31 += past(2 ** 31, seq, stepped);
    if (seq > 2 ** 31 && stepped > 0 && stepped < 2 ** 20) figures.inputWraps++;
  }
}

/** Names a member of a room in tables of a whole run. */
export const keyOf = (room: { readonly name: string }, account: string): string =>
  `${room.name} ${account}`;
