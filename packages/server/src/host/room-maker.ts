import type { GameStorage } from "@realmwright/core";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import { RoomAuthority } from "../room/room-authority.ts";
import { type RoomPlan, ticksOf } from "../room/room-plan.ts";
import { restore } from "../room/room-checkpoint.ts";
import type { Origins } from "./origins.ts";

/** How a room begins its life. */
export interface Birth {
  /** Kept while nobody is in it. */
  readonly permanent?: boolean;
  /** Default: made up. */
  readonly id?: string;
  /** How long it waits for its first member. Default: not at all. */
  readonly emptyMs?: number;
}

/** Makes rooms: names them, seeds them, begins their lives. */
export class RoomMaker {
  readonly #randomBytes: RandomBytes;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #origins: Origins;
  readonly #storage: GameStorage | undefined;

  constructor(ports: {
    readonly randomBytes: RandomBytes;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly origins: Origins;
    readonly storage: GameStorage | undefined;
  }) {
    this.#randomBytes = ports.randomBytes;
    this.#log = ports.log;
    this.#metrics = ports.metrics;
    this.#origins = ports.origins;
    this.#storage = ports.storage;
  }

  /** A new room. Throws `ROOM_FAILED` when its `setup` or `create` throws. */
  make(plan: RoomPlan, birth: Birth): RoomAuthority {
    const { permanent = false, emptyMs = 0 } = birth;
    const id =
      birth.id ?? `${plan.name}-${Buffer.from(this.#randomBytes(6)).toString("base64url")}`;
    const seed = new DataView(this.#randomBytes(4).slice().buffer).getUint32(0);
    const log = this.#logOf(id, plan);
    const authority = new RoomAuthority({
      id,
      plan,
      permanent,
      keptUntilTick: ticksOf(emptyMs, plan.rates.tickRate),
      seed,
      epoch: 1,
      log,
      metrics: this.#metrics,
      storage: this.#storage,
    });
    this.#origins.within(id, (room) => room.create(), authority);
    return authority;
  }

  /** A room from a checkpoint, under a plan that may be another than the one it was made by. Throws as `restore` does. */
  restore(bytes: Uint8Array, id: string, plan: RoomPlan): RoomAuthority {
    const log = this.#logOf(id, plan);
    const parts = { plan, seed: 0, log, metrics: this.#metrics, storage: this.#storage };
    return this.#origins.within(id, () => restore(bytes, parts), undefined);
  }

  #logOf(id: string, plan: RoomPlan): Log {
    return this.#log.with({ room: id, kind: plan.name });
  }
}
