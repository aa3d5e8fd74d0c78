import type { Entity, Player } from "@realmwright/core";
import type { ModelEntity } from "../model/model-entity.ts";
import { ModelRoom } from "../model/model-room.ts";
import { type Motion, moved } from "../script/motion.ts";
import type { RoomScript } from "../script/script.ts";

/** One entity twice: as it is, and as the model has it. */
export class Twin {
  readonly model: ModelEntity;
  real: Entity;
  readonly motion: Motion;
  readonly #bornAt: number;

  constructor(model: ModelEntity, real: Entity, motion: Motion, bornAt: number) {
    this.model = model;
    this.real = real;
    this.motion = motion;
    this.#bornAt = bornAt;
  }

  set(field: string, value: unknown): void {
    (this.real as unknown as Record<string, unknown>)[field] = value;
    this.model.set(field, value);
  }

  /** Goes on by itself, for one tick. */
  move(local: number): void {
    const { model, motion } = this;
    if (motion === "still") return;
    const before = { x: model.get("x") as number, y: model.get("y") as number };
    const { x, y } = moved(motion, model.tag, local - this.#bornAt, before);
    if (x !== before.x) this.set("x", x);
    if (y !== before.y) this.set("y", y);
    const turns = motion !== "creep" && model.type.name === "walker";
    if (turns) this.set("heading", (model.get("heading") as number) + 0.05);
  }
}

/** One room twice. */
export class Stage {
  readonly script: RoomScript;
  readonly model: ModelRoom;
  /** Tick before the first one. */
  readonly startTick: number;
  /** All that live, by tag. */
  readonly twins: Map<number, Twin> = new Map();
  /** By number of the client. */
  readonly players: Map<number, Player> = new Map();
  readonly spectators: Map<number, Player> = new Map();
  /** Entities that it held at once. */
  entitiesMax = 0;
  /** By slot: the entity that was last in it. */
  readonly #tenants = new Map<number, number>();

  constructor(script: RoomScript, shared: unknown) {
    this.script = script;
    this.startTick = script.start?.tick ?? 0;
    this.model = new ModelRoom(script.name, 0, { version: 1, value: shared });
  }

  /** Takes note of an entity's id. Answers whether the generations of its slot have come round. */
  lodge(id: number): boolean {
    const slot = (id - 1) % 65_536;
    const before = this.#tenants.get(slot) ?? 0;
    this.#tenants.set(slot, id);
    return id < before;
  }

  /** Forgets what died with its owner. */
  sweep(): void {
    for (const [tag, { model }] of this.twins) if (!model.isAlive) this.twins.delete(tag);
  }
}

export const accountOf = (client: number): string => `client-${client}`;
export const clientOf = (account: string): number => Number(account.slice("client-".length));
/** Somebody may be in a room as a player and as a spectator. */
export const memberOf = (account: string, spectates: boolean): string =>
  spectates ? `${account}*` : account;
