import { limits, type LimitName } from "@realmwright/protocol";

/** Limits that a server takes from its options; all others are part of the protocol or of a game's definition. */
export const adjustableLimits: readonly LimitName[] = Object.freeze([
  "sessionsPerNode",
  "roomsPerNode",
  "messageBytes",
  "messageParts",
  "messagesPerSecond",
  "messageBurst",
  "bytesInPerSecond",
  "inputsPerSecond",
  "openedPerAccount",
  "joinsPerTenSeconds",
  "chatsPerTenSeconds",
  "pingsPerTenSeconds",
  "strikes",
  "strikeWindowMs",
  "preAuthBytes",
  "authTimeoutMs",
  "pendingHandshakesPerAddress",
  "strangersPerAddress",
  "strangersPerNode",
  "loginsPerMinute",
  "pingIntervalMs",
  "pingsMissed",
  "httpBodyBytes",
  "httpHeaderBytes",
  "httpHeadersMs",
  "httpRequestMs",
  "outQueueCoalesceBytes",
  "outQueueLatestBytes",
  "outQueueCloseBytes",
  "outQueueStuckMs",
] as const satisfies readonly LimitName[]);

/** How many times its own value a limit may be set to. */
const timesMax = 100;

/** A limit's name as config.yaml writes it: `message_bytes`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The largest value that a limit may be set to. */
export function largest(name: LimitName): number {
  return limits[name].value * timesMax;
}

/** Limits by their own names, from those of config.yaml. */
export function limitOverrides(
  written: Readonly<Record<string, number | undefined>>,
): Partial<Record<LimitName, number>> {
  const overrides: Partial<Record<LimitName, number>> = {};
  for (const name of adjustableLimits) {
    const value = written[snakeCase(name)];
    if (value !== undefined) overrides[name] = value;
  }
  return overrides;
}
