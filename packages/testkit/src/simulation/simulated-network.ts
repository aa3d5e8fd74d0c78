import type { SocketFactory } from "@realmwright/client";
import { Random } from "@realmwright/core";
import type {
  Connection,
  ConnectionListener,
  Encoding,
  Transport,
  VirtualClock,
} from "@realmwright/server/internal";
import { type NetworkConditions, networkConditions } from "./conditions.ts";
import { Lane } from "./lane.ts";
import { type Lanes, SimulatedConnection } from "./simulated-connection.ts";

/** A connection's lanes and what governs them. */
interface Way extends Lanes {
  readonly conditions: NetworkConditions;
}

/** A network in virtual time: the server's transport, and the way in which its clients open sockets. */
export class SimulatedNetwork implements Transport {
  /** Of all connections that have none of their own. Write them to change the weather; use `stall` for stalls. */
  readonly conditions: NetworkConditions = networkConditions();
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #open = new Map<SimulatedConnection, Way>();
  #accept: ((connection: Connection) => ConnectionListener) | undefined;

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** For a client's port of that name. */
  get socket(): SocketFactory {
    return this.socketBy(this.conditions);
  }

  /** The same for a client whose way to the server is another than the others'. */
  socketBy(conditions: NetworkConditions): SocketFactory {
    return (_url, [subprotocol = ""], listener) => {
      const way = { up: this.#lane(conditions), down: this.#lane(conditions), conditions };
      const encoding = subprotocol.slice("realm.".length) as Encoding;
      const connection = new SimulatedConnection(encoding, way, listener, () => {
        this.#open.delete(connection);
      });
      this.#open.set(connection, way);
      connection.begin(() => (conditions.isDown ? undefined : this.#accept?.(connection)));
      return connection.socket;
    };
  }

  /** Connections that are open, or opening. */
  get size(): number {
    return this.#open.size;
  }

  /** Breaks every connection, or those under given conditions; both ends notice at once. */
  cut(conditions?: NetworkConditions): void {
    for (const [connection, way] of [...this.#open]) {
      if (conditions === undefined || way.conditions === conditions) connection.cut();
    }
  }

  /** Begins or ends a time in which nothing arrives and nobody is told. What was held back arrives afterwards. */
  stall(on: boolean, conditions: NetworkConditions = this.conditions): void {
    if (on === conditions.isStalled) return;
    conditions.isStalled = on;
    if (on) return;
    for (const way of this.#open.values()) {
      if (way.conditions !== conditions) continue;
      way.up.release();
      way.down.release();
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

  #lane(conditions: NetworkConditions): Lane {
    // its own chances, so that what happens on one way changes nothing on another
    return new Lane(this.#clock, new Random(this.#random.uint32()), conditions);
  }
}
