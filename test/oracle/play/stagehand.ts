import type { EmitTarget, EntityBase, Player } from "@realmwright/core";
import type { EventRow } from "../model/moment.ts";
import { type Audience, shapeOf } from "../model/shapes.ts";
import type { EventTo, Look, Op, RoomOp, SharedChange } from "../script/script.ts";
import type { Figures } from "./figures.ts";
import { entities, type firstShared, Note, type OracleRoom, Ping } from "./oracle-game.ts";
import { type Stage, Twin } from "./stage.ts";
import { valuesOf } from "./values.ts";

type OpOf<K extends RoomOp["do"]> = Extract<RoomOp, { readonly do: K }>;

/** Carries out what the script says of rooms, in the real one and in the model. What makes no sense is left out in both. */
export class Stagehand {
  readonly #byTick = new Map<number, Op[]>();
  readonly #figures: Figures;

  constructor(ops: readonly Op[], figures: Figures) {
    this.#figures = figures;
    for (const op of ops) {
      const list = this.#byTick.get(op.at) ?? [];
      list.push(op);
      this.#byTick.set(op.at, list);
    }
  }

  /** All ops of a tick that are about this room. */
  work(room: OracleRoom, stage: Stage, local: number): void {
    for (const op of this.#byTick.get(local) ?? []) {
      if ("room" in op ? op.room === stage.script.name : "tag" in op && stage.twins.has(op.tag)) {
        this.#do(room, stage, op as RoomOp, local);
      }
    }
  }

