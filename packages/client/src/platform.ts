import type { ClientPorts, ClientSocket, SocketFactory, SocketListener } from "./ports.ts";

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
