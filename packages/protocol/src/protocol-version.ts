import { messageSpecs } from "./messages/message.ts";
import { hashText } from "./schema/hash.ts";

/**
 * The version of the fixed protocol: envelopes and message tables.
 *
 * History
 * 1  2026-11  the first
 */
export const protocolVersion = 1;

/** The oldest version that a server still speaks. */
export const protocolVersionMin = 1;

/** A hash of the message tables; a test pins it to the version. Error codes may be added without a
 * new version: a peer that does not know one still reads what to do. */
export function protocolHash(): string {
  const tables = messageSpecs.map(({ type, number, from, columns }) => [
    type,
    number,
    from,
    columns,
  ]);
  const shown = (key: string, value: unknown): unknown => {
    if (key === "about") return "";
    // which error answers a text that is too long is no part of the wire
    return key === "judged" ? undefined : value;
  };
  return hashText(JSON.stringify(tables, shown));
}

/** WebSocket subprotocols by preference of the SDK; a server takes the first offered one it knows. */
export const subprotocols: readonly ["realm.binary", "realm.msgpack", "realm.json"] = [
  "realm.binary",
  "realm.msgpack",
  "realm.json",
];

export type Subprotocol = (typeof subprotocols)[number];
