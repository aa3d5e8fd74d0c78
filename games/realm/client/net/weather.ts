import type { ClientSocket, SocketFactory, SocketListener } from "realmwright/client";
import type { Weather } from "../hud/debug-panel.ts";

/**
 * Sockets on a worse network: each message waits `delayMs` and up to `jitterMs` more, each way, and none overtakes
 * another. Without delay nothing waits.
 */
export function weathered(open: SocketFactory, weather: Readonly<Weather>): SocketFactory {
  return (url, subprotocol, listener) => {
    const inward = new Lane(weather);
    const outward = new Lane(weather);
    const slow: SocketListener = {
      open: () => inward.pass(() => listener.open()),
      message: (data) => inward.pass(() => listener.message(data)),
      closed: (code) => inward.pass(() => listener.closed(code)),
    };
    const socket = open(url, subprotocol, slow);
    const wrapped: ClientSocket = {
      // The bytes may be used again by whoever sends them.
      send: (data) => {
        const kept = typeof data === "string" || weather.delayMs === 0 ? data : data.slice();
        outward.pass(() => socket.send(kept));
      },
      close: (code) => outward.pass(() => socket.close(code)),
    };
    return wrapped;
  };
}

/** One direction. What is passed keeps its order, also when the weather clears up. */
class Lane {
  readonly #weather: Readonly<Weather>;
  #waiting = 0;
  #lastMs = 0;

  constructor(weather: Readonly<Weather>) {
    this.#weather = weather;
  }

  pass(deliver: () => void): void {
    const { delayMs, jitterMs } = this.#weather;
    if (this.#waiting === 0 && delayMs === 0 && jitterMs === 0) {
      deliver();
      return;
    }
    const now = performance.now();
    const dueMs = Math.max(this.#lastMs, now + delayMs + Math.random() * jitterMs);
    this.#lastMs = dueMs;
    this.#waiting++;
    setTimeout(() => {
      this.#waiting--;
      deliver();
    }, dueMs - now);
  }
}
