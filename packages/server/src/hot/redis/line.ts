import { limits, RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { HotReply, HotValue } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import type { Command } from "../engine.ts";
import { withoutCommand, type Dial, type Wire } from "./wire.ts";

export interface LineOptions {
  readonly name: string;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1: how long a retry waits, so that nodes do not come back all at once. */
  readonly random: () => number;
  /** Runs on each new wire before anything else does. What it throws is a failure to connect. */
  readonly greet: (call: Wire["call"]) => Promise<void>;
  /** The line is there, again or for the first time. */
  readonly ready: () => void;
  readonly lost: () => void;
  readonly message?: (channel: string, message: Uint8Array) => void;
}

interface Waiting {
  readonly sinceMs: number;
  readonly bytes: number;
  readonly reject: (error: RealmError) => void;
}

const retryMsMin = 50;
const retryMsMax = 2000;
const pingMs = 1000;

/**
 * A connection that is made again whenever it is lost. A call that is not answered in time means that the engine hangs: the
 * wire is cut, and with it every call that waits. So nothing waits longer than `limits.hotCallMs`, and nothing piles up.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #callMs = limits.hotCallMs.value;
  readonly #waiting = new Set<Waiting>();
  #waitingBytes = 0;
  #wire: Wire | undefined;
  #isReady = false;
  #isClosed = false;
  #failures = 0;
  #cause: unknown;
  #cancelSweep: (() => void) | undefined;
  /** Of the deadline of an attempt, of the next attempt, or of the next ping: there is one at a time. */
  #cancelStep: (() => void) | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The first attempt. Rejects with `HOT_UNAVAILABLE` when it fails, and there is no other then. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#attempt(resolve, (cause) => {
        const error = this.#unavailable("it can not be reached", cause);
        this.close();
        reject(error);
      });
    });
  }

  /** Makes the connection in the background; goes on until `close`. */
  start(): void {
    this.#attempt(
      () => {},
      () => this.#retry(),
    );
  }

  call(command: Command, args: readonly HotValue[], bytes = false): Promise<HotReply> {
    const wire = this.#wire;
    if (!this.#isReady || wire === undefined) {
      return Promise.reject(this.#unavailable("no connection", this.#cause));
    }
    let size = 0;
    for (const arg of args) size += arg.length;
    const { hotCallsWaiting, hotBytesWaiting } = limits;
    // one large call may always go alone
    const isFull =
      this.#waiting.size >= hotCallsWaiting.value ||
      (this.#waiting.size > 0 && this.#waitingBytes + size > hotBytesWaiting.value);
    if (isFull) return Promise.reject(this.#unavailable(`${this.#waiting.size} calls wait`));
    return new Promise((resolve, reject) => {
      const one: Waiting = { sinceMs: this.#options.clock.nowMs(), bytes: size, reject };
      this.#waiting.add(one);
      this.#waitingBytes += size;
      this.#sweepLater(one.sinceMs + this.#callMs);
      wire.call(command, args, bytes).then(
        (reply) => this.#settle(one) && resolve(reply),
        (error: unknown) => {
          if (!this.#settle(one)) return;
          reject(this.#errorOf(command, error));
          // what is no reply of the engine's is the wire's end
          if (replyCode(error) === undefined && this.#wire === wire) this.#lose(error);
        },
      );
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelStep?.();
    this.#drop(new Error("closed"));
  }

  #attempt(opened: () => void, failed: (cause: unknown) => void): void {
    let isOver = false;
    const over = (reason: unknown): void => {
      const cause = withoutCommand(reason);
      if (isOver || this.#isClosed) return;
      isOver = true;
      this.#cancelStep?.();
      this.#drop(cause);
      failed(cause);
    };
    const wire = this.#options.dial({
      ended: (cause) => {
        if (this.#wire !== wire) return;
        if (isOver) this.#lose(cause);
        else over(cause);
      },
      message: (channel, message) => this.#options.message?.(channel, message),
    });
    this.#wire = wire;
    const { clock } = this.#options;
    this.#cancelStep = clock.at(clock.nowMs() + this.#callMs, () => over(new Error("no answer")));
    const connect = async (): Promise<void> => {
      await wire.open();
      await this.#options.greet((...call) => wire.call(...call));
      if (isOver || this.#isClosed) return;
      isOver = true;
      this.#cancelStep?.();
      this.#isReady = true;
      this.#failures = 0;
      this.#cause = undefined;
      this.#pingLater();
      this.#options.ready();
      opened();
    };
    connect().catch(over);
  }

  /** A wire that was ready is gone. */
  #lose(cause: unknown): void {
    this.#cancelStep?.();
    this.#drop(cause);
    this.#options.log.warn("hot state lost", { line: this.#options.name, error: cause });
    this.#options.lost();
    this.#retry();
  }

  /** Cuts the wire, and tells all who wait for an answer. */
  #drop(cause: unknown): void {
    const wire = this.#wire;
    this.#wire = undefined;
    this.#isReady = false;
    this.#cause = cause;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#waitingBytes = 0;
    wire?.destroy();
    for (const one of waiting) one.reject(this.#unavailable("lost", cause));
  }

  #retry(): void {
    if (this.#isClosed) return;
    const { clock, random } = this.#options;
    const mostMs = Math.min(retryMsMin * 2 ** this.#failures, retryMsMax);
    this.#failures = Math.min(this.#failures + 1, 16);
    const waitMs = mostMs / 2 + (random() * mostMs) / 2;
    this.#cancelStep = clock.at(clock.nowMs() + waitMs, () => this.start());
  }

  /** Finds out that the engine hangs though nobody asks it anything: its silence cuts the wire, as for every call. */
  #pingLater(): void {
    const { clock } = this.#options;
    this.#cancelStep = clock.at(clock.nowMs() + pingMs, () => {
      this.call("PING", []).then(
        () => this.#isReady && this.#pingLater(),
        (error: unknown) => {
          this.#options.log.debug("ping", { line: this.#options.name, error });
          if (this.#isReady) this.#pingLater();
        },
      );
    });
  }

  #sweepLater(atMs: number): void {
    this.#cancelSweep ??= this.#options.clock.at(atMs, () => {
      this.#cancelSweep = undefined;
      const [oldest] = this.#waiting;
      if (oldest === undefined) return;
      const dueMs = oldest.sinceMs + this.#callMs;
      if (this.#options.clock.nowMs() >= dueMs) this.#lose(new Error("no answer"));
      else this.#sweepLater(dueMs);
    });
  }

  /** False: it was told already. */
  #settle(one: Waiting): boolean {
    if (!this.#waiting.delete(one)) return false;
    this.#waitingBytes -= one.bytes;
    return true;
  }

  #unavailable(detail: string, cause?: unknown): RealmError {
    const told = this.#isClosed ? "closed" : detail;
    return new RealmError("HOT_UNAVAILABLE", { detail: `${this.#options.name}: ${told}`, cause });
  }

  #errorOf(command: Command, error: unknown): RealmError {
    const code = replyCode(error);
    const known = code === undefined ? "HOT_UNAVAILABLE" : codes[code];
    const isScript = command === "EVALSHA" || command === "EVAL";
    return new RealmError(known ?? (isScript ? "HOT_SCRIPT_FAILED" : "HOT_UNAVAILABLE"), {
      detail: `${command}: ${code ?? "no answer"}`,
      cause: withoutCommand(error),
    });
  }
}

const codes: Readonly<Record<string, "HOT_WRONG_TYPE" | "HOT_FULL" | "HOT_UNAVAILABLE">> = {
  WRONGTYPE: "HOT_WRONG_TYPE",
  OOM: "HOT_FULL",
  // it is there and does not serve us now
  BUSY: "HOT_UNAVAILABLE",
  LOADING: "HOT_UNAVAILABLE",
  MASTERDOWN: "HOT_UNAVAILABLE",
  MISCONF: "HOT_UNAVAILABLE",
  NOAUTH: "HOT_UNAVAILABLE",
  NOPERM: "HOT_UNAVAILABLE",
  NOREPLICAS: "HOT_UNAVAILABLE",
  READONLY: "HOT_UNAVAILABLE",
};

/** The first word of an error reply is its code, by the engines' protocol. Undefined: it is none of the engine's replies. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "ReplyError") return undefined;
  return /^[A-Z]+/.exec(error.message)?.[0] ?? "";
}
