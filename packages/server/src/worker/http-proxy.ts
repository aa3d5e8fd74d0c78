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
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });

  /** @param socket path of the socket where the main thread listens. */
  constructor(socket: string) {
    this.#socket = socket;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
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
      else refuse(response);
    });
    // a client that goes away takes its request with it, for example a stream of events
    response.on("close", () => onward.destroy());
    request.on("error", () => onward.destroy());
    request.pipe(onward);
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

function refuse(response: ServerResponse): void {
  const body = JSON.stringify(problemBody(new RealmError("SERVER_DRAINING")));
  response.writeHead(503, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "retry-after": "1",
  });
  response.end(body);
}
