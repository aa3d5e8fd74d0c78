import type { ClientMessage, ServerMessage } from "@realmwright/protocol";
import { WebSocket } from "ws";
import type { Encoding } from "../ports/transport.ts";
import { ClientModel, type MessageOf } from "./client-model.ts";
import { until } from "./until.ts";

/** What a client says while it connects. */
export interface Said {
  /** With its question mark. */
  readonly query?: string;
  readonly ticket?: string;
  readonly origin?: string;
}

/** A client over a real socket, which acknowledges every snapshot. */
export class WsClient extends ClientModel {
  readonly socket: WebSocket;
  closedWith: { code: number; reason: string } | undefined;
  token = "";
  #nextId = 1;

  constructor(url: string, encoding: Encoding = "json", said: Said = {}) {
    super(encoding);
    const { query = "", ticket, origin } = said;
    const protocols = [
      `realm.${encoding}`,
      ...(ticket === undefined ? [] : [`realm.ticket.${ticket}`]),
    ];
    const options = origin === undefined ? {} : { origin };
    this.socket = new WebSocket(`${url.replace("http", "ws")}/ws${query}`, protocols, options);
    this.socket.on("message", (data) => this.#receive(data as Buffer));
    this.socket.on("close", (code, reason) => {
      this.closedWith = { code, reason: reason.toString() };
    });
    this.socket.on("error", () => undefined);
  }

  /** One who says who it is while it connects. */
  static async enter(url: string, said: Said & { encoding?: Encoding }): Promise<WsClient> {
    const client = new WsClient(url, said.encoding, said);
    // one that is refused may have been closed by the time that this looks
    await until(() => client.closedWith !== undefined || client.isOpen || "an open socket");
    return client;
  }

  /** A guest whose session is open; `resume` goes on with an earlier client's. */
  static async open(
    url: string,
    options: { encoding?: Encoding; name?: string; resume?: WsClient; token?: string } = {},
  ): Promise<WsClient> {
    const client = new WsClient(url, options.encoding);
    client.token = options.token ?? options.resume?.token ?? (await guestToken(url, options.name));
    const secret = options.resume?.welcome?.resume;
    const resume = secret === undefined ? {} : { resume: secret };
    await client.opened();
    client.send({ type: "auth", id: 1, payload: { token: client.token, protocol: 1, ...resume } });
    await client.next("welcome");
    return client;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  opened(): Promise<void> {
    return until(() => this.isOpen || "an open socket");
  }

  send(message: ClientMessage): void {
    this.socket.send(this.encode(message));
  }

  /** Joins a room and waits for its first snapshot. */
  async join(room: string, more: object = {}): Promise<MessageOf<"joined">["payload"]> {
    const id = ++this.#nextId;
    this.send({ type: "join", id, payload: { room, ...more } });
    const joined = await this.next("joined");
    await this.next("snapshot");
    return joined.payload;
  }

  /** The oldest message of a type, once it has come. */
  async next<T extends ServerMessage["type"]>(
    type: T,
    fits?: (message: MessageOf<T>) => boolean,
  ): Promise<MessageOf<T>> {
    let found: MessageOf<T> | undefined;
    await until(() => {
      found = this.find(type, fits);
      return found !== undefined || `${type}; have ${this.messages.map((m) => m.type).join()}`;
    });
    return found!;
  }

  async closed(): Promise<string> {
    await until(() => this.closedWith !== undefined || "a closed connection");
    return `${this.closedWith!.code} ${this.closedWith!.reason}`;
  }

  #receive(data: Buffer): void {
    const before = this.messages.length;
    this.receive(data);
    for (const { type, payload } of this.messages.slice(before)) {
      if (type !== "snapshot") continue;
      const tick = this.replicas.get(payload.m)?.tick;
      if (tick !== undefined) this.send({ type: "ack", payload: { m: payload.m, tick } });
    }
  }
}

/** A fresh guest's token. */
export async function guestToken(url: string, name = "Ada"): Promise<string> {
  const response = await fetch(`${url}/guest-login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}
