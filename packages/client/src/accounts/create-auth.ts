import type { ConnectOptions } from "../client-options.ts";
import { type Credentials, given, provided, ticketed } from "../connection/credentials.ts";
import type { SessionKeeper } from "../connection/session-record.ts";
import { deviceStorage, doorUrl, platformPorts } from "../platform.ts";
import type { ClientPorts } from "../ports.ts";
import { AccountDesk } from "./account-desk.ts";
import type { Auth, AuthOptions } from "./auth.ts";
import { StoredLogin } from "./login-record.ts";

/**
 * The player's login at a server, as it was kept or for one to log in. Give it to `connect`. Throws TypeError for a `url`
 * that is none.
 */
export function createAuth(options: AuthOptions = {}): Auth {
  const ports = { ...platformPorts(), ...options.ports };
  const url = doorUrl(options.url);
  const storage = options.storage === undefined ? deviceStorage() : (options.storage ?? undefined);
  return new AccountDesk({
    url,
    ports,
    store: new StoredLogin(storage, url),
    exclusive: (work) =>
      storage === undefined ? work() : ports.lock(`realmwright.login:${url}`, work),
  });
}

/** Who a connection is made for. Throws TypeError for an `auth` that is none of `createAuth`. */
export function deskFor(
  options: ConnectOptions,
  parts: { readonly url: string; readonly ports: ClientPorts; readonly keeper: SessionKeeper },
): AccountDesk {
  if ("auth" in options) return deskOf(options.auth);
  const { url, ports, keeper } = parts;
  const alone = { url, ports, exclusive: <T>(work: () => Promise<T>): Promise<T> => work() };
  if ("guest" in options) {
    const { guest } = options;
    return new AccountDesk({ ...alone, store: keeper.guestStore(guest.name), guest });
  }
  const store = new StoredLogin(undefined, url);
  return new AccountDesk({ ...alone, store, source: sourceOf(options) });
}

/** What the application gives. */
function sourceOf(
  options: Exclude<ConnectOptions, { auth: Auth } | { guest: object }>,
): Credentials {
  if ("token" in options) return given(options.token);
  if ("tokenProvider" in options) return provided(options.tokenProvider);
  return ticketed(options.ticketProvider);
}

/** Throws TypeError for what `createAuth` has not made. */
export function deskOf(auth: Auth): AccountDesk {
  if (auth instanceof AccountDesk) return auth;
  throw new TypeError("`auth` is what createAuth gives");
}
