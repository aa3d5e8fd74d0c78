import type { Sample } from "../rounds.ts";
import type { Direction, Tapped } from "./tap.ts";

/** Bytes that make up a KB of the seed's table. */
export const kilobyte = 1_000;

/** A row of the table. */
export interface Planned {
  readonly name: string;
  readonly direction: "up" | "down";
  readonly kinds: readonly string[];
  /** The seed's table: bytes, and times a second. */
  readonly bytes?: number;
  readonly perSecond?: number;
  /** Of their mean, and of the largest. */
  readonly bytesMax?: number;
  /** Where the seed gives one. */
  readonly range?: string;
  /** What should be known of a kind that does not keep to the plan. */
  readonly note?: string;
}

/** What the seed plans, and what else we send. Its StateUpdate and GameEvent are ranges: the middle it reckons with. */
export const planned: readonly Planned[] = [
  {
    name: "PlayerInput",
    direction: "up",
    kinds: ["input"],
    bytes: 50,
    perSecond: 10,
    bytesMax: 50,
  },
  {
    name: "Heartbeat",
    direction: "up",
    kinds: ["ping", "pong"],
    bytes: 4,
    perSecond: 1,
    bytesMax: 4,
  },
  { name: "ack", direction: "up", kinds: ["ack"] },
  {
    name: "StateUpdate",
    direction: "down",
    kinds: ["snapshot"],
    bytes: 200,
    perSecond: 10,
    bytesMax: 500,
    range: "100 to 500",
  },
  {
    name: "StateUpdate, the first of a room",
    direction: "down",
    kinds: ["first snapshot"],
    note: "all that is in sight, once",
  },
  {
    name: "GameEvent",
    direction: "down",
    kinds: ["event"],
    bytes: 100,
    perSecond: 5,
    bytesMax: 200,
    range: "50 to 200",
  },
  {
    name: "Heartbeat",
    direction: "down",
    kinds: ["ping", "pong"],
    bytes: 4,
    perSecond: 1,
    note: "a pong carries two times, the ping's and the server's clock",
  },
  { name: "ActionConfirm", direction: "down", kinds: ["confirm"], bytes: 20, bytesMax: 20 },
  { name: "document", direction: "down", kinds: ["document"] },
  {
    name: "chat, doors, errors",
    direction: "down",
    kinds: ["chat", "joined", "left", "notice", "error"],
  },
];

/** What went over the wire, per player and second. Throws when not all players came. */
export function sampleOf({ seconds, sockets, up, down }: Tapped): Sample {
  if (!(seconds > 0)) throw new Error("not all bots came in time");
  const sample: Record<string, number> & { unseen: number } = { unseen: 0 };
  const each = seconds * sockets;
  for (const { name, direction, kinds, bytes: plannedBytes } of planned) {
    const said = direction === "up" ? up : down;
    const found = kinds.flatMap((kind) => said.kinds[kind] ?? []);
    const count = found.reduce((total, kind) => total + kind.count, 0);
    const bytes = found.reduce((total, kind) => total + kind.bytes, 0);
    if (count === 0 && plannedBytes !== undefined) sample.unseen++;
    // NaN of a kind that never came: it keeps to no bound.
    sample[`${name} ${direction} size`] = bytes / count;
    const largest = Math.max(...found.map((kind) => kind.largest));
    sample[`${name} ${direction} largest`] = count === 0 ? NaN : largest;
    sample[`${name} ${direction} rate`] = count / each;
    sample[`${name} ${direction} flow`] = bytes / each / kilobyte;
  }
  const perPlayer = ({ bytes }: Direction): number => bytes / each / kilobyte;
  return {
    ...sample,
    up: perPlayer(up),
    down: perPlayer(down),
    total: perPlayer(up) + perPlayer(down),
  };
}
