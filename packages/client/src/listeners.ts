/** Ends what its maker began; a second call does nothing. */
export type Unsubscribe = () => void;

/**
 * Callbacks of the game. One that throws is reported and hinders nobody else; one added or removed while they are
 * called counts from the next time on.
 */
export class Listeners<A extends readonly unknown[]> {
  #calls: readonly ((...args: A) => void)[] = [];
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  get size(): number {
    return this.#calls.length;
  }

  add(call: (...args: A) => void): Unsubscribe {
    // a wrapper, so that the same function may be added twice
    const entry = (...args: A): void => call(...args);
    this.#calls = [...this.#calls, entry];
    return () => {
      this.#calls = this.#calls.filter((other) => other !== entry);
    };
  }

  emit(...args: A): void {
    for (const call of this.#calls) {
      try {
        call(...args);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

/** Listeners by the name of what they listen to. */
export class NamedListeners<A extends readonly unknown[]> {
  readonly #byName = new Map<string, Listeners<A>>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  add(name: string, call: (...args: A) => void): Unsubscribe {
    let listeners = this.#byName.get(name);
    if (listeners === undefined) {
      listeners = new Listeners(this.#report);
      this.#byName.set(name, listeners);
    }
    return listeners.add(call);
  }

  emit(name: string, ...args: A): void {
    this.#byName.get(name)?.emit(...args);
  }
}
