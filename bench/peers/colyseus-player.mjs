import { decode, encode, Reflection } from "@colyseus/schema";
import { pack } from "msgpackr";
import { LeanSocket } from "../load/lean-socket.ts";

/*
 * A player of the Colyseus room, as @colyseus/sdk 0.18 speaks, without what it does besides. Only a watched one decodes the
 * state.
 */

const JOIN_ROOM = 10;
const ERROR = 11;
const ROOM_DATA = 13;
const ROOM_STATE = 14;
const ROOM_STATE_PATCH = 15;
const ROOM_DATA_BYTES = 17;

/** @param {import("../load/player.ts").PlayerOptions} options */
export async function join(options) {
  const url = `http://127.0.0.1:${options.port}/matchmake/joinOrCreate/arena`;
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify({ stream: options.wantsStream }),
  });
  const seat = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(seat));
  const player = new ColyseusPlayer(options);
  await player.connect(`/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`);
  return player;
}

/** The head of every steering message: type and name. */
const head = (() => {
  const bytes = new Uint8Array(16);
  const it = { offset: 1 };
  bytes[0] = ROOM_DATA;
  encode.string(bytes, "steer", it);
  return bytes.subarray(0, it.offset);
})();

class ColyseusPlayer {
  updates = 0;
  #options;
  #socket;
  #decoder;
  #number;
  #arrived = () => undefined;
  #fail = () => undefined;

  constructor(options) {
    this.#options = options;
  }

  get bytesIn() {
    return this.#socket.bytesIn;
  }

  async connect(path) {
    const { port, from, onClose } = this.#options;
    let isIn = false;
    const arrived = new Promise((resolve, reject) => {
      this.#arrived = () => {
        isIn = true;
        resolve();
      };
      this.#fail = reject;
    });
    this.#socket = await LeanSocket.open({
      port,
      from,
      path,
      onMessage: (bytes, socket) => this.#receive(bytes, socket),
      onClose: (why) => (isIn ? onClose(why) : this.#fail(new Error(why))),
    });
    await arrived;
  }

  stopReading() {
    this.#socket.stopReading();
  }

  fallSilent() {
    this.#socket.fallSilent();
  }

  steer(heading) {
    const payload = pack(heading);
    const message = new Uint8Array(head.length + payload.length);
    message.set(head);
    message.set(payload, head.length);
    this.#socket.send(message);
  }

  #receive(bytes, socket) {
    const nowMs = performance.now();
    switch (bytes[0]) {
      case JOIN_ROOM:
        this.#greet(bytes, socket);
        return;
      case ERROR:
        this.#fail(new Error(bytes.toString("latin1")));
        return;
      case ROOM_STATE:
        this.#decoder?.decode(bytes, { offset: 1 });
        this.#arrived();
        return;
      case ROOM_STATE_PATCH:
        this.updates++;
        this.#decoder?.decode(bytes, { offset: 1 });
        if (this.#decoder !== undefined) this.#look(nowMs);
        return;
      case ROOM_DATA_BYTES:
        // Of a stream nothing is kept; the other one that the room sends is the player's number.
        this.#number ??= bytes.readUInt16LE(bytes.length - 2);
    }
  }

  #greet(bytes, socket) {
    // token, name of the serializer, length of the description of the state
    const it = { offset: 1 };
    it.offset += 1 + bytes[it.offset];
    it.offset += 1 + bytes[it.offset];
    const length = decode.number(bytes, it);
    if (this.#options.watch !== undefined) {
      const description = Buffer.from(bytes.subarray(it.offset, it.offset + length));
      this.#decoder = Reflection.decode(description, { offset: 0 });
    }
    socket.send(Uint8Array.of(JOIN_ROOM));
    // A room without state sends none.
    if (this.#options.isIdle) this.#arrived();
  }

  #look(nowMs) {
    const { state } = this.#decoder;
    const { watch } = this.#options;
    const own = state.walkers?.get(String(this.#number));
    if (own === undefined) return;
    watch.applied(own.heading, nowMs);
    if (watch.wants(state.tick)) watch.saw(state.tick, this.#number, people(state.walkers));
  }
}

function* people(walkers) {
  for (const [key, { x, y }] of walkers) yield { number: Number(key), x, y };
}
