import { isIP, isIPv4 } from "node:net";

/** Names under which a server on this machine alone is reached. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Who may talk to this server. */
export interface PeerRules {
  /** Names that a Host header may carry, without a port; "*" allows all. Guards against DNS rebinding. */
  readonly hosts: readonly string[];
  /** Origins besides the server's own whose pages may connect, as "https://example.org"; "*" allows all. */
  readonly origins: readonly string[];
  /** Proxies in front that append to X-Forwarded-For. 0: the header is ignored. */
  readonly proxyHops: number;
}

/** `host` is a Host header: a name or address with an optional port. */
export function isHostAllowed(host: string | undefined, rules: PeerRules): boolean {
  if (rules.hosts.includes("*")) return true;
  if (host === undefined) return false;
  const name = withoutPort(host).toLowerCase();
  return rules.hosts.some((allowed) => allowed.toLowerCase() === name);
}

/**
 * A missing Origin is allowed: only browsers send it, and nothing here trusts a cookie. Otherwise the page must come
 * from this very host or from a listed origin. "null" (sandboxed pages, files) counts as foreign.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  rules: PeerRules,
): boolean {
  if (origin === undefined || rules.origins.includes("*")) return true;
  if (rules.origins.includes(origin)) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === canonicalHost(host);
}

/** Address of the client: that of the socket, or what the outermost trusted proxy saw. */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | string[] | undefined,
  proxyHops: number,
): string {
  const direct = plainAddress(socketAddress ?? "");
  if (proxyHops === 0 || forwardedFor === undefined) return direct;
  const seen = (Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor).split(",");
  const claimed = seen[seen.length - proxyHops]?.trim() ?? "";
  return isIP(claimed) === 0 ? direct : plainAddress(claimed);
}

/** What limits by address count by: an IPv4 address, or the /64 network that one IPv6 customer has. */
export function addressKey(address: string): string {
  if (isIPv4(address) || !address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? 0 : tail.split(":").length;
    for (let i = groups.length; i < 8 - after && groups.length < 4; i++) groups.push("0");
    if (groups.length < 4) groups.push(...tail.split(":"));
  }
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}

/** An IPv4 address that an IPv6 socket reports as ::ffff:192.0.2.1 is written as IPv4. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && isIPv4(address.slice(7)) ? address.slice(7) : address;
}

function withoutPort(host: string): string {
  if (host.startsWith("[")) return host.slice(0, host.indexOf("]") + 1);
  const colon = host.lastIndexOf(":");
  return colon === -1 ? host : host.slice(0, colon);
}

/** As `URL.host` writes it: lower case, default ports left out (a Host header rarely names them, but may). */
function canonicalHost(host: string): string {
  const url = `http://${host}`;
  if (!URL.canParse(url)) return "";
  const parsed = new URL(url).host;
  return parsed.endsWith(":443") ? parsed.slice(0, -4) : parsed;
}
