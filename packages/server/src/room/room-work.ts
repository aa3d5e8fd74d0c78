import { limits, RealmError } from "@realmwright/protocol";
import type { Log } from "../ports/log.ts";

/** Work that has ended, and what is to be done about it. */
interface Settled {
  readonly run: () => unknown;
  /** Why it was rejected, where it was: told where nothing is run any more. */
  readonly failure?: { readonly error: unknown };
}

/** Work outside of a room for which it waits. What came of it is kept, in the order of its coming, for a tick to run it. */
export class RoomWork {
  readonly #log: Log;
  readonly #settled: Settled[] = [];
  #size = 0;
  #isOver = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Waited for, or ended and not yet run. */
  get size(): number {
    return this.#size;
  }

  /** Throws `LIMIT_REACHED`. */
  wait<R>(
    work: PromiseLike<R>,
    then: (value: R) => unknown,
    failed: ((error: unknown) => unknown) | undefined,
  ): void {
    const { value: max } = limits.workPerRoom;
    if (this.#size >= max) {
      throw new RealmError("LIMIT_REACHED", { detail: `${max} promises are waited for` });
    }
    this.#size++;
    void Promise.resolve(work).then(
      (value) => this.#settle({ run: () => then(value) }),
      (error: unknown) => {
        const run = (): unknown => (failed === undefined ? this.#tell(error) : failed(error));
        this.#settle({ run, failure: { error } });
      },
    );
  }

  /** Takes out what is to be run next. */
  take(): (() => unknown) | undefined {
    const next = this.#settled.shift();
    if (next === undefined) return undefined;
    this.#size--;
    return next.run;
  }

  /** The room has ended: nothing runs any more. */
  end(): void {
    this.#isOver = true;
    for (const { failure } of this.#settled) if (failure !== undefined) this.#tell(failure.error);
    this.#settled.length = 0;
  }

  #settle(settled: Settled): void {
    if (!this.#isOver) this.#settled.push(settled);
    else if (settled.failure !== undefined) this.#tell(settled.failure.error);
  }

  #tell(error: unknown): void {
    this.#log.warn("Work that a room waited for has failed.", { error });
  }
}
