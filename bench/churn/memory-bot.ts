import type { Random } from "@realmwright/core";
import type { ClientMessage, InputPayload, ServerMessage } from "@realmwright/protocol";
import { ByteWriter, codecs, type CompiledRoom } from "@realmwright/protocol/internal";
import type { Encoding, MemoryClient, MemoryTransport } from "@realmwright/server/internal";

/** How a stay ends. */
const exits = [
  "leave",
  "leave",
  "leave",
  "close",
  "cut",
  "comeBack",
  "garbage",
  "kick",
  "door",
  "spectate",
  "badToken",
  "badRoom",
  "stall",
] as const;
type Exit = (typeof exits)[number];

const encodings: readonly Encoding[] = ["binary", "msgpack", "json"];

export interface BotWorld {
  readonly transport: MemoryTransport;
  readonly random: Random;
  readonly compiled: ReadonlyMap<string, CompiledRoom>;
  /** The server removes an account. */
  kick(account: string): void;
}

/** A client that comes, stays a little and goes in one way or another, again and again, each time as somebody else. */
export class MemoryBot {
  /** Stays that are over. */
  cycles = 0;
  /** Stays in which it got into a room. */
  joins = 0;
  /** Off: it does not come again. */
  isOn = true;
  readonly #world: BotWorld;
  readonly #index: number;
  readonly #rooms = new Map<number, string>();
  #client: MemoryClient | undefined;
  #encoding: Encoding = "binary";
  #exit: Exit = "leave";
  #state: "away" | "opening" | "joining" | "inside" | "going" = "away";
  #account = "";
  #secret: string | undefined;
  #steps: number;
  #seq = 0;

  constructor(world: BotWorld, index: number) {
    this.#world = world;
    this.#index = index;
    // They come one after another.
    this.#steps = index >> 3;
  }

  /** It has gone, or was never there. */
  get isAway(): boolean {
    return this.#state === "away";
  }

  /** A little time has passed. */
  step(): void {
    if (this.#state === "away") {
      if (this.isOn && this.#steps-- <= 0) this.#come();
      return;
    }
    this.#read();
    if (this.#client?.isOpen === false) this.#gone();
    else if (this.#state === "inside") this.#stay();
  }

  #come(): void {
    const { random } = this.#world;
    this.#encoding = random.pick(encodings);
    this.#exit = random.pick(exits);
    this.#account = `bot ${this.#index} of ${this.cycles}`;
    this.#secret = undefined;
    this.#connect();
  }

  #connect(): void {
    this.#client = this.#world.transport.connect({ encoding: this.#encoding });
    this.#rooms.clear();
    this.#state = "opening";
    const token = this.#exit === "badToken" ? "bad" : this.#account;
    const resume = this.#secret === undefined ? {} : { resume: this.#secret };
    this.#say({ type: "auth", payload: { token, protocol: 1, ...resume } });
  }

  #read(): void {
    const codec = codecs[`realm.${this.#encoding}`];
    for (const data of this.#client?.received.splice(0) ?? []) {
      const messages = codec.decode(codec.isText ? new TextDecoder().decode(data) : data, "server");
      for (const message of messages) this.#take(message);
    }
  }

  #take(message: ServerMessage): void {
    if (message.type === "welcome") {
      // One who comes back is put into the room by the server.
      if (this.#secret === undefined) this.#join();
      this.#secret = message.payload.resume;
    } else if (message.type === "joined") {
      this.#rooms.set(message.payload.m, message.payload.name);
      if (this.#state === "inside") return;
      this.#state = "inside";
      this.#seq = message.payload.inputSeq;
      this.#steps = this.#world.random.integer(2, 14);
      this.joins++;
    } else if (message.type === "left") {
      this.#rooms.delete(message.payload.m);
      if (this.#state === "going") this.#client?.close();
    } else if (message.type === "error" && this.#state === "joining") {
      this.#client?.close();
    }
  }

  #join(): void {
    const { random } = this.#world;
    this.#state = "joining";
    const known = random.chance(0.8) ? "hall" : "den";
    const room = this.#exit === "badRoom" ? "nowhere" : known;
    this.#say({ type: "join", id: 1, payload: { room, spectate: this.#exit === "spectate" } });
  }

  #stay(): void {
    const { random } = this.#world;
    if (this.#exit !== "spectate") {
      this.#input("move", { dx: random.between(-1, 1), dy: random.between(-1, 1) });
      if (random.chance(0.2)) this.#input("write", { text: `number ${this.cycles}` });
    }
    const [m] = this.#rooms.keys();
    if (m !== undefined && random.chance(0.05)) {
      this.#say({ type: "chat", payload: { m, text: "good day" } });
    }
    if (this.#steps-- <= 0) this.#leave(m ?? 0);
  }

  #leave(m: number): void {
    const client = this.#client!;
    switch (this.#exit) {
      case "close":
        client.close(1001);
        return;
      case "cut":
        client.cut();
        return;
      case "comeBack":
        client.cut();
        this.#exit = "leave";
        this.#connect();
        return;
      case "garbage":
        for (let i = 0; i < 4; i++) client.send(new Uint8Array([255, 1, 2, i]));
        break;
      case "kick":
        this.#world.kick(this.#account);
        break;
      case "door":
        this.#input("door", { to: this.#rooms.get(m) === "hall" ? "den" : "hall" });
        this.#exit = "leave";
        this.#steps = 6;
        return;
      case "stall":
        client.stall(true);
        break;
      default:
        this.#say({ type: "leave", payload: { m } });
    }
    this.#state = "going";
  }

  #input(name: string, data: object): void {
    for (const m of this.#rooms.keys()) {
      const payload: InputPayload = { m, seq: ++this.#seq, name, data };
      this.#say({ type: "input", payload });
      return;
    }
  }

  #gone(): void {
    this.cycles++;
    this.#client = undefined;
    this.#rooms.clear();
    this.#state = "away";
    this.#steps = this.#world.random.integer(0, 3);
  }

  #say(message: ClientMessage): void {
    const codec = codecs[`realm.${this.#encoding}`];
    const out = new ByteWriter();
    codec.encode(message, out, (key) => {
      const name = typeof key === "number" ? this.#rooms.get(key) : key;
      return name === undefined ? undefined : this.#world.compiled.get(name);
    });
    const bytes = out.toBytes();
    this.#client?.send(codec.isText ? new TextDecoder().decode(bytes) : bytes);
  }
}
