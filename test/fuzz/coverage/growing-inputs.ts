import { applyPatch, decodeFrame, Frame, readTiledMap, Replica } from "@realmwright/core/internal";
import { RealmError, type Subprotocol, type WebSocketMessage } from "@realmwright/protocol";
import {
  ByteReader,
  ByteWriter,
  codecs,
  compileDescriptor,
  resolveMessage,
  type Sender,
} from "@realmwright/protocol/internal";
import { rooms, wireRoom } from "../support/game.ts";

/* Rows of inputs, each `n` times something, that would be slow for a reader which does not go straight through them. */

/** Reads an input of that size; errors of the catalogue are as good as values. */
export type Reading = (n: number) => () => unknown;

const utf8 = new TextEncoder();

const message =
  (encoding: Subprotocol, sender: Sender, make: (n: number) => Uint8Array): Reading =>
  (n) => {
    const data = make(n);
    return () => {
      for (const each of codecs[encoding].decode(data, sender)) {
        resolveMessage<WebSocketMessage>(each, rooms);
      }
    };
  };

const json = (sender: Sender, make: (n: number) => string): Reading =>
  message("realm.json", sender, (n) => utf8.encode(make(n)));

/** A join whose options are such a text. */
const options = (make: (n: number) => string): Reading =>
  json("client", (n) => `{"type":"join","payload":{"room":"r","options":${make(n)}}}`);

const packed = (sender: Sender, make: (n: number) => number[]): Reading =>
  message("realm.msgpack", sender, (n) => Uint8Array.from(make(n)));

/** MessagePack of a join whose options are such bytes. */
const packedOptions = (make: (n: number) => number[]): Reading =>
  packed("client", (n) => [
    ...[0x82, 0xa4, ...utf8.encode("type"), 0xa4, ...utf8.encode("join")],
    ...[0xa7, ...utf8.encode("payload"), 0x82, 0xa4, ...utf8.encode("room"), 0xa1, 0x72],
    ...[0xa7, ...utf8.encode("options"), ...make(n)],
  ]);

const times = (n: number, ...bytes: readonly number[]): number[] =>
  Array.from({ length: n }, () => bytes).flat();
const head = (first: number, n: number): number[] => [first, n >> 8, n & 255];

const binary = (sender: Sender, make: (n: number) => number[]): Reading =>
  message("realm.binary", sender, (n) => Uint8Array.from(make(n)));

/** A delimited field of Protobuf. */
function field(number: number, content: readonly number[]): number[] {
  const out = new ByteWriter();
  out.varint((number << 3) | 2);
  out.varint(content.length);
  out.bytes(Uint8Array.from(content));
  return [...out.toBytes()];
}

const map = (make: (n: number) => string): Reading => {
  const ports = { load: () => Promise.reject(new Error("none")), inflate: () => new Uint8Array(0) };
  return (n) => {
    const file = make(n);
    return () => readTiledMap(file, ports);
  };
};

const xml = (content: (n: number) => string): Reading =>
  map((n) => `<map width="4" height="4" tilewidth="1" tileheight="1">${content(n)}</map>`);

const tiled = (more: (n: number) => string): Reading =>
  map((n) => `{"width":4,"height":4,"tilewidth":1,"tileheight":1,${more(n)}}`);

const frame =
  (make: (n: number, out: ByteWriter) => void): Reading =>
  (n) => {
    const out = new ByteWriter();
    out.u8(1);
    out.string("r");
    for (let i = 0; i < 3; i++) out.u8(1);
    make(n, out);
    const bytes = out.toBytes();
    return () => decodeFrame(new ByteReader(bytes), wireRoom, new Frame());
  };

const snapshot = (make: (n: number) => object): Reading => {
  return (n) => {
    const state = { tick: 1, ...make(n) };
    return () => new Replica(wireRoom, { tickRate: 20, sendRate: 20 }).applyReadable(state);
  };
};

const schema =
  (make: (n: number) => object): Reading =>
  (n) => {
    const descriptor = { entities: [], inputs: [], events: [], ...make(n) };
    return () => compileDescriptor(descriptor);
  };

const list = <T>(n: number, item: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => item(i));

