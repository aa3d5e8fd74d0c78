/** The game server. Node only. */
export { createLog, createServer } from "@realmwright/server";
export type {
  Clock,
  EdgeCounters,
  HttpExtension,
  Log,
  LogOptions,
  RoomSummary,
  Server,
  ServerOptions,
  ServerStats,
} from "@realmwright/server";
