import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { RealmError } from "@realmwright/protocol";
import { peerHeader } from "../http/app.ts";
import { problemBody } from "../http/problem.ts";

/** Headers that are about one connection and not about the message (RFC 9110 §7.6.1). */
const hopByHop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Hands plain HTTP on to the main thread and its answers back, as streams in both directions. */
export class HttpProxy {
  readonly #socket: string;
  readonly #bodyBytesMax: number;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });

  /**
   * @param socket path of the socket where the main thread listens.
   * @param bodyBytesMax larger bodies are refused here: an answer that comes in the midst of one could get lost.
   */
  constructor(socket: string, bodyBytesMax: number) {
    this.#socket = socket;
    this.#bodyBytesMax = bodyBytesMax;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (Number(request.headers["content-length"] ?? 0) > this.#bodyBytesMax) {
      refuse(response, "MESSAGE_TOO_LARGE");
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
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer));
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    onward.on("error", () => {
      if (response.headersSent) response.destroy();
      else refuse(response, "SERVER_DRAINING");
    });
    // a client that goes away takes its request with it, for example a stream of events
    response.on("close", () => onward.destroy());
    request.on("error", () => onward.destroy());
    request.pipe(onward);
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= this.#bodyBytesMax || response.headersSent) return;
      refuse(response, "MESSAGE_TOO_LARGE");
      onward.destroy();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function withoutHops(message: IncomingMessage): Record<string, string | string[]> {
  const connection = message.headers.connection ?? "";
  const named = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named.has(name)) kept[name] = value;
  }
  return kept;
}

function refuse(response: ServerResponse, code: "SERVER_DRAINING" | "MESSAGE_TOO_LARGE"): void {
  const error = new RealmError(code);
  const body = JSON.stringify(problemBody(error));
  response.writeHead(error.status, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    // what is left of the request is not read
    connection: "close",
    ...(code === "SERVER_DRAINING" ? { "retry-after": "1" } : {}),
  });
  response.end(body);
}
