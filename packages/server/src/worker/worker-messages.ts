import type { LimitName } from "@realmwright/protocol";
import type { MessagePort } from "node:worker_threads";
import type { EdgeCounters } from "../edge/counters.ts";
import type { CallOutcome, SocketCall } from "../services/socket-calls.ts";
import type { LogLine } from "./forwarded-log.ts";
import type { GateMemory } from "../transports/gate.ts";
import type { PeerRules } from "../transports/peers.ts";
import type { Credential, Verdict } from "./remote-verifier.ts";

/** What an edge thread is started with. */
export interface EdgeWorkerData {
  /** The thread's name on the bus; the host's is `hostAddress`. */
  readonly address: string;
  readonly bus: MessagePort;
  /** What counts connections over all threads, and this thread's number there. */
  readonly gate: GateMemory;
  readonly thread: number;
  readonly peers: PeerRules;
  readonly limits: Partial<Record<LimitName, number>>;
  /** Whether `/ws?token=` is taken. */
  readonly queryToken: boolean;
  /** The public address. All edge threads listen on it, and the kernel spreads connections over them. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Where the main thread answers plain HTTP: a socket in the file system. */
  readonly httpSocket: string;
}

/** From an edge thread to the main thread. */
export type FromEdgeWorker =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "failed"; readonly code: string; readonly message: string }
  | { readonly type: "counters"; readonly counters: EdgeCounters; readonly connections: number }
  | { readonly type: "log"; readonly line: LogLine }
  | { readonly type: "call"; readonly request: number; readonly call: SocketCall }
  /** The call's answer has been taken, or nobody waits for it. */
  | { readonly type: "callEnd"; readonly request: number }
  | { readonly type: "verify"; readonly request: number; readonly credential: Credential };

/** From the main thread to an edge thread. */
export type ToEdgeWorker =
  /** Closes all connections and ends the thread. */
  | { readonly type: "stop" }
  | { readonly type: "outcome"; readonly request: number; readonly outcome: CallOutcome }
  | { readonly type: "verdict"; readonly request: number; readonly verdict: Verdict };

export const hostAddress = "host";
