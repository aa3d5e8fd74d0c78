import type { ClientMessage, ServerMessage } from "@realmwright/protocol";
import { codecs } from "@realmwright/protocol/internal";
import type { MemoryClient } from "@realmwright/server/internal";
import { clientBytes, type Stage } from "../support/stage.ts";

/** A player who plays on while others do not, and tells what it noticed of them. */
export class Witness {
  readonly #stage: Stage;
  readonly #client: MemoryClient;
  #tick = 0;
  #seq = 0;
  #heard: string[] = [];
  #problems: string[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#client = stage.connect("json");
  }

  async enter(): Promise<void> {
    this.#say({ type: "auth", payload: { token: "witness", protocol: 1 } });
    await this.#stage.run(50);
    this.#say({ type: "join", payload: { room: "meadow" } });
    await this.#stage.run(100);
    this.#read();
    if (this.#tick === 0) throw new Error("the witness sees nothing");
  }

  /** Says a word, hears it, sees time go by. Answers what was strange. */
  async look(): Promise<string | undefined> {
    this.#read();
    const since = this.#tick;
    const word = `w${++this.#seq}`;
    const data = { words: [word], to: [] };
    const input = { m: 0, seq: this.#seq, name: "say", data, ack: since };
    this.#say({ type: "input", payload: input });
    this.#say({ type: "ping", payload: { time: this.#seq } });
    await this.#stage.run(200);
    this.#read();
    const { closedWith } = this.#client;
    if (closedWith !== undefined) return `closed by ${closedWith.code} ${closedWith.reason}`;
    if (this.#problems.length > 0) return this.#problems.splice(0).join();
    if (!this.#heard.includes(word)) return `${word} was not repeated`;
    if (!this.#heard.includes(`pong ${this.#seq}`)) return "a ping was not answered";
    if (!this.#heard.includes(`confirm ${this.#seq}`)) return "an input was not confirmed";
    if (this.#tick <= since) return `time stands still at ${since}`;
    this.#heard = [];
    return undefined;
  }

  #say(message: ClientMessage): void {
    this.#client.send(clientBytes(message, "json"));
  }

  #read(): void {
    for (const bytes of this.#client.received.splice(0)) {
      for (const message of codecs["realm.json"].decode(bytes, "server")) this.#take(message);
    }
    if (this.#tick > 0) this.#say({ type: "ack", payload: { m: 0, tick: this.#tick } });
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case "snapshot":
        if ("tick" in message.payload) this.#tick = message.payload.tick;
        return;
      case "event":
        if (message.payload.name === "said") {
          this.#heard.push(...(message.payload.data as { words: string[] }).words);
        }
        return;
      case "pong":
        this.#heard.push(`pong ${message.payload.time}`);
        return;
      case "confirm":
        if (message.payload.ok) this.#heard.push(`confirm ${message.payload.seq}`);
        else this.#problems.push(`its input was refused: ${message.payload.code}`);
        return;
      case "error":
      case "left":
        this.#problems.push(message.payload.code);
        return;
      default:
    }
  }
}
