import { connect, type Socket } from "node:net";
import type { Random } from "@realmwright/core";
import { errors, subprotocols, type Subprotocol } from "@realmwright/protocol";
import { codecs } from "@realmwright/protocol/internal";
import { createServer, type Server } from "@realmwright/server";
import { meadow } from "../support/game.ts";
import { silentLog } from "../support/silent-log.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { until } from "../support/until.ts";
import { encoded } from "../decoders/message-samples.ts";
import { conversation, cut, frame } from "./client-stream.ts";
import { HealthyClient, guestToken } from "./healthy-client.ts";
import { storyOf, violations, type FrameLimits } from "./rfc6455.ts";

const limits: FrameLimits = { messageBytesMax: 16_384, partsMax: 64 };
const [TEXT, BINARY, CLOSE] = [1, 2, 8] as const;
/** Hostile connections between two looks at the healthy session. */
const STRIDE = 25;

/** What a stranger may be told that says something other than who it is. */
const strangersCodes = (
  ["AUTH_REQUIRED", "MESSAGE_MALFORMED", "MESSAGE_TOO_LARGE", "MESSAGE_UNKNOWN"] as const
).map((code) => errors[code].close);
/** What a session may say a few times without any harm. */
const ping = { type: "ping", payload: { time: 1 } };

/** A real server, real sockets that misbehave, and beside them a session that must not notice. */
export class TcpTarget implements Target {
  readonly name = "tcp";
  readonly share = 0.01;
  readonly headersMin = 0.2;
  readonly #server: Server;
  readonly #token: string;
  readonly #healthy: HealthyClient;
  readonly #failures: string[];
  #connections = 0;

  private constructor(server: Server, token: string, healthy: HealthyClient, failures: string[]) {
    this.#server = server;
    this.#token = token;
    this.#healthy = healthy;
    this.#failures = failures;
  }

  static async start(): Promise<TcpTarget> {
    const failures: string[] = [];
    const server = createServer({
      game: meadow(),
      secret: new Uint8Array(32).fill(7),
      http: { port: 0 },
      log: silentLog((failure) => failures.push(failure)),
    });
    await server.start();
    const healthy = await HealthyClient.open(server.url);
    return new TcpTarget(server, await guestToken(server.url, "Mallory"), healthy, failures);
  }

