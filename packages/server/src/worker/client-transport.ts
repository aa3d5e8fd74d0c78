import { bump, type EdgeCounters } from "../edge/counters.ts";
import type { Log } from "../ports/log.ts";
import type { LimitValues } from "../session/limit-values.ts";
import { Gate, type GateOptions } from "../transports/gate.ts";
import type { PeerRules } from "../transports/peers.ts";
import { WebSocketTransport } from "../transports/websocket/websocket-transport.ts";

/** The WebSocket endpoint `/ws`, under the limits in force. */
export function clientTransport(options: {
  readonly peers: PeerRules;
  readonly limits: LimitValues;
  /** Whether `/ws?token=` is taken. */
  readonly queryToken: boolean;
  readonly log: Log;
  /** Those of the edge whose clients come this way. */
  readonly counters: EdgeCounters;
  /** What it shares with other threads. */
  readonly gate?: Pick<GateOptions, "memory" | "thread">;
}): WebSocketTransport {
  const { peers, limits, log, counters, queryToken } = options;
  return new WebSocketTransport({
    peers,
    queryToken,
    messageBytesMax: limits.messageBytes,
    messagePartsMax: limits.messageParts,
    gate: new Gate({
      ...options.gate,
      peers,
      limits,
      refused(code, address) {
        log.debug("connection refused", { code, address });
        bump(counters.httpRefused, code);
      },
    }),
    onRefused(code, address) {
      log.debug("upgrade refused", { code, address });
      bump(counters.upgradesRefused, code);
    },
  });
}
