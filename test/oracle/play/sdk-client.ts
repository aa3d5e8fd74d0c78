import { type JoinedPayload, RealmError } from "@realmwright/protocol";
import {
  codecs,
  compileDescriptor,
  type CompiledRoom,
  resolveMessage,
} from "@realmwright/protocol/internal";
import { type NetworkConditions, networkConditions } from "@realmwright/testkit";
import { type Client, connect, type SocketFactory } from "realmwright/client";
import type { Stay } from "../model/stay.ts";
import type { ClientScript } from "../script/script.ts";
import type { Actor, ActorOptions } from "./actor.ts";
import { keyOf } from "./director.ts";
import { Poke } from "./oracle-game.ts";
import { type ClientRoomLike, SdkRoom } from "./sdk-room.ts";
import { mustHoldNoSecret } from "../script/secrets.ts";
import { accountOf, memberOf } from "./stage.ts";
import { stayOf } from "./stay-of.ts";

/** Ticks after which a join is asked for once more. */
const patienceTicks = 40;
/** Answers to what no room has handled. */
const unhandled = new Set([
  "TARGET_UNKNOWN",
  "INBOX_FULL",
  "INPUT_STALE",
  "ANSWER_MISSING",
  "CLIENT_CLOSED",
]);
/** Answers to joins that nobody waits for any more: a door, a resume or the game was faster. */
const lateAnswers = new Set(["ALREADY_A_MEMBER", "KICKED"]);

/** The product's own client. Bytes are read along the way to learn when a membership begins; all else it tells itself. */
export class SdkClient implements Actor {
  readonly script: ClientScript;
  readonly conditions: NetworkConditions;
  readonly #options: ActorOptions;
  readonly #account: string;
  readonly #schemas = new Map<string, CompiledRoom>();
  readonly #wishes = new Map<string, boolean>();
  /** By id of the room. */
  readonly #joined = new Map<string, JoinedPayload>();
  readonly #rooms = new Map<string, SdkRoom>();
  #client: Client | undefined;
  #isConnecting = false;
  #patience = 0;
  #pokes = 0;

  constructor(options: ActorOptions) {
    const { client, delayMs, jitterMs, lossRate, bytesPerSecond } = options.script;
    this.script = options.script;
    this.#options = options;
    this.#account = accountOf(client);
    const width = bytesPerSecond ?? Infinity;
    this.conditions = networkConditions({ delayMs, jitterMs, lossRate, bytesPerSecond: width });
  }

  get isConnected(): boolean {
    return this.#client?.state === "open" && [...this.#rooms.values()].every(isLive);
  }

