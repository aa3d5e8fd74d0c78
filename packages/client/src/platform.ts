import type {
  AskHttp,
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
    http: platformHttp,
    wallMs: () => Date.now(),
    key: () => {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    lock: platformLock,
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

/** What all tabs share. Undefined outside of pages, and where the user forbids it. */
export function deviceStorage(): SessionStorage | undefined {
  if (typeof document === "undefined") return undefined;
  try {
    return globalThis.localStorage;
  } catch {
    // storage is switched off: the login ends with the page
    return undefined;
  }
}

/** How long a request may take. */
const httpMs = 20_000;
/** A tab that holds the lock for longer is asleep, or gone. */
const lockMs = 5000;

const platformHttp: AskHttp = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    cache: "no-store",
    // passwords and tokens go nowhere but where they were sent
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(httpMs),
  });
  return { status: answer.status, body: parsed(await answer.text()) };
};

/** Web Locks, where there are any: browsers have them on https and localhost only. */
async function platformLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (locks === undefined) return await work();
  let isHeld = false;
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(lockMs) }, async () => {
      isHeld = true;
      return await work();
    });
  } catch (error) {
    if (isHeld) throw error;
    return await work();
  }
}

/** Connects with the global WebSocket. */
export const platformSocket: SocketFactory = (
  url: string,
  subprotocols: readonly string[],
  listener: SocketListener,
): ClientSocket => {
  const socket = new WebSocket(url, [...subprotocols]);
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
