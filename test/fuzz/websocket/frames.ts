import { createServer } from "node:http";
import type { Random } from "@realmwright/core";
import type { RealmError } from "@realmwright/protocol";
import {
  clientTransport,
  limitValues,
  newCounters,
  type Connection,
  type ConnectionListener,
} from "@realmwright/server/internal";
import { silentLog } from "../support/silent-log.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { turned } from "../support/turned.ts";
import { conversation, cut } from "./client-stream.ts";
import { MemorySocket } from "./memory-socket.ts";
import { storyOf, violations, type FrameLimits, type Story } from "./rfc6455.ts";

/** Small messages, and ones whose lengths take 64 bits. */
const limits: readonly FrameLimits[] = [
  { messageBytesMax: 1000, partsMax: 64 },
  { messageBytesMax: 70_000, partsMax: 64 },
];

/** The WebSocket transport on sockets in memory, beside a model of the standard. */
export class FrameStreamTarget implements Target {
  readonly name = "websocket";
  readonly share = 1;
  readonly headersMin = 0.2;
  readonly #benches = limits.map((each) => new Bench(each));

  async one(random: Random): Promise<Outcome> {
    const bench = random.pick(this.#benches);
    const chunks = cut(conversation(random, { bytesMax: bench.limits.messageBytesMax }), random);
    return await bench.feed(chunks, random.chance(0.1));
  }

  /** An input is one chunk behind another, each behind its length in two bytes, large end first. */
  async replay(input: Uint8Array): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    const bytes = Buffer.from(input);
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readUInt16BE(at);
      chunks.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    return (await this.#benches[0]!.feed(chunks, false)).reason;
  }
}

/** An HTTP server that nobody can reach but by memory, with the transport behind it. */
class Bench {
  readonly limits: FrameLimits;
  readonly #server = createServer();
  #listener: Listener | undefined;

