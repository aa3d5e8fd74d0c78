import type { HostedRoom } from "./hosted-room.ts";
import { checkpoint } from "../room/room-checkpoint.ts";
import type { GamePlan } from "../room/room-plan.ts";
import type { RoomAuthority } from "../room/room-authority.ts";
import type { RoomMaker } from "./room-maker.ts";

/** What a game's rooms become under another definition of it. */
export interface ReloadedRooms {
  /** By the room that they were. */
  readonly restored: ReadonlyMap<HostedRoom, RoomAuthority>;
  /** Permanent rooms that the game has anew. */
  readonly made: readonly RoomAuthority[];
  /** Rooms of kinds that the game no longer has. */
  readonly removed: readonly HostedRoom[];
}

/**
 * Brings all rooms under a new plan, in memory: the running ones are not touched, so whatever throws on the way leaves the
 * game as it is.
 */
export function reloadRooms(
  rooms: Iterable<HostedRoom>,
  plan: GamePlan,
  maker: RoomMaker,
): ReloadedRooms {
  const restored = new Map<HostedRoom, RoomAuthority>();
  const removed: HostedRoom[] = [];
  const kept = new Set<string>();
  for (const room of rooms) {
    const next = plan.rooms.get(room.name);
    if (next === undefined) removed.push(room);
    else {
      restored.set(room, maker.restore(checkpoint(room.authority), room.id, next));
      kept.add(room.name);
    }
  }
  const made = [...plan.rooms.values()]
    .filter((next) => next.permanent && !kept.has(next.name))
    .map((next) => maker.make(next, { permanent: true }));
  return { restored, made, removed };
}
