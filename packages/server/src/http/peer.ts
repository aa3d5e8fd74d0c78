import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";
import { clientAddress, type PeerRules } from "../transports/peers.ts";

/** Set by an edge thread on requests that it hands on: the address of its client. */
export const peerHeader = "x-realmwright-peer";

/** By these a proxy in front says for whom it asks. */
const proxyHeaders = ["forwarded", "via", "x-forwarded-for", "x-real-ip"] as const;

/** Address of the client, as far as the proxies in front are believed. */
export function addressOf(request: IncomingMessage, peers: PeerRules): string {
  const { "x-forwarded-for": forwarded } = request.headers;
  return clientAddress(socketAddress(request), forwarded, peers.proxyHops);
}

/** Whether a program on this machine asks by itself. What a proxy on this machine hands on comes from anywhere. */
export function isFromThisMachine(request: IncomingMessage): boolean {
  if (proxyHeaders.some((name) => request.headers[name] !== undefined)) return false;
  const address = clientAddress(socketAddress(request), undefined, 0);
  return address === "::1" || (isIPv4(address) && address.startsWith("127."));
}

/** An edge thread that hands a request on says it in a header, over a socket of its own, which has no address. */
function socketAddress({ socket, headers }: IncomingMessage): string | undefined {
  const { [peerHeader]: peer } = headers;
  return socket.remoteAddress ?? (typeof peer === "string" ? peer : undefined);
}
