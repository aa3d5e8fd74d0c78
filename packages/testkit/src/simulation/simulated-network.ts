import type { SocketFactory } from "@realmwright/client";
import type { Random } from "@realmwright/core";
import type {
  Connection,
  ConnectionListener,
  Encoding,
  Transport,
  VirtualClock,
} from "@realmwright/server/internal";
import { Lane, type NetworkConditions } from "./lane.ts";
import { type Lanes, SimulatedConnection } from "./simulated-connection.ts";

/** A network in virtual time: the server's transport, and the way in which its clients open sockets. */
export class SimulatedNetwork implements Transport {
  /** Write them to change the weather; use `stall` for stalls. */
  readonly conditions: NetworkConditions = {
    delayMs: 0,
    jitterMs: 0,
    isStalled: false,
    isDown: false,
  };
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #open = new Map<SimulatedConnection, Lanes>();
  #accept: ((connection: Connection) => ConnectionListener) | undefined;

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** For a client's port of that name. */
  get socket(): SocketFactory {
    return (_url, subprotocol, listener) => {
      const lanes = { up: this.#lane(), down: this.#lane() };
      const encoding = subprotocol.slice("realm.".length) as Encoding;
      const connection = new SimulatedConnection(encoding, lanes, listener, () => {
        this.#open.delete(connection);
      });
      this.#open.set(connection, lanes);
      connection.begin(() => (this.conditions.isDown ? undefined : this.#accept?.(connection)));
      return connection.socket;
    };
  }

  /** Connections that are open, or opening. */
  get size(): number {
    return this.#open.size;
  }

  /** Breaks every connection; both ends notice at once. */
  cut(): void {
    for (const connection of [...this.#open.keys()]) connection.cut();
  }

  /** Begins or ends a time in which nothing arrives and nobody is told. What was held back arrives afterwards. */
  stall(on: boolean): void {
    if (on === this.conditions.isStalled) return;
    this.conditions.isStalled = on;
    if (on) return;
    for (const { up, down } of this.#open.values()) {
      up.release();
      down.release();
    }
  }

  /** Spoils the next messages to clients, so many of each connection. */
  corrupt(messages: number): void {
    for (const connection of this.#open.keys()) connection.corrupt(messages);
  }

  start(accept: (connection: Connection) => ConnectionListener): void {
    this.#accept = accept;
  }

  refuse(): void {
    this.#accept = undefined;
  }

  stop(): Promise<void> {
    this.refuse();
    this.cut();
    return Promise.resolve();
  }

  #lane(): Lane {
    return new Lane(this.#clock, this.#random, this.conditions);
  }
}
