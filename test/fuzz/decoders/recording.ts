import { Random } from "@realmwright/core";
import type { ClientMessage, ServerMessage, Subprotocol } from "@realmwright/protocol";
import { codecs, type Sender } from "@realmwright/protocol/internal";
import type { Encoding, MemoryClient } from "@realmwright/server/internal";
import { wireRoom } from "../support/game.ts";
import { clientBytes, Stage } from "../support/stage.ts";
import { structValue } from "../support/values.ts";

export interface Recording {
  /** Every message of the session, by encoding and sender. */
  readonly messages: Readonly<Record<Subprotocol, Record<Sender, Uint8Array[]>>>;
  /** Snapshots of each binary client, in their order. */
  readonly bits: readonly (readonly Uint8Array[])[];
  /** Payloads of the snapshots of each readable client, in their order. */
  readonly readable: readonly (readonly object[])[];
}

const encodings: readonly Encoding[] = ["json", "msgpack", "binary"];
const PLAYERS = 6;
const SECONDS = 6;
const utf8 = new TextEncoder();

/** Plays a session of six in one room, two of each encoding, and keeps what was said. */
export async function record(seed: number): Promise<Recording> {
  const stage = await Stage.start(seed);
  const random = new Random(seed);
  const players = Array.from(
    { length: PLAYERS },
    (_, i) => new Player(stage, encodings[i % 3]!, `player-${i}`),
  );
  for (const player of players) {
    player.say({ type: "auth", id: 1, payload: { token: player.name, protocol: 1 } });
  }
  await stage.run(100);
  for (const player of players) player.say({ type: "join", id: 2, payload: { room: "meadow" } });
  for (let round = 0; round < SECONDS * 10; round++) {
    await stage.run(100);
    for (const player of players) player.read();
    // two at a time, so that nobody is cut for flooding
    random.pick(players).act(random);
    for (const player of players) player.walk(random);
  }
  for (const player of players) player.say({ type: "leave", payload: { m: 0 } });
  await stage.run(200);
  for (const player of players) player.read();
  stage.stop();
  if (stage.errors.length > 0) throw new Error(stage.errors.join("\n"));
  return gathered(players);
}

class Player {
  readonly name: string;
  readonly encoding: Encoding;
  readonly sent: Uint8Array[] = [];
  readonly received: Uint8Array[] = [];
  readonly messages: ServerMessage[] = [];
  readonly #client: MemoryClient;
  readonly #stage: Stage;
  #seq = 0;

  constructor(stage: Stage, encoding: Encoding, name: string) {
    this.#stage = stage;
    this.encoding = encoding;
    this.name = name;
    this.#client = stage.connect(encoding);
  }

  say(message: ClientMessage): void {
    const bytes = clientBytes(message, this.encoding);
    this.sent.push(typeof bytes === "string" ? utf8.encode(bytes) : bytes);
    this.#client.send(bytes);
  }

  read(): void {
    for (const bytes of this.#client.received.splice(0)) {
      this.received.push(bytes);
      this.messages.push(...codecs[`realm.${this.encoding}`].decode(bytes, "server"));
    }
    const tick = this.#stage.host.rooms()[0]?.tick ?? 0;
    this.say({ type: "ack", payload: { m: 0, tick } });
  }

  walk(random: Random): void {
    this.#input("move", { dx: random.between(-1, 1), dy: random.between(-1, 1) });
  }

  act(random: Random): void {
    const choice = random.integer(0, 3);
    if (choice === 0) this.say({ type: "ping", id: 5, payload: { time: this.#seq } });
    else if (choice === 1) this.say({ type: "chat", payload: { m: 0, text: "a word" } });
    else {
      const struct = random.pick(wireRoom.inputs.slice(0, 3));
      const data = structValue(struct, random);
      this.#input(struct.name, struct.name === "cast" ? { ...data, target: 1 } : data);
    }
  }

  #input(name: string, data: object): void {
    this.say({ type: "input", payload: { m: 0, seq: ++this.#seq, name, data } });
  }
}

function gathered(players: readonly Player[]): Recording {
  const of = (encoding: Encoding): Record<Sender, Uint8Array[]> => {
    const those = players.filter((player) => player.encoding === encoding);
    return {
      client: those.flatMap(({ sent }) => sent),
      server: those.flatMap(({ received }) => received),
    };
  };
  const bits: Uint8Array[][] = [];
  const readable: object[][] = [];
  for (const { messages } of players) {
    const payloads = messages.flatMap(({ type, payload }) =>
      type === "snapshot" ? [payload] : [],
    );
    const packed = payloads.flatMap((payload) => ("bits" in payload ? [payload.bits] : []));
    if (packed.length > 0) bits.push(packed);
    else readable.push(payloads);
  }
  if (bits.length === 0 || readable.length === 0) throw new Error("no snapshots were recorded");
  return {
    messages: {
      "realm.json": of("json"),
      "realm.msgpack": of("msgpack"),
      "realm.binary": of("binary"),
    },
    bits,
    readable,
  };
}
