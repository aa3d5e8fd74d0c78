import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { RandomBytes } from "../ports/random-bytes.ts";
import { RoomAuthority } from "../room/room-authority.ts";
import type { RoomPlan } from "../room/room-plan.ts";
import { restore } from "../room/room-checkpoint.ts";
import type { Origins } from "./origins.ts";

/** Makes rooms: names them, seeds them, begins their lives. */
export class RoomMaker {
  readonly #randomBytes: RandomBytes;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #origins: Origins;

  constructor(ports: {
    readonly randomBytes: RandomBytes;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly origins: Origins;
  }) {
    this.#randomBytes = ports.randomBytes;
    this.#log = ports.log;
    this.#metrics = ports.metrics;
    this.#origins = ports.origins;
  }

  /** A new room. Throws `ROOM_FAILED` when its `setup` or `create` throws. */
  make(plan: RoomPlan, permanent: boolean): RoomAuthority {
    const id = `${plan.name}-${Buffer.from(this.#randomBytes(6)).toString("base64url")}`;
    const seed = new DataView(this.#randomBytes(4).slice().buffer).getUint32(0);
    const log = this.#logOf(id, plan);
    const authority = new RoomAuthority({
      id,
      plan,
      permanent,
      seed,
      epoch: 1,
      log,
      metrics: this.#metrics,
    });
    this.#origins.within(id, (room) => room.create(), authority);
    return authority;
  }

  /** A room from a checkpoint, under a plan that may be another than the one it was made by. Throws as `restore` does. */
  restore(bytes: Uint8Array, id: string, plan: RoomPlan): RoomAuthority {
    const parts = { plan, seed: 0, log: this.#logOf(id, plan), metrics: this.#metrics };
    return this.#origins.within(id, () => restore(bytes, parts), undefined);
  }

  #logOf(id: string, plan: RoomPlan): Log {
    return this.#log.with({ room: id, kind: plan.name });
  }
}
