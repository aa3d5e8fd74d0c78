import type { Server } from "@realmwright/server";

/**
 * Hands the server what nothing in this process has caught, so that it costs no more than the room that it came from. What
 * came from no room goes to `broken`: what it has left half done, nobody knows.
 */
export function takeUncaught(server: Server, broken: (error: unknown) => void): void {
  const take = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void => {
    if (!server.uncaught(error, origin)) broken(error);
  };
  process.on("uncaughtException", take);
  process.on("unhandledRejection", (reason) => take(reason, "unhandledRejection"));
}
