import type { Clock } from "../ports/clock.ts";
import type { Hot } from "../ports/hot.ts";
import type { Log } from "../ports/log.ts";
import { onlineBeatMs } from "./layout.ts";

export interface HeartbeatOptions {
  readonly hot: Hot;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has what this node keeps in the hot state for a while written anew every 20 s, and at once when the engine returns. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #failure: string;
  readonly #beat: () => Promise<void>;
  readonly #stopReturn: () => void;
  #cancel: () => void;
  #isClosed = false;

  /** @param failure what the log says of a write that failed. */
  constructor(options: HeartbeatOptions, failure: string, beat: () => Promise<void>) {
    this.#options = options;
    this.#failure = failure;
    this.#beat = beat;
    this.#cancel = this.#plan();
    this.#stopReturn = options.hot.onReturn(() => void beat());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes something. False: it failed, and the next beat mends it. */
  async write(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#options.log.warn(this.#failure, { error });
      return false;
    }
  }

  /** Keys that are set end by themselves. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#stopReturn();
  }

  #plan(): () => void {
    const { clock } = this.#options;
    return clock.at(clock.nowMs() + onlineBeatMs, () => {
      if (this.#isClosed) return;
      this.#cancel = this.#plan();
      void this.#beat();
    });
  }
}