  get stays(): readonly Stay[] {
    return [...this.#rooms.values()].map(({ stay }) => stay);
  }

  enter(room: string, spectate: boolean): void {
    this.#wishes.set(room, spectate);
    this.#patience = 0;
    if (!this.#isConnecting) this.#connect();
  }

  exit(room: string): void {
    this.#wishes.delete(room);
    for (const one of this.#client?.rooms ?? []) if (one.name === room) one.leave();
  }

  /** It comes back by itself. */
  break(): void {
    this.#options.network.cut(this.conditions);
  }

  stalls(): void {
    // it shows no more of its connection than others do
  }

  walk(): void {
    // its inputs are told of by prediction's own tests
  }

  poke(pick: number, refuse: boolean): void {
    const seen = [...this.#rooms.values()].find(
      ({ joined, room }) => !joined.spectator && room.isLive,
    );
    const target = seen?.handles[pick % Math.max(1, seen.handles.length)];
    const room = this.#client?.rooms.find(({ id }) => id === seen?.room.id);
    if (seen === undefined || target === undefined || room === undefined) return;
    const n = ++this.#pokes;
    const tag = seen.stay.tagOf(target);
    const key = keyOf(seen.joined, memberOf(this.#account, false));
    void room.send(Poke as never, { target, tag, n, refuse } as never).then(({ ok, code }) => {
      this.#options.figures.confirms++;
      const handled = this.#options.director.pokes.get(key)?.find((one) => one.n === n);
      const isRight =
        handled === undefined ? unhandled.has(code ?? "") : ok === (handled.code === undefined);
      // an answer that got lost with its connection is asked for once more, and not known any more
      if (!isRight && code !== "ANSWER_MISSING" && code !== "CLIENT_CLOSED") {
        this.#fail(new Error(`poke ${n} is answered ${code ?? "ok"}, due is ${handled?.code}`));
      }
      return undefined;
    });
  }

  tick(): void {
    this.#try(() => {
      for (const seen of this.#rooms.values()) seen.flush();
    });
    const client = this.#client;
    if (client === undefined || client.state !== "open") return;
    for (const room of client.rooms) room.update(this.#options.realm.clock.nowMs());
    if (this.#patience-- > 0) return;
    this.#patience = patienceTicks;
    for (const [name, spectate] of this.#wishes) {
      if (client.rooms.some((room) => room.name === name)) continue;
      // refused where a door or the game was faster
      client.join(name, undefined, { spectate }).then(
        () => undefined,
        () => undefined,
      );
    }
  }

  #connect(): void {
    const { realm, script } = this.#options;
    this.#isConnecting = true;
    const ports = { ...realm.ports(), socket: this.#socket() };
    const token = `${this.#account}:${this.#account}`;
    const { encoding } = script;
    const options = { url: "ws://oracle/ws", token, encoding, storage: null, ports };
    void connect(options).then(
      (client) => {
        this.#client = client;
        client.onError((error) => {
          if (!(error instanceof RealmError) || !lateAnswers.has(error.code)) this.#fail(error);
        });
        client.onRoom((room, from) => {
          this.#entered(room, from?.name);
        });
        return undefined;
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #entered(room: ClientRoomLike, from: string | undefined): void {
    const { director, figures } = this.#options;
    const joined = this.#joined.get(room.id)!;
    if (from !== undefined) {
      figures.doors++;
      this.#wishes.delete(from);
      this.#wishes.set(room.name, false);
    }
    const stay = stayOf(joined, this.#account, true, director, figures);
    this.#rooms.set(room.id, new SdkRoom(room, joined, stay, figures));
  }

  /** Sockets that let messages be read along the way. */
  #socket(): SocketFactory {
    const open = this.#options.network.socketBy(this.conditions);
    return (url, subprotocol, listener) =>
      open(url, subprotocol, {
        open: () => listener.open(),
        closed: (code) => listener.closed(code),
        message: (data) => {
          this.#try(() => this.#overhear(data));
          listener.message(data);
          this.#try(() => {
            for (const seen of this.#rooms.values()) seen.flush();
          });
        },
      });
  }

  #overhear(data: Uint8Array | string): void {
    const { encoding, client } = this.script;
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (encoding !== "binary") mustHoldNoSecret(bytes, client);
    for (const message of codecs[`realm.${encoding}`].decode(data, "server")) {
      if (message.type === "welcome") {
        for (const [name, descriptor] of Object.entries(message.payload.rooms)) {
          this.#schemas.set(name, compileDescriptor(descriptor));
        }
      }
      if (message.type === "snapshot" && "bits" in message.payload) {
        const { m, bits } = message.payload;
        for (const seen of this.#rooms.values()) if (seen.joined.m === m) seen.arrives(bits.length);
      }
      if (message.type === "left") this.#left(message.payload.m, message.payload.code);
      if (message.type !== "joined") continue;
      const resolved = resolveMessage(message, (key) => this.#schemas.get(String(key)));
      this.#joins(resolved!.payload);
    }
  }

  #joins(joined: JoinedPayload): void {
    const { director, figures } = this.#options;
    figures.joins++;
    if (joined.resumed) figures.resumes++;
    this.#joined.set(joined.room, joined);
    const seen = this.#rooms.get(joined.room);
    if (seen === undefined || seen.room.left !== undefined) return;
    seen.beginsAnew(joined, stayOf(joined, this.#account, true, director, figures));
  }

  #left(m: number, code: string): void {
    if (code === "KICKED") this.#options.figures.kicks++;
    for (const [id, seen] of this.#rooms) {
      if (seen.joined.m !== m || !seen.room.isLive) continue;
      seen.flush();
      this.#rooms.delete(id);
    }
  }

  #fail(error: unknown): void {
    this.#options.fail(error);
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }
}

function isLive({ room }: SdkRoom): boolean {
  return room.isLive;
}
