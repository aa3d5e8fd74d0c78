import type { Caller, CallOutcome, SocketCall } from "../services/socket-calls.ts";

export interface RemoteCallerOptions {
  readonly ask: (request: number, call: SocketCall) => void;
  readonly end: (request: number) => void;
}

/** Has another thread, which alone has the store, run operations. As many wait as sessions may have open. */
export class RemoteCaller implements Caller {
  readonly #options: RemoteCallerOptions;
  readonly #waiting = new Map<number, (outcome: CallOutcome) => void>();
  #requests = 0;

  constructor(options: RemoteCallerOptions) {
    this.#options = options;
  }

  /** Calls that the other thread has yet to answer. */
  get size(): number {
    return this.#waiting.size;
  }

  call(call: SocketCall, answered: (outcome: CallOutcome) => void): () => void {
    const request = ++this.#requests;
    this.#waiting.set(request, answered);
    this.#options.ask(request, call);
    return () => {
      this.#waiting.delete(request);
      this.#options.end(request);
    };
  }

  /** The other thread's answer. */
  answered(request: number, outcome: CallOutcome): void {
    const answered = this.#waiting.get(request);
    this.#waiting.delete(request);
    answered?.(outcome);
  }
}
