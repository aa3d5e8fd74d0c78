import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { ErrorCode } from "@realmwright/protocol";
import { ThreadBus } from "../bus/threads/thread-bus.ts";
import { bump } from "../edge/counters.ts";
import { Edge } from "../edge/edge.ts";
import { plainServerOptions, refuseGarbage, refuseOddities } from "../http/plain-server.ts";
import { BusEdgeLink } from "../link/bus-edge-link.ts";
import { systemClock } from "../scheduler/system-clock.ts";
import { limitValues } from "../session/limit-values.ts";
import { clientTransport } from "./client-transport.ts";
import { sureLog } from "../logging/sure-log.ts";
import { ForwardedLog } from "./forwarded-log.ts";
import { HttpProxy } from "./http-proxy.ts";
import { RemoteCaller } from "./remote-caller.ts";
import { RemoteVerifier } from "./remote-verifier.ts";
import {
  hostAddress,
  type EdgeWorkerData,
  type FromEdgeWorker,
  type ToEdgeWorker,
} from "./worker-messages.ts";

/** How often the thread tells what it has counted. */
const REPORT_MS = 1000;
/** How long clients may take to answer the closing handshake at the end. */
const GOODBYE_MS = 2000;

/*
 * An edge in a thread of its own: it listens on the public port together with its siblings, serves WebSocket clients
 * itself, and hands plain HTTP on to the main thread. Rooms reach it as bytes over the bus.
 */

const data = workerData as EdgeWorkerData;
const tell = (message: FromEdgeWorker): void => parentPort!.postMessage(message, []);

const clock = systemClock();
const lines = new ForwardedLog((line) => tell({ type: "log", line }), { edge: data.address });
const log = sureLog(lines);
const limits = limitValues(data.limits);
const verifier = new RemoteVerifier((request, credential) =>
  tell({ type: "verify", request, credential }),
);
const caller = new RemoteCaller({
  ask: (request, call) => tell({ type: "call", request, call }),
  end: (request) => tell({ type: "callEnd", request }),
});
const edge = new Edge({
  clock,
  log,
  limits,
  random: (length) => randomBytes(length),
  verifier,
  tickets: verifier,
  caller,
});
const bus = new ThreadBus(data.address);
bus.connect(hostAddress, data.bus);
edge.start(new BusEdgeLink(bus, hostAddress, edge, log));

const refused = (code: ErrorCode): void => bump(edge.counters.httpRefused, code);
const transport = clientTransport({
  peers: data.peers,
  queryToken: data.queryToken,
  limits,
  log,
  counters: edge.counters,
  gate: { memory: data.gate, thread: data.thread },
});
transport.start((connection) => edge.accept(connection));
const proxy = new HttpProxy({
  socket: data.httpSocket,
  bodyBytesMax: limits.httpBodyBytes,
  refused,
});
const server: Server = createServer(plainServerOptions(limits), (request, response) => {
  proxy.handle(request, response);
});
server.on("clientError", (error, socket) => refuseGarbage(error, socket, refused));
refuseOddities(server, refused);
transport.serve(server);
server.on("error", (error: NodeJS.ErrnoException) => {
  tell({ type: "failed", code: error.code ?? "UNKNOWN", message: error.message });
});
server.listen({ ...data.listen, reusePort: true }, () => {
  tell({ type: "listening", port: (server.address() as AddressInfo).port });
});

const report = setInterval(() => {
  tell({ type: "counters", counters: edge.counters, connections: edge.size });
}, REPORT_MS);

parentPort!.on("message", (message: ToEdgeWorker) => {
  if (message.type === "verdict") verifier.answered(message.request, message.verdict);
  else if (message.type === "outcome") caller.answered(message.request, message.outcome);
  else void stop();
});

async function stop(): Promise<void> {
  clearInterval(report);
  transport.refuse();
  server.close();
  edge.stop();
  await transport.stop(GOODBYE_MS);
  server.closeAllConnections();
  proxy.close();
  tell({ type: "counters", counters: edge.counters, connections: edge.size });
  bus.close();
  parentPort!.close();
}
