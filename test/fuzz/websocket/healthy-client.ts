import type { ServerMessage } from "@realmwright/protocol";
import { until } from "../support/until.ts";

type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A player as any browser has it, who says something now and then and expects to hear it. */
export class HealthyClient {
  readonly #socket: WebSocket;
  readonly #events: string[] = [];
  #types = new Set<string>();
  #errors: string[] = [];
  #tick = 0;
  #seq = 0;
  #words = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.#read(JSON.parse(String(data)) as ServerMessage);
    });
    socket.addEventListener("close", ({ code }) => {
      this.#errors.push(`closed by ${code}`);
    });
  }

  /** A guest with a place in the meadow. */
  static async open(url: string): Promise<HealthyClient> {
    const token = await guestToken(url, "Ada");
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, "realm.json");
    const client = new HealthyClient(socket);
    await until(() => socket.readyState === WebSocket.OPEN || "an open socket");
    client.#say({ type: "auth", payload: { token, protocol: 1 } });
    await until(() => client.#types.has("welcome") || "a welcome");
    client.#say({ type: "join", payload: { room: "meadow" } });
    await until(() => client.#types.has("snapshot") || "the first snapshot");
    return client;
  }

  /** Says a word and waits until the room has repeated it and its ticks have gone on. Rejects when anything was refused. */
  async echo(): Promise<void> {
    const word = `word ${++this.#words}`;
    const since = this.#tick;
    const data = { words: [word], to: [] };
    const input = { m: 0, seq: ++this.#seq, name: "say", data, ack: this.#tick };
    this.#say({ type: "input", payload: input });
    await until(() => this.#events.includes(word) || `${word} ${this.#errors.join()}`);
    await until(() => this.#tick > since || `a tick after ${since}`);
    this.#events.length = 0;
    if (this.#errors.length > 0) throw new Error(`the healthy session: ${this.#errors.join()}`);
  }

  close(): void {
    this.#socket.close();
  }

  #say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #read(message: ServerMessage): void {
    this.#types.add(message.type);
    switch (message.type) {
      case "error":
      case "left":
        this.#errors.push(message.payload.code);
        return;
      case "event":
        this.#events.push(...wordsOf(message));
        return;
      case "snapshot":
        if ("tick" in message.payload) this.#applied(message.payload.tick);
        return;
      default:
    }
  }

  #applied(tick: number): void {
    this.#tick = tick;
    this.#say({ type: "ack", payload: { m: 0, tick } });
  }
}

function wordsOf({ payload }: MessageOf<"event">): string[] {
  return payload.name === "said" ? (payload.data as { words: string[] }).words : [];
}

/** A fresh guest's token. */
export async function guestToken(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/guest-login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  return ((await response.json()) as { token: string }).token;
}
