import { systemClock } from "../../scheduler/system-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import type { StoreOptions } from "../open-store.ts";

/** Options for a store on that database, with the real clock. */
export function testOptions(url: string): StoreOptions {
  return {
    url,
    clock: systemClock(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: new RecordedLog(),
  };
}
