import type {
  ClientPorts,
  ClientSocket,
  SocketFactory,
  SocketListener,
  SessionStorage,
} from "./ports.ts";

/**
 * The ports on the globals that browsers and Node share. Made anew for each client, read when they are used.
 */
export function platformPorts(): ClientPorts {
  return {
    clock: {
      nowMs: () => performance.now(),
      at(atMs, call) {
        const timer = setTimeout(call, Math.max(0, atMs - performance.now()));
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    socket: platformSocket,
    async post(url, body) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: parsed(await answer.text()) };
    },
    onOnline(call) {
      const target = globalThis as Partial<EventTarget>;
      target.addEventListener?.("online", call);
      return () => target.removeEventListener?.("online", call);
    },
    report: (error) => {
      // as if nobody had caught it: browsers log it, Node ends
      queueMicrotask(() => {
        throw error;
      });
    },
  };
}

/**
 * Address of a WebSocket door: `/ws` where only the server is named, the page's own server where nothing is. Throws
 * TypeError for what is no address.
 */
export function doorUrl(address: string | undefined): string {
  const page = typeof location === "undefined" ? undefined : location.href;
  if (address === undefined && page === undefined) {
    throw new TypeError(
      "Outside of a page `url` must name the server, as in ws://localhost:8080/ws",
    );
  }
  const url = new URL(address ?? "/ws", page);
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (url.pathname === "/") url.pathname = "/ws";
  return url.href;
}

/** What outlives a reload of the page. Undefined outside of pages, and where the user forbids it. */
export function pageStorage(): SessionStorage | undefined {
  if (typeof document === "undefined") return undefined;
  try {
    return globalThis.sessionStorage;
  } catch {
    // storage is switched off: the session ends with the page
    return undefined;
  }
}

/** Connects with the global WebSocket. */
export const platformSocket: SocketFactory = (
  url: string,
  subprotocol: string,
  listener: SocketListener,
): ClientSocket => {
  const socket = new WebSocket(url, [subprotocol]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => listener.open();
  socket.onmessage = (event: MessageEvent<unknown>) => {
    const { data } = event;
    listener.message(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data));
  };
  socket.onclose = (event) => listener.closed(event.code);
  return {
    send(data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(data as Uint8Array<ArrayBuffer>);
    },
    close(code) {
      // browsers allow no other standard code to be named
      if (code === 1000 || code >= 3000) socket.close(code);
      else socket.close();
    },
  };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // not JSON: the caller goes by the status
    return undefined;
  }
}
