import { matchMaker, Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { createServer } from "node:http";
import { Desk } from "../load/desk.ts";

/* The Colyseus side of `connections`: a room without state and step, in which clients do nothing. */

/** @type {Hall | undefined} */
let hall;

class Hall extends Room {
  patchRate = null;
  maxClients = Infinity;
  autoDispose = false;

  onCreate() {
    hall = this;
  }
}

const http = createServer();
const server = new Server({ transport: new WebSocketTransport({ server: http }), greet: false });
server.define("arena", Hall);
await server.listen(0, "127.0.0.1");
await matchMaker.createRoom("arena", {});
const desk = new Desk(() => ({
  closed: {},
  sessions: hall?.clients.length ?? 0,
  players: hall?.clients.length ?? 0,
}));
desk.listening(http.address().port);
