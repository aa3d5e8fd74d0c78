import type { LoginsEnded } from "../../auth/logins-ended.ts";

/** Where accounts tell the rest of the server, on every node, what happened; after it is stored. Must not throw. */
export interface AccountEvents {
  publish(event: LoginsEnded): void;
}
