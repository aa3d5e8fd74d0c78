import type { BitWriter } from "@realmwright/protocol/internal";
import type { TicketTaker, TokenVerifier } from "../auth/token-verifier.ts";
import type { Caller } from "../services/socket-calls.ts";
import type { EdgeToHost, RoomKind } from "../link/messages.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import type { Session } from "../session/session.ts";
import type { EdgeCounters } from "./counters.ts";

/** What the host has told about the game. */
export interface GameInfo {
  readonly game: string;
  readonly entry: string;
  readonly rooms: Readonly<Record<string, RoomKind>>;
  readonly hash: string;
}

/** What all sessions of an edge share. */
export interface EdgeContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LimitValues;
  readonly verifier: TokenVerifier;
  /** undefined: no tickets are given. */
  readonly tickets: TicketTaker | undefined;
  /** undefined: there are no operations. */
  readonly caller: Caller | undefined;
  readonly counters: EdgeCounters;
  /** Scratch memory for whoever is encoding at the moment. */
  readonly bits: BitWriter;
  /** Undefined until the host has spoken. */
  game(): GameInfo | undefined;
  /** Goes out at the end of this turn of the loop, with everything else that was read in it. */
  toHost(message: EdgeToHost): void;
  /** The session has something to write at the end of this turn. */
  wants(session: Session): void;
  /** The session's connection is gone. */
  gone(session: Session): void;
}
