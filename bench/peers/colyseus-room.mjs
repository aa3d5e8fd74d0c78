import { Encoder, MapSchema, schema, StateView, t } from "@colyseus/schema";
import { matchMaker, Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { createServer } from "node:http";
import { Desk, settings } from "../load/desk.ts";
import * as scene from "../load/scene.ts";
import { Nearest } from "../replication/nearest.ts";

/*
 * The Colyseus side of `load`: one room over @colyseus/ws-transport, with a StateView of the nearest per client that is
 * refreshed every fourth tick, and patches sent at the end of each step.
 */

const about = settings().scene;
const { players, visible, walk } = about;
const { side, sight } = scene.placeOf(about);
const refreshTicks = 4;

Encoder.BUFFER_SIZE = 1024 * 1024;

const Walker = schema(
  { x: t.int32(), y: t.int32(), heading: t.uint8(), flags: t.uint8() },
  "Walker",
);
const State = schema({ tick: t.uint32(), walkers: t.map(Walker).view() }, "State");

/** @type {Arena | undefined} */
let arena;
const desk = new Desk(() => ({
  closed: { closed: arena?.closed ?? 0 },
  sessions: arena?.clients.length ?? 0,
  players: arena?.clients.length ?? 0,
}));
const burst = new Uint8Array(scene.streamMessageBytes).fill(120);
const bursts = scene.streamMessages(about);

class Arena extends Room {
  patchRate = null;
  maxClients = players;
  autoDispose = false;
  closed = 0;
  #people = [];
  #x = new Float64Array(players);
  #y = new Float64Array(players);
  #nearest = new Nearest(this.#x, this.#y, side, sight);

  onCreate() {
    arena = this;
    this.state = new State();
    this.state.tick = 0;
    this.state.walkers = new MapSchema();
    this.onMessage("steer", (client, heading) => {
      const person = client.userData;
      person.walker.heading = heading & 255;
      if (walk === "by input") this.#move(person);
    });
    this.setTimestep(() => this.#step(), 1_000 / scene.tickRate);
  }

  onJoin(client, { stream = false }) {
    const number = this.#people.length;
    const walker = new Walker();
    this.#x[number] = Math.random() * side;
    this.#y[number] = Math.random() * side;
    walker.x = Math.round(this.#x[number] * 100);
    walker.y = Math.round(this.#y[number] * 100);
    walker.heading = 0;
    walker.flags = 0;
    this.state.walkers.set(String(number), walker);
    client.view = new StateView();
    client.view.add(walker);
    client.userData = { number, walker };
    this.#people.push({ number, walker, client, stream, seen: new Uint8Array(players) });
    this.#people[number].seen[number] = 1;
    const told = new Uint8Array(2);
    new DataView(told.buffer).setUint16(0, number, true);
    client.sendBytes("number", told);
  }

  onLeave() {
    this.closed++;
  }

  #step() {
    const { state } = this;
    state.tick++;
    for (const person of this.#people) {
      const { walker } = person;
      if (walk === "always") this.#move(person);
      if (Math.random() < scene.flagChance) walker.flags = Math.floor(Math.random() * 256);
    }
    if (this.#people.length === players) {
      this.#nearest.rebuild();
      for (const person of this.#people) {
        if ((state.tick + person.number) % refreshTicks === 0) this.#choose(person);
      }
    }
    if (desk.wants(state.tick)) desk.record(state.tick, this.#where());
    this.broadcastPatch();
    for (const { client, stream } of this.#people) {
      if (stream) for (let i = 0; i < bursts; i++) client.sendBytes("stream", burst);
    }
  }

  #move({ number, walker }) {
    const { heading } = walker;
    const x = scene.within(this.#x[number] + scene.stepX(heading), side);
    const y = scene.within(this.#y[number] + scene.stepY(heading), side);
    this.#x[number] = x;
    this.#y[number] = y;
    walker.x = Math.round(x * 100);
    walker.y = Math.round(y * 100);
  }

  /** Puts the nearest of a player into its view, and takes out what no longer is. */
  #choose({ number, client, seen }) {
    const count = this.#nearest.find(this.#x[number], this.#y[number], visible);
    const { found } = this.#nearest;
    for (let n = 0; n < count; n++) {
      const i = found[n];
      if (seen[i] === 0) client.view.add(this.#people[i].walker);
      seen[i] = 2;
    }
    for (let i = 0; i < players; i++) {
      if (seen[i] === 0) continue;
      if (seen[i] === 1) client.view.remove(this.#people[i].walker);
      seen[i]--;
    }
  }

  *#where() {
    for (const { number } of this.#people) {
      yield { number, x: this.#x[number], y: this.#y[number] };
    }
  }
}

const http = createServer();
const server = new Server({ transport: new WebSocketTransport({ server: http }), greet: false });
server.define("arena", Arena);
await server.listen(0, "127.0.0.1");
await matchMaker.createRoom("arena", {});
desk.listening(http.address().port);
