import type { GameStorage } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";

const refuse = (): Promise<never> =>
  Promise.reject(new RealmError("STORE_UNAVAILABLE", { detail: "the server has no database" }));

/** What a room has without a database. */
export const noStorage: GameStorage = { read: refuse, list: refuse, batch: refuse };
