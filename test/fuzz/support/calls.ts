import { RealmError } from "@realmwright/protocol";
import type { EdgeOptions, VirtualClock } from "@realmwright/server/internal";

/** What the clients of the fuzzed server may ask for. */
export const operations = ["at-once", "late", "large", "not-for-you"] as const;

/** Longer than some of the clients stay. */
const LATE_MS = 300;
const LARGE = JSON.stringify("x".repeat(200_000));

/** Runs them; what is late or large is asked for by several at a time. */
export function callerOn(clock: VirtualClock): NonNullable<EdgeOptions["caller"]> {
  return {
    call: async ({ input = null, operation }) => {
      switch (operation as (typeof operations)[number]) {
        case "at-once":
          return { output: JSON.stringify(input) };
        case "late":
          return await new Promise((resolve) => {
            clock.at(clock.nowMs() + LATE_MS, () => resolve({ output: JSON.stringify(input) }));
          });
        case "large":
          return { output: LARGE };
        case "not-for-you":
          return { error: new RealmError("FORBIDDEN").toPayload("rpc") };
        default:
          return { error: new RealmError("OPERATION_UNKNOWN").toPayload("rpc") };
      }
    },
  };
}
