import { RealmError } from "@realmwright/protocol";
import type { EdgeOptions, VirtualClock } from "@realmwright/server/internal";

/** What the clients of the fuzzed server may ask for. */
export const operations = ["at-once", "late", "large", "not-for-you"] as const;

/** Longer than some of the clients stay. */
const LATE_MS = 300;
const LARGE = JSON.stringify("x".repeat(200_000));

/** Runs them; what is late or large is asked for by several at a time. */
export function callerOn(clock: VirtualClock): NonNullable<EdgeOptions["caller"]> {
  const refused = (code: "FORBIDDEN" | "OPERATION_UNKNOWN") => ({
    error: new RealmError(code).toPayload("rpc"),
  });
  return {
    call: ({ input = null, operation }, answered) => {
      const name = operation as (typeof operations)[number];
      const atMs = clock.nowMs() + (name === "late" ? LATE_MS : 0);
      return clock.at(atMs, () => {
        if (name === "large") answered({ output: LARGE });
        else if (name === "not-for-you") answered(refused("FORBIDDEN"));
        else if (name === "late" || name === "at-once") {
          answered({ output: JSON.stringify(input) });
        } else answered(refused("OPERATION_UNKNOWN"));
      });
    },
  };
}
