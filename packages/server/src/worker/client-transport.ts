import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import type { PeerRules } from "../transports/peers.ts";
import { WebSocketTransport } from "../transports/websocket/websocket-transport.ts";

/** The WebSocket endpoint `/ws`, under the limits in force. */
export function clientTransport(options: {
  readonly peers: PeerRules;
  readonly limits: LimitValues;
  readonly log: Log;
}): WebSocketTransport {
  const { peers, limits, log } = options;
  return new WebSocketTransport({
    peers,
    messageBytesMax: limits.messageBytes,
    messagePartsMax: limits.messageParts,
    pendingPerAddressMax: limits.pendingHandshakesPerAddress,
    connectionsMax: limits.sessionsPerNode,
    onRefused: (code, address) => log.debug("upgrade refused", { code, address }),
  });
}
