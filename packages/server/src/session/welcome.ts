import { protocolVersion, type WelcomePayload } from "@realmwright/protocol";
import type { GameInfo } from "../edge/edge-context.ts";
import type { LimitValues } from "./limit-values.ts";
import type { SessionIdentity } from "./session-state.ts";

/** Limits that a client can keep to. */
const told = [
  "messageBytes",
  "messagesPerPacket",
  "messagesPerSecond",
  "messageBurst",
  "bytesInPerSecond",
  "inputsPerSecond",
  "joinOptionsBytes",
  "chatCharacters",
  "memberships",
  "openCalls",
  "callsPerTenSeconds",
  "callInputBytes",
  "inboxPerSeat",
  "pingIntervalMs",
  "seatGraceMs",
] as const;

/** What an authenticated client is told first. */
export function welcome(about: {
  readonly session: string;
  readonly identity: SessionIdentity;
  readonly resume: string;
  readonly resumed: boolean;
  readonly game: GameInfo;
  readonly limits: LimitValues;
  readonly nowMs: number;
}): WelcomePayload {
  const { game, identity, limits } = about;
  const rooms = Object.entries(game.rooms).map(([name, kind]) => [name, kind.descriptor] as const);
  return {
    session: about.session,
    account: identity.account,
    name: identity.name,
    protocol: protocolVersion,
    resume: about.resume,
    resumed: about.resumed,
    time: Math.round(about.nowMs),
    rooms: Object.fromEntries(rooms),
    hash: game.hash,
    limits: Object.fromEntries(told.map((name) => [name, limits[name]])),
  };
}
