import { connect, type Socket } from "node:net";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  /** Seconds to wait, where it says so. */
  readonly retryAfter: number | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const END_OF_HEAD = "\r\n\r\n";

/** A request as it goes over the wire: whoever asks the same often makes it once. */
export function requestOf({ method, path, token, headers = {}, body }: Asked): Buffer {
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const all = { host: "localhost", ...bearer, ...json, ...headers, ...length };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`);
}

/** One connection to an HTTP server that stays open: one request after another, with as little work as that takes. */
export class HttpLine {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #chunks: Buffer[] = [];
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the server closed the connection")));
  }

  /** @param from address to connect from: a machine reaches itself from all of 127.0.0.0/8 */
  static open(port: number, from?: string): Promise<HttpLine> {
    const local = from === undefined ? {} : { localAddress: from };
    const socket = connect({ host: "127.0.0.1", port, ...local });
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new HttpLine(socket));
      });
    });
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** Rejects when the connection ends before the answer is there. One at a time. */
  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting !== undefined) throw new Error("another request waits on this connection");
      if (this.#isClosed) throw new Error("the connection is closed");
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const head = bytes.toString("latin1", 0, end);
    const length = Number(valueOf(head, "content-length") ?? 0);
    const from = end + END_OF_HEAD.length;
    if (bytes.length < from + length) return;
    this.#chunks = [];
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const retryAfter = valueOf(head, "retry-after");
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
      contentType: valueOf(head, "content-type"),
      text: bytes.toString("utf8", from, from + length),
    });
  }

  #end(error: Error): void {
    this.#isClosed = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

/** Of a header that comes once at most. */
function valueOf(head: string, name: string): string | undefined {
  const at = head.toLowerCase().indexOf(`\r\n${name}: `);
  if (at === -1) return undefined;
  const from = at + name.length + 4;
  const end = head.indexOf("\r\n", from);
  return head.slice(from, end === -1 ? undefined : end);
}
