import type { RoomDefinition } from "@realmwright/core";
import {
  checkpoint,
  type Log,
  planRoom,
  readCheckpoint,
  RoomAuthority,
  writeCheckpoint,
} from "@realmwright/server/internal";
import type { CounterStart } from "../script/script.ts";
import type { Director } from "./director.ts";
import { accountOf } from "./stage.ts";

/** Free places that the room has used before. */
const usedSlots = 400;

/**
 * The checkpoint of a room that has been running for ages: its players are there, and its counters stand where the script
 * says. The director sees it begin, and is told of the jump.
 */
export function agedRoom(
  name: string,
  definition: RoomDefinition,
  start: CounterStart,
  director: Director,
): Uint8Array {
  const plan = planRoom(name, definition, undefined);
  const ports = { log: silentLog, metrics: { count: nothing, set: nothing, observe: nothing } };
  const about = { id: `${name}-aged`, plan, permanent: true, seed: 1, epoch: 1 };
  const room = new RoomAuthority({ ...about, ...ports });
  room.create();
  for (const [ticket, client] of start.held.entries()) {
    const account = accountOf(client);
    const seated = { account, name: account, role: "player", spectate: false };
    room.join({ ticket, ...seated, options: undefined, reservation: undefined });
  }
  for (let i = 0; i < 3; i++) room.step();
  const saved = readCheckpoint(checkpoint(room));
  const { tick, epoch, generation, version, seq } = start;
  const high = saved.world.free.length + start.held.length;
  const free = Array.from({ length: usedSlots }, (_, i) => [high + i, generation] as const);
  director.age(name);
  return writeCheckpoint({
    ...saved,
    tick,
    epoch,
    shared: { ...saved.shared, version },
    seats: saved.seats.map((seat) => ({
      ...seat,
      document: { ...seat.document, version },
      queue: { ...seat.queue, lastSeq: seq, lastPredicted: seq, served: seq },
    })),
    world: { ...saved.world, free: [...saved.world.free, ...free] },
  });
}

const nothing = (): void => undefined;

const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  with: () => silentLog,
};