  constructor(limits: FrameLimits) {
    this.limits = limits;
    const transport = clientTransport({
      peers: { hosts: ["localhost"], origins: [], proxyHops: 0 },
      limits: limitValues({ messageBytes: limits.messageBytesMax, messageParts: limits.partsMax }),
      queryToken: true,
      log: silentLog(() => undefined),
      counters: newCounters(),
    });
    transport.start((connection) => {
      this.#listener = new Listener(connection);
      return this.#listener;
    });
    transport.serve(this.#server);
  }

  /** One connection from its upgrade to its end. `early`: the first chunk comes with the request. */
  async feed(chunks: readonly Buffer[], early: boolean): Promise<Outcome> {
    const story = storyOf(chunks, this.limits);
    const socket = new MemorySocket();
    this.#listener = undefined;
    this.#server.emit("connection", socket);
    const first = early ? chunks.slice(0, 1) : [];
    socket.push(Buffer.concat([upgradeRequest, ...first]));
    while (this.#listener === undefined && !socket.destroyed) await turned();
    const { listener, greeting } = this.#upgraded(socket);
    for (const chunk of chunks.slice(first.length)) socket.push(Buffer.from(chunk));
    await turned();
    const answered = Buffer.concat([greeting, socket.takeWritten()]);
    // the peer answers no close frame: it goes
    socket.push(null);
    for (let i = 0; listener.closings.length === 0 && i < 10; i++) await turned();
    const problem = difference(story, listener, answered);
    if (problem !== undefined) throw new Finding(problem, lengthened(chunks));
    return {
      bytes: chunks.reduce((sum, { length }) => sum + length, 0),
      units: story.frames,
      headers: story.headers,
      reason: typeof story.end === "string" ? `${violations[story.end]} ${story.end}` : undefined,
    };
  }

  /** Who listens to the connection, and what was written behind the answer to the upgrade. */
  #upgraded(socket: MemorySocket): { listener: Listener; greeting: Buffer } {
    const written = socket.takeWritten();
    const end = written.indexOf("\r\n\r\n") + 4;
    if (this.#listener === undefined || !written.toString("latin1").startsWith("HTTP/1.1 101 ")) {
      throw new Error(`the upgrade was answered by ${written.toString("latin1")}`);
    }
    return { listener: this.#listener, greeting: written.subarray(end) };
  }
}

const upgradeRequest = Buffer.from(
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
);

/** What the transport did otherwise than the model. */
function difference(story: Story, listener: Listener, answered: Buffer): string | undefined {
  const { end } = story;
  const heard = story.heard.map((each) => (each.startsWith("ping ") ? "ping" : each));
  if (heard.join("\n") !== listener.heard.join("\n")) {
    return `heard ${listener.heard.join(" | ").slice(0, 200)} and not ${heard.join(" | ").slice(0, 200)}`;
  }
  const failed = listener.failures.map(({ close }) => close).join();
  const expected = typeof end === "string" ? String(violations[end]) : "";
  if (failed !== expected)
    return `failed by ${failed || "nothing"} and not by ${expected || "nothing"}`;
  const closings = listener.closings.join();
  const closing = typeof end === "object" ? end.code : 1006;
  if (closings !== String(closing)) return `closed by ${closings} and not by ${closing}`;
  return answerProblem(story, answered);
}

/** The pongs in their order, then one close frame with the code, and nothing behind it. */
function answerProblem({ heard, end }: Story, answered: Buffer): string | undefined {
  const frames = serverFrames(answered);
  const asked = heard.filter((each) => each.startsWith("ping ")).map((each) => each.slice(5));
  const pongs = frames.filter(({ opcode }) => opcode === 10);
  const inOrder = pongs.every(({ payload }, i) => payload.toString("latin1") === asked[i]);
  // a ping that comes with the close frame need not be answered any more (§5.5.2)
  const isMissing = pongs.length < asked.length && (end === undefined || typeof end === "string");
  if (!inOrder || isMissing) return `${pongs.length} pongs for ${asked.length} pings`;
  const others = frames.filter(({ opcode }) => opcode !== 10);
  if (end === undefined) return others.length === 0 ? undefined : "it said more than was asked";
  if (others.length !== 1 || frames.at(-1) !== others[0] || others[0]!.opcode !== 8) {
    return `its frames are ${frames.map(({ opcode }) => opcode).join()}`;
  }
  const { payload } = others[0]!;
  const code = payload.length === 0 ? 1005 : payload.readUInt16BE();
  const expected = typeof end === "string" ? violations[end] : end.code;
  return code === expected ? undefined : `its close frame says ${code} and not ${expected}`;
}

/** Frames of a server: short, whole and unmasked. */
function serverFrames(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at + 1]!;
    if (bytes[at]! < 0x80 || length > 125) throw new Error("a frame that is not short and whole");
    frames.push({ opcode: bytes[at]! & 15, payload: bytes.subarray(at + 2, at + 2 + length) });
    at += 2 + length;
  }
  return frames;
}

function lengthened(chunks: readonly Buffer[]): Buffer {
  return Buffer.concat(
    chunks.map((chunk) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(Math.min(chunk.length, 65_535));
      return Buffer.concat([length, chunk.subarray(0, 65_535)]);
    }),
  );
}

/** Writes down what is heard, answers pings, and closes what fails by the error's own code. */
class Listener implements ConnectionListener {
  readonly heard: string[] = [];
  readonly failures: RealmError[] = [];
  readonly closings: number[] = [];
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  message(data: Uint8Array, isText: boolean): void {
    this.heard.push(`${isText ? "text" : "binary"} ${Buffer.from(data).toString("latin1")}`);
  }

  pinged(): boolean {
    // its bytes are seen in the answer
    this.heard.push("ping");
    queueMicrotask(() => this.#connection.flush());
    return true;
  }

  pong(payload: Uint8Array): void {
    this.heard.push(`pong ${Buffer.from(payload).toString("latin1")}`);
  }

  failed(error: RealmError): void {
    this.failures.push(error);
    this.#connection.close(error.close, error.code);
  }

  closed(code: number): void {
    this.closings.push(code);
  }
}
