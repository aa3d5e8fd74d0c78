import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Knows which room something began in: what a room's hook starts (timers of Node's, promises, callbacks) runs after the hook
 * has returned, and when it fails nothing else tells whose it was.
 */
export class Origins {
  readonly #rooms = new AsyncLocalStorage<string>();

  /** Id of the room in which what runs now began, if it was one. */
  get room(): string | undefined {
    return this.#rooms.getStore();
  }

  /** Calls something as that room. */
  within<A, T>(room: string, call: (argument: A) => T, argument: A): T {
    return this.#rooms.run(room, call, argument);
  }
}
