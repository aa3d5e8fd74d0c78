import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Desk } from "../load/desk.ts";

/*
 * What Node itself takes for the same exchange, in a process of its own: it reads a JSON body and answers with JSON. No token is
 * checked, no script runs, nothing is validated.
 */

const desk = new Desk(() => ({ closed: {}, sessions: 0, players: 0 }), 1_000);
const counters = new WeakMap<object, number>();
const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (text += chunk));
  request.on("end", () => {
    const { args } = JSON.parse(text) as { args: { by: number } };
    const n = (counters.get(request.socket) ?? 0) + args.by;
    counters.set(request.socket, n);
    const body = JSON.stringify({ n });
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => desk.listening((server.address() as AddressInfo).port));
