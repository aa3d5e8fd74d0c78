import type { Caller, CallOutcome, SocketCall } from "../services/socket-calls.ts";

/** Has another thread, which alone has the store, run operations. As many wait as sessions may have open. */
export class RemoteCaller implements Caller {
  readonly #ask: (request: number, call: SocketCall) => void;
  readonly #open = new Map<number, (outcome: CallOutcome) => void>();
  #requests = 0;

  constructor(ask: (request: number, call: SocketCall) => void) {
    this.#ask = ask;
  }

  call(call: SocketCall): Promise<CallOutcome> {
    const request = ++this.#requests;
    return new Promise((resolve) => {
      this.#open.set(request, resolve);
      this.#ask(request, call);
    });
  }

  /** The other thread's answer. */
  answered(request: number, outcome: CallOutcome): void {
    this.#open.get(request)?.(outcome);
    this.#open.delete(request);
  }
}
