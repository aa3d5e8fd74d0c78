import type { EntityId, ErrorCode, ErrorPayload } from "@realmwright/protocol";
import type { DocumentState } from "../link/messages.ts";
import { payloadOf, refusalPayload } from "./refusal.ts";

/** One who asks to join. The host chooses the ticket and finds it again in the answer. */
export interface JoinRequest {
  readonly ticket: number;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly spectate: boolean;
  readonly options: Readonly<Record<string, unknown>> | undefined;
  readonly reservation: string | undefined;
}

/** What a member is told of its seat. */
export interface SeatReport {
  readonly seat: number;
  readonly spectator: boolean;
  readonly tick: number;
  readonly entity: EntityId;
  readonly team: number;
  readonly inputSeq: number;
  readonly documents: { readonly shared?: DocumentState; readonly private?: DocumentState };
}

/** What came of a tick besides its frame. In order, and true once the frame of that tick was written. */
export type RoomNews =
  /** `resumed`: the account held the seat already. */
  | {
      readonly type: "joined";
      readonly ticket: number;
      readonly seat: number;
      readonly resumed: boolean;
    }
  | { readonly type: "refused"; readonly ticket: number; readonly error: ErrorPayload }
  /** The seat's own session is back. */
  | { readonly type: "reconnected"; readonly seat: number }
  | {
      readonly type: "left";
      readonly seat: number;
      readonly code: string;
      readonly text?: string;
      readonly to?: string;
    }
  /** `seat` -1: the room itself. */
  | {
      readonly type: "chat";
      readonly seat: number;
      readonly name: string;
      readonly text: string;
      readonly to?: number;
    }
  | { readonly type: "chatRefused"; readonly seat: number; readonly error: ErrorPayload }
  /** A door opened; the host answers by `leave` once the other room has let the player in, or by `doorShut`. */
  | {
      readonly type: "transfer";
      readonly seat: number;
      readonly room: string;
      readonly options: Readonly<Record<string, unknown>>;
    };

/** Who has joined and left in one tick was never in: no frame has told of it. Its join was refused, by what it left by. */
export function withoutShortStays(news: readonly RoomNews[]): RoomNews[] {
  const left = new Map<number, Extract<RoomNews, { type: "left" }>>();
  for (const one of news) if (one.type === "left") left.set(one.seat, one);
  return news.map((one) => {
    const end = one.type === "joined" ? left.get(one.seat) : undefined;
    if (one.type !== "joined" || end === undefined) return one;
    const error = refusalPayload(end, "JOIN_REFUSED");
    return { type: "refused", ticket: one.ticket, error };
  });
}

/** A join that is refused by an error of the catalogue. */
export function refused(ticket: number, code: ErrorCode): RoomNews {
  return { type: "refused", ticket, error: payloadOf(code) };
}
