import type { IncomingMessage } from "node:http";
import { duplexPair, type Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { readUsualFrames } from "./usual-frames.ts";

const bytesMax = 1_000;
const request = {
  method: "GET",
  headers: {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
    "sec-websocket-version": "13",
  },
} as unknown as IncomingMessage;

interface Heard {
  readonly events: string[];
  /** Messages that ws has not seen. */
  usual: number;
}

/** A frame under a mask of its own. */
function frame(first: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const mask = [0x5a, 0xc3, length & 255, payload[0] ?? 0x77];
  const head = length < 126 ? [first, 0x80 | length] : [first, 0xfe, length >> 8, length & 255];
  return Buffer.from([...head, ...mask, ...payload.map((byte, i) => byte ^ mask[i & 3]!)]);
}

/** What is heard of a client that sends these chunks and then ends the connection. */
async function heardOf(chunks: readonly Uint8Array[], isUsual: boolean): Promise<Heard> {
  const [client, server] = duplexPair();
  const heard: Heard = { events: [], usual: 0 };
  const say = (what: string, data: Uint8Array): void => {
    heard.events.push(`${what} ${Buffer.from(data).toString("hex")}`);
  };
  const webSocket = upgraded(server);
  webSocket.on("message", (data, isBinary) => say(isBinary ? "bytes" : "text", data as Buffer));
  webSocket.on("ping", (data) => say("ping", data));
  webSocket.on("pong", (data) => say("pong", data));
  webSocket.on("error", (error) => heard.events.push(error.message));
  if (isUsual) {
    readUsualFrames(webSocket, server, bytesMax, (data) => {
      heard.usual++;
      say("bytes", data);
    });
  }
  const closed = new Promise<void>((resolve) => {
    webSocket.on("close", (code, reason) => {
      heard.events.push(`closed ${code} ${reason.toString("hex")}`);
      resolve();
    });
  });
  client.on("error", () => undefined);
  client.resume();
  for (const chunk of chunks) {
    // a copy, since frames are unmasked where they lie; and one at a time, or they would come as one
    if (!client.destroyed) await new Promise((done) => client.write(Buffer.from(chunk), done));
  }
  client.end();
  await closed;
  return heard;
}

function upgraded(server: Duplex): WebSocket {
  let webSocket: WebSocket | undefined;
  new WebSocketServer({
    noServer: true,
    maxPayload: bytesMax,
    perMessageDeflate: false,
    autoPong: false,
    ...{ closeTimeout: 50 },
  }).handleUpgrade(request, server, Buffer.alloc(0), (opened) => (webSocket = opened));
  return webSocket!;
}

const short = fc.uint8Array({ maxLength: 125 });
const usualFrame = short.map((payload) => frame(0x82, payload));
const otherFrame = fc.oneof(
  short.map((payload) => frame(0x89, payload)),
  short.map((payload) => frame(0x8a, payload)),
  fc.string({ maxLength: 40 }).map((text) => frame(0x81, Buffer.from(text))),
  short.map((payload) => frame(0x81, payload)),
  fc.uint8Array({ minLength: 126, maxLength: 1_100 }).map((payload) => frame(0x82, payload)),
  short.map((payload) => frame(0x88, payload)),
  // no last fragment, the rest of none, a bit that means nothing, no mask
  fc
    .tuple(short, fc.constantFrom(0x02, 0x00, 0x80, 0xc2, 0x83))
    .map(([payload, head]) => withByte(frame(0x82, payload), 0, head)),
  short.map((payload) => withByte(frame(0x82, payload), 1, payload.length)),
);
const frames = fc.array(
  fc.oneof({ weight: 12, arbitrary: usualFrame }, { weight: 1, arbitrary: otherFrame }),
  { maxLength: 12 },
);

function withByte(frame: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(frame);
  changed[at] = value;
  return changed;
}

/** All bytes, cut at these shares of them. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...at].map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [0, ...places]
    .map((start, i) => bytes.subarray(start, places[i] ?? bytes.length))
    .filter(({ length }) => length > 0);
}

const chunkings = fc.oneof(
  // as they come over a network that nobody tampers with: a frame, or some, at once
  frames.map((list) => list),
  fc
    .tuple(frames, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }))
    .map(([list, at]) => cut(Buffer.concat(list), at)),
);

describe("short messages that are read past ws", () => {
  test("are heard as ws alone hears them, with all that stands between them", async () => {
    let usual = 0;
    let all = 0;
    await fc.assert(
      fc.asyncProperty(chunkings, async (chunks) => {
        const [ours, theirs] = await Promise.all([heardOf(chunks, true), heardOf(chunks, false)]);
        expect(ours.events).toEqual(theirs.events);
        usual += ours.usual;
        all += theirs.events.filter((event) => event.startsWith("bytes")).length;
      }),
      { numRuns: 400 },
    );
    expect(usual).toBeGreaterThan(all / 2);
  });

  test("are read on after a whole frame of another kind", async () => {
    const message = frame(0x82, Uint8Array.of(1, 2, 3));
    const { usual } = await heardOf([message, frame(0x8a, Uint8Array.of(4)), message], true);
    expect(usual).toBe(2);
  });

  test("are read on after a token that comes in two pieces, as they are first sent", async () => {
    const message = frame(0x82, Uint8Array.of(1, 2, 3));
    const token = frame(0x82, new Uint8Array(700).fill(9));
    for (const at of [8, 300, token.length]) {
      const { events, usual } = await heardOf(
        [token.subarray(0, at), Buffer.concat([token.subarray(at), message]), message],
        true,
      );
      expect(events.filter((event) => event.startsWith("bytes"))).toHaveLength(3);
      // what shares a chunk with the rest of another frame is left to ws
      expect(usual).toBe(at === token.length ? 2 : 1);
    }
  });

  test("are left to ws once it has lost its place in a head", async () => {
    const message = frame(0x82, Uint8Array.of(1, 2, 3));
    const { events, usual } = await heardOf(
      [message, message.subarray(0, 4), message.subarray(4), message],
      true,
    );
    expect(usual).toBe(1);
    expect(events.filter((event) => event === "bytes 010203")).toHaveLength(3);
  });

  describe.each([
    ["bytes", 0x02],
    ["text", 0x01],
  ])("are left to ws from the first fragment of a message on (%s)", (kind, opcode) => {
    const short = frame(0x82, Uint8Array.of(7));
    const begin = frame(opcode, Buffer.from("ab"));
    const middle = frame(0x00, Buffer.from("cd"));
    const end = frame(0x80, Buffer.from("ef"));
    const ping = frame(0x89, Uint8Array.of(4));

    test("with pings between the fragments, and behind the last one", async () => {
      const { events, usual } = await heardOf([begin, ping, middle, ping, end, short], true);
      const whole = `${kind} ${Buffer.from("abcdef").toString("hex")}`;
      expect(events.slice(0, 4)).toEqual(["ping 04", "ping 04", whole, "bytes 07"]);
      expect(usual).toBe(0);
    });

    // no message may begin inside another one (RFC 6455 §5.4)
    test.each([
      ["the first", [begin, short, end]],
      ["another", [begin, middle, short, end]],
      ["a ping behind the first", [begin, ping, short, end]],
    ])("and refused behind %s", async (_place, chunks) => {
      const [ours, theirs] = await Promise.all([heardOf(chunks, true), heardOf(chunks, false)]);
      expect(ours).toEqual({ events: theirs.events, usual: 0 });
      expect(ours.events).not.toContain("bytes 07");
      expect(ours.events[chunks.includes(ping) ? 1 : 0]).toBe(
        "Invalid WebSocket frame: invalid opcode 2",
      );
    });
  });
});
