import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { RealmError, type ErrorCode } from "@realmwright/protocol";
import { isAmbiguous } from "../http/headers.ts";
import { peerHeader } from "../http/peer.ts";
import { writeProblem } from "../http/problem.ts";

/** How long the main thread may take to refuse a body that is too large. */
const VERDICT_MS = 1000;

/** Headers that are about one connection and not about the message (RFC 9110 §7.6.1). */
const hopByHop = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Hands plain HTTP on to the main thread and its answers back, as streams in both directions. Answers are the main
 * thread's alone, also where it refuses something, unless it gives none.
 */
export class HttpProxy {
  readonly #socket: string;
  readonly #bodyBytesMax: number;
  readonly #refused: (code: ErrorCode) => void;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });

  constructor(options: {
    /** Path of the socket where the main thread listens. */
    readonly socket: string;
    /** Of a larger body no more is handed on than the main thread needs to refuse it. */
    readonly bodyBytesMax: number;
    /** Told about each request that the main thread does not answer. */
    readonly refused: (code: ErrorCode) => void;
  }) {
    this.#socket = options.socket;
    this.#bodyBytesMax = options.bodyBytesMax;
    this.#refused = options.refused;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // the main thread would not know: of doubled headers Node hands on one, and those of one connection are not handed on
    if (isAmbiguous(request)) {
      this.#refused("REQUEST_INVALID");
      writeProblem(response, new RealmError("REQUEST_INVALID"));
      request.resume();
      return;
    }
    const onward = httpRequest({
      agent: this.#agent,
      socketPath: this.#socket,
      method: request.method,
      path: request.url,
      headers: {
        ...withoutHops(request),
        // not believed from outside: overwritten, whatever came
        [peerHeader]: request.socket.remoteAddress ?? "",
      },
      setHost: false,
    });
    // a body without a frame around it would be taken for requests of its own
    onward.useChunkedEncodingByDefault = request.headers["transfer-encoding"] !== undefined;
    onward.on("response", (answer) => {
      const { statusCode = 502, statusMessage, headers } = answer;
      // "upgrade required" says to what
      const { upgrade } = headers;
      const more = statusCode === 426 && upgrade !== undefined ? { upgrade } : {};
      response.writeHead(statusCode, statusMessage, { ...withoutHops(answer), ...more });
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    const isTooLarge = this.#handOn(request, onward);
    onward.on("error", () => {
      if (!response.headersSent) this.#refuse(response, isTooLarge());
      else if (!response.writableEnded) response.destroy();
    });
    // a client that goes away takes its request with it, for example a stream of events
    response.on("close", () => onward.destroy());
    request.on("error", () => onward.destroy());
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Hands the body on as it comes; answers whether it has become too large. */
  #handOn(request: IncomingMessage, onward: ClientRequest): () => boolean {
    const max = this.#bodyBytesMax;
    let bytes = 0;
    const add = (count: number): void => {
      bytes += count;
      if (bytes > max) onward.setTimeout(VERDICT_MS, () => onward.destroy());
    };
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > max) {
      add(announced);
      onward.flushHeaders();
    }
    request.on("data", (chunk: Buffer) => {
      if (bytes > max) return;
      add(chunk.length);
      if (onward.write(chunk) || bytes > max) return;
      request.pause();
      onward.once("drain", () => request.resume());
    });
    request.on("end", () => {
      if (bytes <= max) onward.end();
    });
    return () => bytes > max;
  }

  #refuse(response: ServerResponse, isTooLarge: boolean): void {
    const code = isTooLarge ? "MESSAGE_TOO_LARGE" : "SERVER_DRAINING";
    this.#refused(code);
    writeProblem(response, new RealmError(code, isTooLarge ? {} : { retryAfterMs: 1000 }));
  }
}

/** A request's `Connection` names nothing: it would have been refused. An answer's is the main thread's own. */
function withoutHops(message: IncomingMessage): Record<string, string | string[]> {
  const isAnswer = message.statusCode != null;
  const connection = isAnswer ? (message.headers.connection ?? "") : "";
  const named = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named.has(name)) kept[name] = value;
  }
  return kept;
}
