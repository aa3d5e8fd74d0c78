import type { GameDefinition } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import { deskFor, deskOf } from "./accounts/create-auth.ts";
import { Client } from "./client.ts";
import type { ConnectOptions } from "./client-options.ts";
import { SessionKeeper } from "./connection/session-record.ts";
import { doorUrl, pageStorage, platformPorts } from "./platform.ts";
import type { ClientClock } from "./ports.ts";

/** How long a resumed session's rooms are waited for. */
const roomsMs = 1000;

/**
 * Connects and authenticates. Resolves when the server has let the player in; for a session resumed from `storage` when it
 * is back in its room. Rejects with the reason when that can not be, or has not succeeded within `times.firstMs`,
 * and with TypeError for a `url` that is none and an `auth` that is not of `createAuth`.
 */
export async function connect<G extends GameDefinition = GameDefinition>(
  options: ConnectOptions,
): Promise<Client<G>> {
  const ports = { ...platformPorts(), ...options.ports };
  const storage = options.storage === undefined ? pageStorage() : (options.storage ?? undefined);
  const home = "auth" in options ? deskOf(options.auth).url : undefined;
  const url = doorUrl(options.url ?? home);
  const keeper = new SessionKeeper(storage, url);
  const desk = deskFor(options, { url, ports, keeper });
  const client = new Client<G>({ ...options, url }, { ports, keeper, desk });
  await new Promise<void>((resolve, reject) => {
    client.onState((state) => {
      if (state === "open") resolve();
    });
    client.onClosed((error) => reject(error ?? new RealmError("CLIENT_CLOSED")));
    client.reconnect();
  });
  if (client.isResumed) await firstRoom(client, ports.clock);
  return client;
}

function firstRoom(client: Client, clock: ClientClock): Promise<void> {
  return new Promise((resolve) => {
    const withdraw = clock.at(clock.nowMs() + roomsMs, () => {
      unsubscribe();
      resolve();
    });
    const unsubscribe = client.onRoom(() => {
      withdraw();
      resolve();
    });
  });
}