/** By name: the size at which it is still short, and how it is read. What is read whole must stay below the limits. */
export const growing: Readonly<Record<string, readonly [n: number, Reading]>> = {
  "json: a list": [1000, options((n) => `[${"1,".repeat(n)}1]`)],
  "json: a list in lists": [1000, options((n) => `[${"[],".repeat(n)}[]]`)],
  "json: keys": [300, options((n) => `{${list(n, (i) => `"k${i}":1`).join()}}`)],
  "json: one key again": [500, options((n) => `{${'"a":1,'.repeat(n)}"a":2}`)],
  "json: levels": [1000, options((n) => "[".repeat(n) + "]".repeat(n))],
  "json: a text": [3000, options((n) => `"${"x".repeat(n)}"`)],
  "json: text beyond ASCII": [1000, options((n) => `"${"漢".repeat(n)}"`)],
  "json: escapes": [500, options((n) => `"${"\\u00e9".repeat(n)}"`)],
  "json: unknown keys": [
    300,
    json("client", (n) => `{${list(n, (i) => `"k${i}":1,`).join("")}"type":"ping","payload":{}}`),
  ],
  "json: wrong values": [
    300,
    json("client", (n) => {
      const words = `[${'"x",'.repeat(n)}1]`;
      return `{"type":"input","payload":{"m":0,"seq":1,"name":"say","data":{"words":${words}}}}`;
    }),
  ],
  "json: keys of an input": [
    300,
    json("client", (n) => {
      const keys = list(n, (i) => `"k${i}":1`).join();
      return `{"type":"input","payload":{"m":0,"seq":1,"name":"say","data":{${keys}}}}`;
    }),
  ],
  "json: a value in a field": [
    300,
    json("client", (n) => {
      const value = `[${'{"k":"x"},'.repeat(n)}0]`;
      return `{"type":"input","payload":{"m":0,"seq":1,"name":"jot","data":{"data":${value}}}}`;
    }),
  ],
  "json: an unknown type": [
    3000,
    json("client", (n) => `{"type":"${"x".repeat(n)}","payload":{}}`),
  ],
  "msgpack: a list": [3000, packedOptions((n) => [...head(0xdc, n), ...times(n, 1)])],
  "msgpack: lists": [3000, packedOptions((n) => [...head(0xdc, n), ...times(n, 0x90)])],
  "msgpack: texts": [1000, packedOptions((n) => [...head(0xdc, n), ...times(n, 0xa1, 0x78)])],
  "msgpack: levels": [3000, packedOptions((n) => times(n, 0x91))],
  "msgpack: a key twice": [1000, packedOptions((n) => [...head(0xde, n), ...times(n, 0xa0, 1)])],
  "msgpack: a text": [3000, packedOptions((n) => [...head(0xda, n), ...times(n, 0x78)])],
  "msgpack: the longest heads": [700, packedOptions((n) => times(n, 0xdd, 0xff, 0xff, 0xff, 0xff))],
  "binary: messages": [1000, binary("server", (n) => times(n, 0x0a, 0))],
  "binary: unknown messages": [1000, binary("server", (n) => times(n, 0xf2, 0x3e, 0))],
  "binary: one field again": [1000, binary("client", (n) => field(1, times(n, 8, 1)))],
  "binary: unknown fields": [1000, binary("client", (n) => field(1, times(n, 0x38, 1)))],
  "binary: records": [500, binary("server", (n) => field(10, times(n, 0x2a, 0)))],
  "binary: one record again": [500, binary("server", (n) => field(13, times(n, 0x6a, 0)))],
  "binary: a text": [3000, binary("server", (n) => field(11, field(1, times(n, 0x78))))],
  "frame: leaves": [
    3000,
    frame((n, out) => {
      out.varint(n);
      for (let i = 0; i < n; i++) out.zigzag(1);
    }),
  ],
  "frame: changes": [
    1000,
    frame((n, out) => {
      for (let i = 0; i < 5; i++) out.u8(0);
      out.varint(2 * n);
      for (let i = 0; i < 2 * n; i++) out.u8(0);
    }),
  ],
  "snapshot: leaves": [1000, snapshot((n) => ({ leave: list(n, () => 1) }))],
  "snapshot: entities": [
    200,
    snapshot((n) => ({ enter: list(n, (i) => ({ id: i + 1, type: "crate" })) })),
  ],
  "patch: operations": [
    500,
    (n) => {
      const patch = list(n, () => ({ op: "replace", path: "/a", value: 1 }) as const);
      return () => applyPatch({ a: 0 }, patch);
    },
  ],
  "patch: a long pointer": [
    3000,
    (n) => () => applyPatch({ a: 0 }, [{ op: "remove", path: "/a".repeat(n) }]),
  ],
  "schema: definitions": [
    60,
    schema((n) => ({ inputs: list(n, (i) => ({ name: `i${i}`, fields: [] })) })),
  ],
  "schema: a long name": [5000, schema((n) => ({ inputs: [{ name: "x".repeat(n), fields: [] }] }))],
  "map: elements": [20_000, xml((n) => "<a/>".repeat(n))],
  "map: elements in elements": [20, xml((n) => "<a>".repeat(n) + "</a>".repeat(n))],
  "map: attributes": [5000, xml((n) => `<a ${list(n, (i) => `a${i}="1"`).join(" ")}/>`)],
  "map: comments": [20_000, xml((n) => "<!---->".repeat(n))],
  "map: comments without end": [20_000, xml((n) => "<!-- ".repeat(n))],
  "map: CDATA": [20_000, xml((n) => "<![CDATA[]]>".repeat(n))],
  "map: references": [20_000, xml((n) => "&amp;".repeat(n))],
  "map: brackets": [50_000, xml((n) => "<".repeat(n))],
  "map: digits": [100_000, xml((n) => `<layer offsetx="${"1".repeat(n)}x"/>`)],
  "map: points": [
    10_000,
    xml(
      (n) => `<objectgroup><object><polygon points="${"1,2 ".repeat(n)}"/></object></objectgroup>`,
    ),
  ],
  "map: layers": [20, tiled((n) => `"layers":[${'{"type":"imagelayer"},'.repeat(n)}{}]`)],
  "map: properties": [
    5000,
    tiled((n) => `"properties":[${list(n, (i) => `{"name":"p${i}","value":"x"}`).join()}]`),
  ],
  "map: CSV": [50_000, tiled((n) => `"layers":[{"type":"tilelayer","data":"${" ".repeat(n)}"}]`)],
  "map: base64": [
    50_000,
    tiled((n) => `"layers":[{"type":"tilelayer","encoding":"base64","data":"${"A".repeat(n)}"}]`),
  ],
  "map: an image's path": [
    10_000,
    tiled(
      (n) =>
        `"tilesets":[{"firstgid":1,"tilewidth":1,"tileheight":1,"image":"${"a/../".repeat(n)}"}]`,
    ),
  ],
};

/** Reads an input; what the catalogue does not have is thrown on. */
export async function readIt(reading: () => unknown): Promise<void> {
  try {
    await reading();
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
  }
}
