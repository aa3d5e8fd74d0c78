import type { Random } from "@realmwright/core";
import { operations } from "../support/calls.ts";
import { wireRoom } from "../support/game.ts";
import { structValue, type PlainMessage } from "../support/values.ts";

/* Messages that are in order, one by one, and come when they should not. */

export interface Known {
  readonly memberships: readonly number[];
  readonly secrets: readonly string[];
  /** The next sequence number, were it well-behaved. */
  readonly seq: number;
}

/** What any message may be answered with, whatever its type. */
const general = ["AUTH_REQUIRED", "RATE_LIMITED", "FLOODING"];
const membership = [...general, "NOT_A_MEMBER"];

/** The refusals that have a place, by the type of the message that is refused; "" for what has none. */
export const refusals: Readonly<Record<string, readonly string[]>> = {
  "": [
    ...general,
    "AUTH_TIMEOUT",
    "IDLE_TIMEOUT",
    "MESSAGE_MALFORMED",
    "MESSAGE_TOO_LARGE",
    "MESSAGE_UNKNOWN",
    "SESSION_SUPERSEDED",
    "TOO_SLOW",
  ],
  auth: [
    ...general,
    "MESSAGE_OUT_OF_ORDER",
    "PROTOCOL_UNSUPPORTED",
    "RESUME_INVALID",
    "TOKEN_INVALID",
  ],
  ping: general,
  pong: general,
  join: [
    ...general,
    "ALREADY_A_MEMBER",
    "BANNED",
    // the seat was given up again in the tick of the join
    "LEFT",
    "MEMBERSHIPS_FULL",
    "OPTIONS_INVALID",
    "RESERVATION_UNKNOWN",
    "ROOM_FULL",
    "ROOM_UNKNOWN",
  ],
  leave: membership,
  ack: membership,
  chat: [...membership, "CHAT_EMPTY", "CHAT_TOO_LONG"],
  rpc: [
    ...general,
    "CALLS_FULL",
    "CALL_TOO_LARGE",
    "FORBIDDEN",
    "MESSAGE_OUT_OF_ORDER",
    "OPERATION_UNKNOWN",
  ],
  input: [...membership, "INPUT_INVALID", "INPUT_UNKNOWN", "SPECTATOR_READ_ONLY", "TARGET_UNKNOWN"],
};

/** The same for a type that there is not. */
export const unknownType: readonly string[] = [...general, "MESSAGE_UNKNOWN"];

const uints = [0, 1, 2, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** A message of any type, valid in itself. */
export function anyMessage(random: Random, known: Known): PlainMessage {
  const id = random.chance(0.5) ? { id: random.pick(uints) } : {};
  const choice = random.unit();
  if (choice < 0.04) return { type: "auth", ...id, payload: auth(random, known) };
  if (choice < 0.3) return { type: "join", ...id, payload: join(random) };
  if (choice < 0.5) return { type: "leave", ...id, payload: { m: number(random, known) } };
  if (choice < 0.75) return { type: "input", ...id, payload: input(random, known) };
  if (choice < 0.85) {
    const payload = { m: number(random, known), tick: random.pick(uints) };
    return { type: "ack", ...id, payload };
  }
  if (choice < 0.92) {
    const text = random.pick(["hello", "", " ", "\u202e", "x".repeat(500), "x".repeat(501), "😀"]);
    return { type: "chat", ...id, payload: { m: number(random, known), text } };
  }
  if (choice < 0.96) return { type: "rpc", id: random.integer(0, 5), payload: call(random) };
  return { type: random.pick(["ping", "pong"]), ...id, payload: { time: random.pick(uints) } };
}

/** A membership's number, often one that is not, no longer, or somebody else's. */
function number(random: Random, { memberships }: Known): number {
  if (memberships.length > 0 && random.chance(0.92)) return random.pick(memberships);
  return random.pick([0, 1, 2, 7, 8, 127, 128, 255]);
}

function auth(random: Random, { secrets }: Known): object {
  const resume = random.chance(0.4)
    ? { resume: random.pick([...secrets, "", "x".repeat(64), "x".repeat(65)]) }
    : {};
  return {
    token: random.pick(["mallory", "mallory", "trudy", "eve", "", "x".repeat(30)]),
    protocol: random.chance(0.9) ? 1 : random.pick([0, 2, 2 ** 32 - 1]),
    ...resume,
  };
}

function call(random: Random): object {
  const input = random.pick([{}, null, [1], "x".repeat(6000), "x".repeat(7000), { a: { b: [] } }]);
  return {
    operation: random.pick([...operations, "none", "", "__proto__", "x".repeat(65)]),
    ...(random.chance(0.7) ? { input } : {}),
    ...(random.chance(0.3) ? { key: random.pick(["", "k", "x".repeat(65), "\n"]) } : {}),
  };
}

function join(random: Random): object {
  const options = random.pick([{ x: 5 }, { x: -1 }, { banned: true }, [], "x", { more: 1 }, null]);
  return {
    room: random.chance(0.8)
      ? random.pick(["meadow", "cave", "cell"])
      : random.pick(["", "nowhere", "__proto__"]),
    ...(random.chance(0.2) ? { options } : {}),
    ...(random.chance(0.2) ? { spectate: random.chance(0.7) } : {}),
    ...(random.chance(0.1) ? { reservation: "none" } : {}),
  };
}

function input(random: Random, known: Known): object {
  const struct = random.pick(wireRoom.inputs);
  const data =
    struct.name === "door"
      ? { to: random.pick(["cave", "meadow", "cell", "nowhere"]) }
      : structValue(struct, random);
  return {
    m: number(random, known),
    seq: random.chance(0.6) ? known.seq : random.pick(uints),
    name: struct.name,
    data,
    ...(random.chance(0.5) ? { ack: random.pick(uints) } : {}),
    ...(random.chance(0.5) ? { view: random.pick([...uints, 2 ** 40 - 1]) } : {}),
  };
}
