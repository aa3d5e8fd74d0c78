import type { RealmError } from "@realmwright/protocol";
import type { EdgeToHost, HostToEdge } from "./messages.ts";

/*
 *   edge                                             host
 *   ----                                             ----
 *   LinkToHost.send(EdgeToHost)  ──────────────────► HostSide.receive(link, EdgeToHost)
 *   EdgeSide.receive(HostToEdge) ◄────────────────── LinkToEdge.send(HostToEdge)
 *   EdgeSide.flush()             ◄────────────────── LinkToEdge.flush()          end of the host's turn
 *
 * A local link is a function call each way, frames by reference. A bus link batches one turn's messages into one piece of
 * bytes, keeps a mirror of each room that its edge reads, and hands over the same messages. Messages on one link arrive in
 * order and at most once; neither side may act on a message before it has been delivered whole.
 *
 * Frames go whole to every edge of the node that reads the room, the private parts of seats at other edges too: they are
 * encoded once, and edges are threads of one process. What a client gets of them is the edge's to choose.
 */

/** What an edge implements. Nothing here may throw: a bad message is the edge's own matter. */
export interface EdgeSide {
  receive(message: HostToEdge): void;
  /** All messages of the host's turn are in: encode what is due and write once per client. */
  flush(): void;
  /** The host is gone; every session on this link is to be closed with this error. Nothing follows. */
  closed(error: RealmError): void;
}

/** The edge's end of a link. */
export interface LinkToHost {
  /** Never answers inside the call: answers come by `receive`, in the host's own turn. */
  send(message: EdgeToHost): void;
  /** End of the edge's turn: what was sent may go out as one batch. Local links need none; calling it is harmless. */
  flush(): void;
  /** The edge is going: the host treats every session of the link as dropped. */
  close(): void;
}

/** What the host implements. */
export interface HostSide {
  receive(from: LinkToEdge, message: EdgeToHost): void;
  /** The edge is gone; its sessions are dropped, their seats kept for the grace time. */
  closed(from: LinkToEdge): void;
}

/** The host's end of a link. Its identity is the edge's: a session belongs to the link that opened it. */
export interface LinkToEdge {
  /** For logs. */
  readonly address: string;
  /** True when messages reach the edge by reference, in this thread, sharing the host's mirrors. */
  readonly isLocal: boolean;
  /** Queues a message. Never throws: a link that can not send any more closes itself and tells the host. */
  send(message: HostToEdge): void;
  /** Queues a frame. `bytes` encodes it, once however many links ask. */
  frame(message: FrameMessage, bytes: () => Uint8Array): void;
  /** End of the host's turn: what was queued goes out, in order. */
  flush(): void;
  close(): void;
}

export type FrameMessage = Extract<HostToEdge, { readonly type: "frame" }>;
