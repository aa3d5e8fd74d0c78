import { cloneJson } from "@realmwright/core/internal";
import { limits, RealmError } from "@realmwright/protocol";

/** A timer that waits. Named, not a closure, so that it survives a checkpoint. */
export interface Timer {
  readonly id: number;
  readonly dueTick: number;
  readonly name: string;
  readonly data?: unknown;
}

/** A room's timers, in ticks. Those due at the same tick run in the order in which they were started. */
export class Timers {
  readonly #byId = new Map<number, Timer>();
  readonly #byTick = new Map<number, Timer[]>();
  #nextId = 1;

  get size(): number {
    return this.#byId.size;
  }

  /** Throws `LIMIT_REACHED` above the limit of timers, and `DECODE_INVALID` when `data` is no JSON. */
  start(dueTick: number, name: string, data: unknown): number {
    if (this.#byId.size >= limits.timersPerRoom.value) {
      throw new RealmError("LIMIT_REACHED", { detail: `${limits.timersPerRoom.value} timers` });
    }
    const id = this.#nextId++;
    this.#add({ id, dueTick, name, data: data === undefined ? undefined : cloneJson(data) });
    return id;
  }

  /** Unknown numbers are ignored: the timer may have run. */
  cancel(id: number): void {
    const timer = this.#byId.get(id);
    if (timer === undefined) return;
    this.#byId.delete(id);
    const list = this.#byTick.get(timer.dueTick)!;
    list.splice(list.indexOf(timer), 1);
    if (list.length === 0) this.#byTick.delete(timer.dueTick);
  }

  /** Takes out the next timer that is due at exactly this tick. */
  take(tick: number): Timer | undefined {
    const timer = this.#byTick.get(tick)?.[0];
    if (timer !== undefined) this.cancel(timer.id);
    return timer;
  }

  save(): { nextId: number; waiting: readonly Timer[] } {
    return { nextId: this.#nextId, waiting: [...this.#byId.values()] };
  }

  restore(state: { nextId: number; waiting: readonly Timer[] }): void {
    this.#nextId = state.nextId;
    for (const timer of state.waiting) this.#add(timer);
  }

  #add(timer: Timer): void {
    this.#byId.set(timer.id, timer);
    const list = this.#byTick.get(timer.dueTick);
    if (list === undefined) this.#byTick.set(timer.dueTick, [timer]);
    else list.push(timer);
  }
}