  /** What a player steers. */
  avatar(room: OracleRoom, stage: Stage, player: Player, tag: number): void {
    const [x, y] = [((tag * 37) % 60) - 30, ((tag * 53) % 60) - 30];
    const twin = this.#spawn(room, stage, {
      tag,
      type: "walker",
      values: { x, y, name: player.name },
      owner: player,
      team: 0,
      audience: "near",
      motion: "wander",
      local: room.tick - stage.startTick,
    });
    const seat = stage.model.seats.get(player.seat)!;
    if (twin !== undefined && !stage.model.isAlive(seat.entity)) seat.entity = tag;
  }

  #do(room: OracleRoom, stage: Stage, op: RoomOp, local: number): void {
    switch (op.do) {
      case "spawn":
        this.#spawnOp(room, stage, op, local);
        return;
      case "despawn":
        this.#despawn(room, stage, op);
        return;
      case "set":
        stage.twins.get(op.tag)!.set(op.field, op.value);
        return;
      case "aim":
        this.#aim(stage, op);
        return;
      case "place":
        this.#figures.teleports++;
        stage.twins.get(op.tag)!.set("x", op.x);
        stage.twins.get(op.tag)!.set("y", op.y);
        return;
      case "team": {
        const { real, model } = stage.twins.get(op.tag)!;
        real.team = op.team;
        model.team = op.team;
        this.#figures.teams++;
        return;
      }
      case "shared":
        this.#shared(room, stage, op.value);
        return;
      case "event":
        this.#emit(room, stage, op.n, op.to, op.who);
        return;
      default:
        this.#doToMember(room, stage, op);
    }
  }

  #doToMember(
    room: OracleRoom,
    stage: Stage,
    op: OpOf<"join team" | "look" | "pin" | "unpin" | "reborn" | "private" | "door" | "kick">,
  ): void {
    const player = stage.players.get(op.client) ?? stage.spectators.get(op.client);
    if (player === undefined) return;
    const seat = stage.model.seats.get(player.seat)!;
    switch (op.do) {
      case "join team":
        player.team = op.team;
        seat.team = op.team;
        this.#figures.teams++;
        return;
      case "look":
        this.#look(room, stage, player, op.from);
        return;
      case "pin":
      case "unpin": {
        const twin = stage.twins.get(op.tag);
        if (twin === undefined) return;
        room[op.do](player, twin.real);
        if (op.do === "pin") seat.pins.add(op.tag);
        else seat.pins.delete(op.tag);
        return;
      }
      case "reborn":
        if (player.spectator || stage.model.entities.has(op.tag)) return;
        this.#kill(room, stage, seat.entity);
        this.avatar(room, stage, player, op.tag);
        return;
      case "private":
        player.document.update((own: Record<string, unknown>) => {
          own["gold"] = op.gold;
          own["holder"] = player.account;
        });
        seat.document = { gold: op.gold, holder: player.account };
        return;
      case "door":
        if (!player.spectator) room.transfer(player, op.to);
        return;
      case "kick":
        if (!player.spectator) room.kick(player);
    }
  }

  #spawnOp(room: OracleRoom, stage: Stage, op: OpOf<"spawn">, local: number): void {
    const { owner, seat, flash, x, y } = op;
    const holder = owner === undefined ? undefined : stage.players.get(owner);
    const about = seat === undefined ? undefined : stage.players.get(seat);
    if (
      (owner !== undefined && holder === undefined) ||
      (seat !== undefined && about === undefined)
    )
      return;
    const place = op.type === "banner" ? {} : { x, y };
    const twin = this.#spawn(room, stage, {
      ...op,
      values: { ...op.values, ...place },
      owner: holder,
      seat: about,
      local,
    });
    if (twin === undefined) return;
    if (holder !== undefined && op.type === "walker") {
      const member = stage.model.seats.get(holder.seat)!;
      if (!stage.model.isAlive(member.entity)) member.entity = op.tag;
    }
    if (flash === undefined) return;
    const watcher = stage.players.get(flash);
    if (watcher !== undefined) {
      room.pin(watcher, twin.real);
      stage.model.seats.get(watcher.seat)!.pins.add(op.tag);
    }
    this.#emit(room, stage, op.tag, { near: op.tag }, op.tag);
    this.#kill(room, stage, op.tag);
  }

  #spawn(
    room: OracleRoom,
    stage: Stage,
    about: {
      readonly tag: number;
      readonly type: string;
      readonly values: Readonly<Record<string, unknown>>;
      readonly owner: Player | undefined;
      readonly seat?: Player | undefined;
      readonly team: number;
      readonly audience: Audience;
      readonly motion: Twin["motion"];
      readonly local: number;
    },
  ): Twin | undefined {
    const { tag, type, owner, seat, team, audience, motion, local } = about;
    if (stage.twins.size + 1 >= stage.script.maxEntities) return undefined;
    const values = valuesOf(shapeOf(type), { ...about.values, tag });
    const real = room.spawn(entities[type]!, {
      ...values,
      ...(owner === undefined ? {} : { owner }),
      ...(seat === undefined ? {} : { seat }),
      team,
      audience,
    });
    if (stage.lodge(real.id)) this.#figures.entityWraps++;
    const bonds = { owner: owner?.seat ?? -1, seat: seat?.seat ?? -1, team, audience };
    const model = stage.model.spawn({ tag, type, values, ...bonds });
    const twin = new Twin(model, real, motion, local);
    stage.twins.set(tag, twin);
    return twin;
  }

  #despawn(room: OracleRoom, stage: Stage, { tag, event }: OpOf<"despawn">): void {
    // what somebody steers goes by "reborn"
    if (event !== undefined) this.#emit(room, stage, event, { near: tag }, tag);
    this.#kill(room, stage, tag);
  }

  #kill(room: OracleRoom, stage: Stage, tag: number): void {
    const twin = stage.twins.get(tag);
    if (twin === undefined || !twin.model.isAlive) return;
    room.despawn(twin.real);
    stage.model.despawn(twin.model);
    stage.twins.delete(tag);
  }

  #aim(stage: Stage, { tag, field, to }: OpOf<"aim">): void {
    const { real, model } = stage.twins.get(tag)!;
    const target = stage.twins.get(to)?.real;
    (real as unknown as Record<string, unknown>)[field] = target?.id ?? 0;
    model.set(field, target === undefined ? 0 : to);
  }

  #look(room: OracleRoom, stage: Stage, player: Player, from: Look): void {
    const seat = stage.model.seats.get(player.seat)!;
    if (typeof from !== "number") {
      room.setViewpoint(player, from);
      seat.view = from;
      return;
    }
    const twin = stage.twins.get(from);
    if (twin === undefined || twin.model.type.x < 0) return;
    room.setViewpoint(player, twin.real);
    seat.view = from;
  }

  #shared(room: OracleRoom, stage: Stage, { phase, score, clears }: SharedChange): void {
    type Board = Omit<typeof firstShared, "scores"> & {
      scores: { name: string; points: number }[];
    };
    const change = (board: Board): void => {
      if (phase !== undefined) board.phase = phase;
      if (clears === true) board.scores = [];
      if (score !== undefined && board.scores.length < 12) board.scores.push({ ...score });
      board.round++;
    };
    const board = structuredClone(stage.model.shared) as Board;
    change(board);
    stage.model.shared = board;
    room.document.update(change);
  }

  #emit(room: OracleRoom, stage: Stage, n: number, to: EventTo, who: number): void {
    const target = this.#target(stage, to);
    if (target === undefined) return;
    const named = who < 0 ? undefined : stage.twins.get(who);
    if (who < 0) room.emit(Note, { n }, target.real);
    else room.emit(Ping, { n, who: named?.real.id ?? 0 }, target.real);
    stage.model.emit({ n, who: named === undefined ? 0 : who, ...target.row });
  }

  /** Who receives an event, as the room and as the model say it. */
  #target(
    stage: Stage,
    to: EventTo,
  ): { readonly real: EmitTarget; readonly row: Omit<EventRow, "n" | "who"> } | undefined {
    const row = { tag: 0, to: -1, x: 0, y: 0 };
    if (to === "all") return { real: to, row: { ...row, audience: "all" } };
    if ("team" in to) return { real: to, row: { ...row, audience: "team", to: to.team } };
    if ("x" in to) return { real: { near: to }, row: { ...row, ...to, audience: "near" } };
    if ("client" in to) {
      const player = stage.players.get(to.client);
      if (player === undefined) return undefined;
      return { real: { seat: player }, row: { ...row, audience: "seat", to: player.seat } };
    }
    const tag = "near" in to ? to.near : to.owner;
    const twin = stage.twins.get(tag);
    if (twin === undefined || twin.model.type.x < 0) return undefined;
    const real: EntityBase = twin.real;
    if ("owner" in to) {
      return { real: { owner: real }, row: { ...row, audience: "owner", to: twin.model.owner } };
    }
    const [x, y] = [twin.model.get("x") as number, twin.model.get("y") as number];
    return { real: { near: real }, row: { audience: "near", tag, to: -1, x, y } };
  }
}