  async one(random: Random): Promise<Outcome> {
    const isStranger = random.chance(0.2);
    const subprotocol = random.pick(subprotocols);
    const { isText } = codecs[subprotocol];
    const saying = { bytes: encoded(ping, subprotocol), isText };
    const options = { bytesMax: limits.messageBytesMax, ...(isStranger ? {} : { saying }) };
    const chunks = cut(conversation(random, options), random);
    const peer = new HostilePeer(this.#server.port, subprotocol);
    await peer.upgrade();
    if (!isStranger) {
      const auth = { type: "auth", payload: { token: this.#token, protocol: 1 } };
      const payload = encoded(auth, subprotocol);
      peer.write(frame({ opcode: isText ? TEXT : BINARY, payload }, random));
      await peer.welcomed();
    }
    const outcome = await this.#converse(peer, chunks, isStranger);
    if (++this.#connections % STRIDE === 0) await this.#look();
    return outcome;
  }

  replay(): undefined {
    // what is found here is kept for the transport in memory
  }

  /** Everybody but the healthy one has gone, and nothing of theirs is left. */
  async end(): Promise<void> {
    await this.#look();
    const left = (): number => this.#server.stats().sessions;
    await until(() => left() === 1 || `${left()} sessions are left`);
    this.#healthy.close();
    await until(() => left() === 0 || `${left()} sessions are left`);
    await this.#server.stop();
    if (this.#failures.length > 0) throw new Error(this.#failures.join("\n"));
  }

  async #look(): Promise<void> {
    await this.#healthy.echo();
    const [failure] = this.#failures;
    if (failure !== undefined) throw new Finding(failure, new Uint8Array(0));
  }

  async #converse(
    peer: HostilePeer,
    chunks: readonly Buffer[],
    isStranger: boolean,
  ): Promise<Outcome> {
    for (const chunk of chunks) peer.write(chunk);
    // what the network does to the pieces can not be known: they may come apart, or together
    const apart = storyOf(chunks, limits);
    const together = storyOf([Buffer.concat(chunks)], limits);
    if (apart.end === undefined || together.end === undefined) peer.end();
    await peer.ended();
    const input = Buffer.concat(chunks);
    const codes = [apart, together].flatMap(({ end }) => {
      if (end === undefined) return [undefined];
      return [typeof end === "string" ? violations[end] : end.code];
    });
    // a stranger is cut for its first words, if they come that far
    const isHeard = together.heard.some((each) => !each.startsWith("p"));
    const allowed = isStranger && isHeard ? [...codes, ...strangersCodes] : codes;
    if (!allowed.includes(peer.closeCode)) {
      throw new Finding(`closed by ${peer.closeCode} and not by ${codes.join(" or ")}`, input);
    }
    return {
      bytes: input.length,
      units: apart.frames,
      headers: apart.headers,
      reason: peer.closeCode === undefined ? undefined : `closed by ${peer.closeCode}`,
    };
  }
}

/** A TCP connection that writes what it is given and listens for a close frame. */
class HostilePeer {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #isClosed = false;
  readonly #subprotocol: Subprotocol;

  constructor(port: number, subprotocol: Subprotocol) {
    this.#subprotocol = subprotocol;
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (data) => {
      this.#bytes = Buffer.concat([this.#bytes, data]);
    });
    this.#socket.on("close", () => {
      this.#isClosed = true;
    });
    // a server that has heard enough resets what still comes
    this.#socket.on("error", () => undefined);
  }

  async upgrade(): Promise<void> {
    this.#socket.write(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        `Sec-WebSocket-Protocol: ${this.#subprotocol}\r\n\r\n`,
    );
    await until(() => this.#bytes.includes("\r\n\r\n") || "an answer to the upgrade");
    const head = this.#bytes.toString("latin1");
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`the upgrade was answered by ${head}`);
    this.#bytes = this.#bytes.subarray(head.indexOf("\r\n\r\n") + 4);
  }

  write(bytes: Buffer): void {
    if (!this.#isClosed) this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.end();
  }

  async welcomed(): Promise<void> {
    const codec = codecs[this.#subprotocol];
    await until(() => {
      const [first] = this.#frames();
      if (first === undefined) return "a welcome";
      const data = codec.isText ? first.payload.toString() : first.payload;
      return codec.decode(data, "server").some(({ type }) => type === "welcome") || "a welcome";
    });
  }

  /** Until the server has closed, or said that it will. */
  async ended(): Promise<void> {
    await until(() => this.#isClosed || this.closeCode !== undefined || "the connection's end");
    this.#socket.destroy();
  }

  /** Of the close frame, 1005 for one without a code; undefined where there was none. */
  get closeCode(): number | undefined {
    const close = this.#frames().find(({ opcode }) => opcode === CLOSE);
    if (close === undefined) return undefined;
    return close.payload.length === 0 ? 1005 : close.payload.readUInt16BE(0);
  }

  /** What the server has sent so far, as far as it is whole. */
  #frames(): { readonly opcode: number; readonly payload: Buffer }[] {
    const bytes = this.#bytes;
    const frames = [];
    for (let at = 0; at + 2 <= bytes.length;) {
      const short = bytes[at + 1]!;
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
      if (start > bytes.length) break;
      const end =
        start +
        (short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2)));
      if (end > bytes.length) break;
      frames.push({ opcode: bytes[at]! & 15, payload: bytes.subarray(start, end) });
      at = end;
    }
    return frames;
  }
}
