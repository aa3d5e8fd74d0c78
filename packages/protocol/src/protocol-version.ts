import { errors } from "./errors.ts";
import { messageSpecs } from "./messages/message.ts";
import { hashText } from "./schema/hash.ts";

/**
 * The version of the fixed protocol: message tables and error numbers.
 *
 * History
 * 1  2026-11  the first
 */
export const protocolVersion = 1;

/** The oldest version that a server still speaks. */
export const protocolVersionMin = 1;

/** A hash of all that `protocolVersion` stands for; a test pins it to the version. */
export function protocolHash(): string {
  const columnsOf = (columns: object): unknown =>
    JSON.parse(
      JSON.stringify(columns, (key, value: unknown) => (key === "about" ? undefined : value)),
    );
  return hashText(
    JSON.stringify([
      messageSpecs.map((spec) => [spec.type, spec.number, spec.from, columnsOf(spec.columns)]),
      Object.entries(errors).map(([code, { number }]) => [code, number]),
    ]),
  );
}

/** WebSocket subprotocols by preference of the SDK; a server takes the first offered one it knows. */
export const subprotocols: readonly ["realm.binary", "realm.msgpack", "realm.json"] = [
  "realm.binary",
  "realm.msgpack",
  "realm.json",
];

export type Subprotocol = (typeof subprotocols)[number];
