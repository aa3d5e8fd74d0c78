import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A TCP proxy on loopback between real clients and a real server, which can break the way between them: cut all
 * connections, stop carrying bytes for a while, or carry them late.
 */
export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #accepted = 0;
  #delayMs = 0;
  #stalled = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Starts a proxy to a port of this machine, on a port of its own. */
  static async start(port: number, host = "127.0.0.1"): Promise<TcpProxy> {
    const proxy = new TcpProxy({ host, port });
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy has ended");
    return address.port;
  }

  /** Connections accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Connections open now. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Bytes that wait because of a stall, of both directions of all open connections. */
  get heldBytes(): number {
    let bytes = 0;
    for (const pair of this.#pairs) bytes += pair.heldBytes;
    return bytes;
  }

  /** Cuts every connection by a TCP reset, as a rebooting router does. */
  reset(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Carries nothing in either direction, and tells neither side, until called with false. Bytes wait meanwhile. */
  stall(on: boolean): void {
    this.#stalled = on;
    for (const pair of this.#pairs) pair.stall(on);
  }

  /** From now on every chunk is carried so much later than it came, in order. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  async stop(): Promise<void> {
    this.reset();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    this.#accepted++;
    const server = connect(this.#target.port, this.#target.host);
    const pair = new Pair(client, server, () => this.#delayMs);
    this.#pairs.add(pair);
    pair.stall(this.#stalled);
    pair.onEnd(() => this.#pairs.delete(pair));
  }
}

/** The two sockets of one connection. */
class Pair {
  readonly #sockets: readonly [Socket, Socket];
  readonly #lanes: readonly [Lane, Lane];
  #ended: (() => void) | undefined;

  constructor(client: Socket, server: Socket, delayMs: () => number) {
    this.#sockets = [client, server];
    this.#lanes = [new Lane(client, server, delayMs), new Lane(server, client, delayMs)];
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      // A reset on one side is passed on to the other; nobody else needs to hear of it.
      socket.on("error", () => this.reset());
      // What one side said before it closed may still be on its way to the other.
      socket.on("close", () => {
        if (this.#sockets.every(({ closed }) => closed)) this.#end();
      });
    }
  }

  onEnd(ended: () => void): void {
    this.#ended = ended;
  }

  get heldBytes(): number {
    return this.#lanes[0].heldBytes + this.#lanes[1].heldBytes;
  }

  stall(on: boolean): void {
    for (const lane of this.#lanes) lane.stall(on);
  }

  reset(): void {
    for (const socket of this.#sockets) {
      if (socket.destroyed) continue;
      // While a socket is being shut, Node can not reset it: it would keep the socket open for good.
      if (socket.writableEnded && !socket.writableFinished) socket.destroy();
      else socket.resetAndDestroy();
    }
    this.#end();
  }

  #end(): void {
    this.#ended?.();
    this.#ended = undefined;
  }
}

/** One direction. */
class Lane {
  readonly #to: Socket;
  readonly #delayMs: () => number;
  /** In the order in which they came; none is carried before those ahead of it. */
  readonly #waiting: { readonly item: Buffer | "end"; readonly dueMs: number }[] = [];
  #stalled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, delayMs: () => number) {
    this.#to = to;
    this.#delayMs = delayMs;
    from.on("data", (chunk) => this.#take(chunk));
    from.on("end", () => this.#take("end"));
  }

  get heldBytes(): number {
    if (!this.#stalled) return 0;
    return this.#waiting.reduce((sum, { item }) => sum + (item === "end" ? 0 : item.length), 0);
  }

  stall(on: boolean): void {
    this.#stalled = on;
    this.#carryDue();
  }

  #take(item: Buffer | "end"): void {
    const delayMs = this.#delayMs();
    this.#waiting.push({ item, dueMs: delayMs === 0 ? 0 : performance.now() + delayMs });
    this.#carryDue();
  }

  #carryDue(): void {
    clearTimeout(this.#timer);
    if (this.#stalled) return;
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const leftMs = first.dueMs - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#carryDue(), leftMs);
        return;
      }
      this.#waiting.shift();
      this.#carry(first.item);
    }
  }

  #carry(item: Buffer | "end"): void {
    if (this.#to.destroyed) return;
    if (item === "end") this.#to.end();
    else this.#to.write(item);
  }
}
