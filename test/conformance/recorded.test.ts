import { readdirSync, readFileSync } from "node:fs";
import {
  ByteWriter,
  codecs,
  compileDescriptor,
  resolveMessage,
  type RoomLookup,
} from "@realmwright/protocol/internal";
import type { RoomDescriptor, Subprotocol, WebSocketMessage } from "@realmwright/protocol";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";

/*
 * The bytes that each version of the protocol put on the wire. Files of versions that were released
 * do not change; an SDK in any language passes if it reads and writes the same.
 */

interface Recording {
  readonly protocol: number;
  readonly room: RoomDescriptor;
  readonly roomHash: string;
  readonly messages: readonly {
    readonly from: "client" | "server";
    readonly message: WebSocketMessage;
    readonly msgpack: string;
    readonly binary: string;
    /** the binary form says something of its own */
    readonly binaryOnly?: true;
  }[];
}

const folder = new URL("recorded/", import.meta.url);
const recordings = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Recording,
);

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));

const packr = new Packr({ useRecords: false, mapsAsObjects: true });

test("there is a recording of version 1", () => {
  expect(recordings.map((recording) => recording.protocol)).toContain(1);
});

describe.each(recordings)("protocol $protocol", ({ room, roomHash, messages }) => {
  const compiled = compileDescriptor(room);
  const rooms: RoomLookup = () => compiled;
  const numbered = messages.map((entry, index) => ({ ...entry, index, type: entry.message.type }));

  test("P-MSG5 the room's schema still has its hash", () => {
    expect(compiled.hash).toBe(roomHash);
  });

  const read = (name: Subprotocol, data: Uint8Array | string, from: "client" | "server") =>
    codecs[name].decode(data, from).map((message) => resolveMessage(message, rooms));

  test.each(numbered)("P-MSG5 $index $type is read in all encodings", (entry) => {
    const { from, message } = entry;
    expect(read("realm.json", JSON.stringify(message), from)).toEqual([message]);
    expect(read("realm.msgpack", bytesOf(entry.msgpack), from)).toEqual([message]);
    const [binary] = read("realm.binary", bytesOf(entry.binary), from);
    expect(binary?.type).toBe(message.type);
    if (entry.binaryOnly !== true) expect(binary).toEqual(message);
  });

  test.each(numbered)("P-MSG5 $index $type is written as it was", (entry) => {
    const written = (name: Subprotocol): Uint8Array => {
      const out = new ByteWriter();
      codecs[name].encode(entry.message, out, rooms);
      return out.toBytes();
    };
    expect(written("realm.msgpack")).toEqual(bytesOf(entry.msgpack));
    if (entry.binaryOnly !== true) expect(written("realm.binary")).toEqual(bytesOf(entry.binary));
  });

  test.each(numbered)("P-ENC7 $index $type is the same to another MessagePack library", (entry) => {
    expect(packr.unpack(bytesOf(entry.msgpack))).toEqual(entry.message);
    const packed = new Uint8Array(packr.pack(entry.message));
    expect(read("realm.msgpack", packed, entry.from)).toEqual([entry.message]);
  });
});
