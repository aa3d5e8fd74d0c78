import { createServer } from "../server.ts";
import { arena } from "./arena.ts";
import { WsClient } from "./ws-client.ts";

/* Run by a test as a process of its own: starts a server, plays a moment, stops it, and must then end by itself. */

const edges = Number(process.argv[2] ?? 0);
const secret = new Uint8Array(32).fill(5);
const server = createServer({ game: arena(), secret, edges, http: { port: 0 } });
await server.start();
const client = await WsClient.open(server.url, { encoding: "binary" });
await client.join("arena");
await fetch(`${server.url}/metrics`).then((response) => response.text());
await server.stop({ graceMs: 50 });
