import type { Log } from "@realmwright/server";

/** A log that is quiet about everything but the server's own failures. */
export function silentLog(failed: (failure: string) => void): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error(message, data) {
      const error = data?.["error"];
      failed(
        `${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    },
    with: () => log,
  };
  return log;
}
