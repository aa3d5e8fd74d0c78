import { RealmError } from "@realmwright/protocol";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Origins } from "./origins.ts";
import type { RoomRegistry } from "./room-registry.ts";

/** What `Host.uncaught` does. */
export function takeUncaught(
  {
    log,
    metrics,
    origins,
    rooms,
  }: {
    readonly log: Log;
    readonly metrics: Metrics;
    readonly origins: Origins;
    readonly rooms: RoomRegistry;
  },
  error: unknown,
  kind: "exception" | "rejection",
): boolean {
  const id = origins.room;
  metrics.count("realmwright_uncaught_total", { kind });
  const room = id === undefined ? undefined : rooms.get(id);
  if (kind === "exception" && room !== undefined) {
    room.abort(error);
    return true;
  }
  const { code } = new RealmError("INTERNAL");
  const message =
    kind === "rejection" ? "Nothing caught a rejection." : "Nothing caught an exception.";
  log.error(message, { ...(id === undefined ? {} : { room: id }), code, error });
  return kind === "rejection" || id !== undefined;
}
