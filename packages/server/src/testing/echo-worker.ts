import { type MessagePort, workerData } from "node:worker_threads";
import { ThreadBus } from "../bus/threads/thread-bus.ts";

// A worker that sends back what it receives, the bytes in reverse. Its port comes as workerData.
const { port } = workerData as { readonly port: MessagePort };
const bus = new ThreadBus("echo");
bus.connect("main", port);
bus.onReceive((from, bytes) => bus.send(from, bytes.toReversed()));
