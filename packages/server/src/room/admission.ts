import type { ErrorPayload } from "@realmwright/protocol";
import type { Hooks } from "./hooks.ts";
import { payloadOf, refusalPayload } from "./refusal.ts";
import type { JoinRequest } from "./room-news.ts";
import type { RoomState } from "./room-state.ts";

/** Why an applicant may not come in, or undefined. Uses up its reservation when it may. */
export function admission(
  room: RoomState,
  hooks: Hooks,
  request: JoinRequest,
  options: Record<string, unknown>,
): ErrorPayload | undefined {
  const { seats, reservations, plan, locked } = room;
  const { account, spectate, reservation } = request;
  if (!reservations.fits(account, reservation)) return payloadOf("RESERVATION_UNKNOWN");
  const others = reservations.size - (reservations.has(account) ? 1 : 0);
  const isFull = spectate
    ? seats.spectators.size >= plan.maxSpectators
    : seats.players.size + others >= plan.maxPlayers;
  if (isFull) return payloadOf("ROOM_FULL");
  if (locked) return payloadOf("JOIN_REFUSED");
  const refusal = hooks.admit(request, spectate, options);
  if (refusal !== undefined) return refusalPayload(refusal, "JOIN_REFUSED");
  if (!spectate) reservations.use(account);
  return undefined;
}
