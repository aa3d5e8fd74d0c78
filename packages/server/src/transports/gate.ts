import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import type { PeerRules } from "./peers.ts";
import { refuseSocket } from "./refusal.ts";
import { SharedTally } from "./shared-tally.ts";

/** So many refused connections are given time to hear why. */
const LEAVING_MAX = 256;

/** The protocol's limits of these names. */
interface GateLimits {
  readonly strangersPerAddress: number;
  readonly strangersPerNode: number;
  readonly pendingHandshakesPerAddress: number;
  readonly sessionsPerNode: number;
}

/** What the gates of all threads of a node have in common. */
export interface GateMemory {
  /** How many threads count. */
  readonly threads: number;
  readonly strangers: SharedArrayBuffer;
  readonly handshakes: SharedArrayBuffer;
  readonly sessions: SharedArrayBuffer;
}

export interface GateOptions {
  readonly limits: GateLimits;
  readonly peers: Pick<PeerRules, "proxyHops">;
  /** Told about each connection that is refused before it says anything. */
  readonly refused?: (code: ErrorCode, address: string) => void;
  /** Default: of this gate alone. */
  readonly memory?: GateMemory | undefined;
  /** Which of the threads this is. Default 0. */
  readonly thread?: number | undefined;
}

interface Tallies {
  readonly strangers: SharedTally;
  readonly handshakes: SharedTally;
  readonly sessions: SharedTally;
}

/** A connection's leave to be here: first as a stranger, then, once it has authenticated, as a session. */
export class Pass {
  readonly #tallies: Tallies;
  readonly #peer: string;
  #client: string | undefined;
  #stage: "stranger" | "session" | "gone" = "stranger";

  constructor(tallies: Tallies, peer: string) {
    this.#tallies = tallies;
    this.#peer = peer;
  }

  /** Counts it among those of its client's address that have yet to authenticate; false when they are too many. */
  greet(client: string, pendingMax: number, strangersMax: number): boolean {
    if (this.#tallies.handshakes.take(client, pendingMax, strangersMax) !== "taken") return false;
    this.#client = client;
    return true;
  }

  /** Its handshake was none, and it goes. */
  turnAway(): void {
    if (this.#client !== undefined) this.#tallies.handshakes.give(this.#client);
    this.#client = undefined;
  }

  /** It has authenticated. */
  admit(): void {
    if (this.#stage !== "stranger") return;
    this.#endStrangeness();
    this.#stage = "session";
    this.#tallies.sessions.take("", Infinity, Infinity);
  }

  /** It has closed. */
  leave(): void {
    if (this.#stage === "stranger") this.#endStrangeness();
    else if (this.#stage === "session") this.#tallies.sessions.give("");
    this.#stage = "gone";
  }

  #endStrangeness(): void {
    this.#tallies.strangers.give(this.#peer);
    this.turnAway();
  }
}

/**
 * Bounds the connections of a node and of an address, over all threads that share its memory. Whoever is connected and is
 * no session is a stranger, whether it speaks HTTP, is about to authenticate, or says nothing.
 */
export class Gate {
  /** For the gates of other threads. */
  readonly memory: GateMemory;
  readonly #options: GateOptions;
  readonly #tallies: Tallies;
  readonly #passes = new WeakMap<Duplex, Pass>();
  /** Refused connections that are about to close. */
  #leaving = 0;

  static memory(limits: GateLimits, threads: number): GateMemory {
    return {
      threads,
      strangers: SharedTally.memory(limits.strangersPerNode, threads),
      handshakes: SharedTally.memory(limits.strangersPerNode, threads),
      sessions: SharedTally.memory(1, threads),
    };
  }

  constructor(options: GateOptions) {
    this.#options = options;
    const { memory = Gate.memory(options.limits, 1), thread = 0 } = options;
    this.memory = memory;
    const tally = (of: SharedArrayBuffer): SharedTally =>
      new SharedTally(of, memory.threads, thread);
    this.#tallies = {
      strangers: tally(memory.strangers),
      handshakes: tally(memory.handshakes),
      sessions: tally(memory.sessions),
    };
  }

  /** Stands before an HTTP server: it hears of connections that are let in, and of no others. */
  guard(server: Server): void {
    const listeners = server.listeners("connection");
    server.removeAllListeners("connection");
    server.on("connection", (socket) => {
      if (!this.admits(socket)) return;
      for (const listener of listeners) listener.call(server, socket);
    });
  }

  /** Counts a connection, or refuses it. */
  admits(socket: Duplex & { readonly remoteAddress?: string | undefined }): boolean {
    const { strangersPerAddress, strangersPerNode } = this.#options.limits;
    const peer = socket.remoteAddress ?? "";
    // all clients of a proxy have its address
    const addressMax = this.#options.peers.proxyHops > 0 ? Infinity : strangersPerAddress;
    const outcome = this.#tallies.strangers.take(peer, addressMax, strangersPerNode);
    if (outcome !== "taken") {
      this.#refuse(socket, outcome === "address" ? "TOO_MANY_CONNECTIONS" : "SERVER_FULL", peer);
      return false;
    }
    const pass = new Pass(this.#tallies, peer);
    this.#passes.set(socket, pass);
    socket.once("close", () => pass.leave());
    return true;
  }

  /** For a connection that asks for an upgrade, of a client at an address: its pass, or why it has none. */
  greet(socket: Duplex, client: string): Pass | ErrorCode {
    const { pendingHandshakesPerAddress, sessionsPerNode, strangersPerNode } = this.#options.limits;
    if (this.#tallies.sessions.total >= sessionsPerNode) return "SERVER_FULL";
    const pass = this.#passes.get(socket);
    if (pass === undefined) return "TOO_MANY_CONNECTIONS";
    const isIn = pass.greet(client, pendingHandshakesPerAddress, strangersPerNode);
    return isIn ? pass : "TOO_MANY_CONNECTIONS";
  }

  #refuse(socket: Duplex, code: ErrorCode, peer: string): void {
    this.#options.refused?.(code, peer);
    this.#leaving++;
    socket.once("close", () => this.#leaving--);
    refuseSocket(socket, new RealmError(code), { isInHurry: this.#leaving > LEAVING_MAX });
  }

  /** A thread is no more, and its connections with it. */
  forget(thread: number): void {
    const { strangers, handshakes, sessions } = this.#tallies;
    for (const tally of [strangers, handshakes, sessions]) tally.forget(thread);
  }
}
