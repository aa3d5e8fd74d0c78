import { RealmError } from "@realmwright/protocol";
import type { HttpRequest } from "../ports.ts";
import type { OperationName } from "./operations.ts";

/** Where HTTP has an operation, and what else is known of it. Members of the input that are not in the path are in the body, of a GET in the query. */
interface Route {
  readonly method: HttpRequest["method"];
  readonly path: string;
  /** Nobody needs a token for it. */
  readonly isOpen?: true;
  /** It gives, takes or ends a login: connections refuse it. */
  readonly over?: "http";
  /** It heeds idempotency keys. */
  readonly takesKey?: true;
  /** Members that are in the query all the same. */
  readonly query?: readonly string[];
}

const object = "/v1/objects/:owner/:collection/:key";

export const routes: Readonly<Record<OperationName, Route>> = {
  "accounts.register": { method: "POST", path: "/v1/accounts", isOpen: true, over: "http" },
  "accounts.login": { method: "POST", path: "/v1/login", isOpen: true, over: "http" },
  // the path that servers without accounts have as well
  "accounts.guest": { method: "POST", path: "/guest-login", isOpen: true, over: "http" },
  "accounts.refresh": {
    method: "POST",
    path: "/v1/sessions/refresh",
    isOpen: true,
    over: "http",
    takesKey: true,
  },
  "accounts.requestReset": {
    method: "POST",
    path: "/v1/password-resets",
    isOpen: true,
    over: "http",
  },
  "accounts.completeReset": {
    method: "POST",
    path: "/v1/password-resets/complete",
    isOpen: true,
    over: "http",
  },
  "accounts.me": { method: "GET", path: "/v1/accounts/me" },
  "accounts.rename": { method: "PUT", path: "/v1/accounts/me/name" },
  "accounts.upgrade": { method: "POST", path: "/v1/accounts/me/upgrade", over: "http" },
  "accounts.changePassword": { method: "POST", path: "/v1/accounts/me/password", over: "http" },
  "accounts.delete": { method: "POST", path: "/v1/accounts/me/delete", over: "http" },
  "accounts.logout": { method: "POST", path: "/v1/sessions/logout", over: "http" },
  "accounts.logoutEverywhere": {
    method: "POST",
    path: "/v1/sessions/logout-everywhere",
    over: "http",
  },
  "accounts.ticket": { method: "POST", path: "/v1/ws-ticket", over: "http" },
  "accounts.read": { method: "GET", path: "/v1/accounts/:account" },
  "accounts.ban": { method: "POST", path: "/v1/accounts/:account/ban" },
  "accounts.unban": { method: "POST", path: "/v1/accounts/:account/unban" },
  "accounts.setRole": { method: "PUT", path: "/v1/accounts/:account/role" },
  "objects.read": { method: "GET", path: object },
  "objects.list": { method: "GET", path: "/v1/objects/:owner/:collection" },
  "objects.write": { method: "PUT", path: object, takesKey: true },
  "objects.delete": { method: "DELETE", path: object, query: ["version"], takesKey: true },
  "objects.batch": { method: "POST", path: "/v1/objects", takesKey: true },
  "scripts.call": { method: "POST", path: "/api/rpc", takesKey: true },
  "scripts.list": { method: "GET", path: "/v1/scripts" },
  "media.token": { method: "GET", path: "/auth/token" },
};

/** The address of an HTTP path at the server of a WebSocket address. */
export function httpUrl(socketUrl: string, path: string): string {
  const url = new URL(path, socketUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}

/** Whether an operation may be asked for again when its answer was lost. */
export function isRepeatable(name: OperationName, key: string | undefined): boolean {
  const { method, takesKey } = routes[name];
  return method === "GET" || (key !== undefined && takesKey === true);
}

/** The request that an operation is. Throws REQUEST_INVALID for what no path can say. */
export function requestOf(
  socketUrl: string,
  name: OperationName,
  input: object,
): Pick<HttpRequest, "method" | "url" | "body"> {
  const { method, path, query = [] } = routes[name];
  const members = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const take = (member: string): string => {
    const value = String(members.get(member) ?? "");
    members.delete(member);
    return value;
  };
  const filled = path.replaceAll(/:(\w+)/gu, (_, member: string) => inPath(member, take(member)));
  const url = new URL(httpUrl(socketUrl, filled));
  for (const member of members.keys()) {
    if (method === "GET" || query.includes(member)) url.searchParams.set(member, take(member));
  }
  const body = method === "GET" || method === "DELETE" ? undefined : Object.fromEntries(members);
  return { method, url: url.href, ...(body === undefined ? {} : { body }) };
}

/** Dots alone would lead to another path, and nothing to a shorter one. */
function inPath(member: string, value: string): string {
  if (value === "" || value === "." || value === "..") {
    const problem = { path: `/${member}`, expected: "a name", got: JSON.stringify(value) };
    throw new RealmError("REQUEST_INVALID", { problems: [problem] });
  }
  return encodeURIComponent(value);
}
