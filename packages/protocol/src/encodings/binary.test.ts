import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BitWriter } from "../bytes/bit-writer.ts";
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { errors, type ErrorCode } from "../errors.ts";
import { limits } from "../limits.ts";
import type { WebSocketMessage } from "../messages/message.ts";
import { heartbeatTime } from "../messages/session.ts";
import { sampleLookup } from "../testing/messages.ts";
import { sampleRoom } from "../testing/samples.ts";
import {
  beginMessage,
  binaryCodec,
  endMessage,
  writeAck,
  writeConfirm,
  writeEvent,
  writeInput,
  writePing,
  writeSnapshot,
} from "./binary.ts";

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

function encoded(...messages: WebSocketMessage[]): Uint8Array {
  const out = new ByteWriter(16);
  for (const message of messages) binaryCodec.encode(message, out, sampleLookup);
  return out.toBytes();
}

function written(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter(16);
  write(out);
  return out.toBytes();
}

const max32 = 0xffff_ffff;
const move = sampleRoom().input("move");

function moveBits(dx: number, dy: number): Uint8Array {
  const out = new BitWriter();
  move?.codec.write(out, { dx, dy });
  return out.toBytes();
}

describe("binary messages", () => {
  test("are Protobuf, byte for byte", () => {
    // worked out by hand from the encoding's specification
    expect(hex(encoded({ type: "ping", payload: { time: 150 } }))).toBe("0a 03 08 96 01");
    expect(hex(encoded({ type: "ping", id: 1, payload: { time: 0 } }))).toBe("0a 02 78 01");
    expect(hex(encoded({ type: "pong", payload: { time: 1, serverTime: 0.5 } }))).toBe(
      "12 0b 08 01 11 00 00 00 00 00 00 e0 3f",
    );
    expect(hex(encoded({ type: "chat", payload: { m: 3, text: "hé" } }))).toBe(
      "4a 07 08 03 12 03 68 c3 a9",
    );
    expect(
      hex(encoded({ type: "chat", payload: { m: 0, seat: -1, name: "", text: "", time: 0 } })),
    ).toBe("4a 02 10 01");
    expect(hex(encoded({ type: "auth", payload: { token: "t", protocol: 1 } }))).toBe(
      "82 01 05 0a 01 74 10 01",
    );
  });

  test("P-ENC10 a heartbeat's payload takes at most 4 bytes", () => {
    for (const now of [0, 1, 1e6, 2 ** 21 - 1, 2 ** 21, 1e12 + 0.7]) {
      const time = heartbeatTime(now);
      const ping = written((out) => writePing(out, time));
      expect(ping).toEqual(encoded({ type: "ping", payload: { time } }));
      expect(ping.length - 2).toBeLessThanOrEqual(4);
      expect(encoded({ type: "pong", payload: { time } }).length - 2).toBeLessThanOrEqual(4);
    }
  });

  test("P-ENC10 a confirm takes at most 20 bytes, whatever its numbers and code", () => {
    const codes: (ErrorCode | undefined)[] = [undefined, ...(Object.keys(errors) as ErrorCode[])];
    for (const code of codes) {
      const bytes = written((out) => writeConfirm(out, 255, max32, max32, code));
      expect(bytes.length).toBeLessThanOrEqual(20);
      const payload = { m: 255, seq: max32, tick: max32, ok: code === undefined };
      expect(binaryCodec.decode(bytes, "server")).toEqual([
        { type: "confirm", payload: code === undefined ? payload : { ...payload, code } },
      ]);
    }
  });

  test("P-ENC10 a walking input takes at most 50 bytes, and few in common use", () => {
    const input = (seq: number, tick: number): Uint8Array =>
      encoded({
        type: "input",
        payload: {
          m: 0,
          seq,
          name: "move",
          data: { dx: 1, dy: -0.5 },
          ack: tick,
          view: tick * 256 + 128,
        },
      });
    expect(input(max32, max32).length).toBeLessThanOrEqual(50);
    expect(input(3000, 72_000).length).toBeLessThanOrEqual(20);
  });

  test("the short ways write what the codec writes", () => {
    const uint = fc.integer({ min: 0, max: max32 });
    const m = fc.nat(255);
    fc.assert(
      fc.property(m, uint, uint, fc.uint8Array({ maxLength: 300 }), (m, seq, tick, bits) => {
        expect(written((out) => writeConfirm(out, m, seq, tick))).toEqual(
          encoded({ type: "confirm", payload: { m, seq, tick, ok: true } }),
        );
        expect(written((out) => writeConfirm(out, m, seq, tick, "TOO_FAR"))).toEqual(
          encoded({ type: "confirm", payload: { m, seq, tick, ok: false, code: "TOO_FAR" } }),
        );
        expect(written((out) => writeSnapshot(out, m, bits))).toEqual(
          encoded({ type: "snapshot", payload: { m, bits } }),
        );
        expect(written((out) => writeEvent(out, m, tick, 0, bits))).toEqual(
          encoded({ type: "event", payload: { m, tick, name: 0, data: bits } }),
        );
        expect(
          written((out) => writeInput(out, m, seq, 1, bits, bits.length, tick, tick * 256)),
        ).toEqual(
          encoded({
            type: "input",
            payload: { m, seq, name: 1, data: bits, ack: tick, view: tick * 256 },
          }),
        );
        expect(written((out) => writeInput(out, m, seq, 1, bits, bits.length, -1, -1))).toEqual(
          encoded({ type: "input", payload: { m, seq, name: 1, data: bits } }),
        );
        expect(written((out) => writeAck(out, m, tick))).toEqual(
          encoded({ type: "ack", payload: { m, tick } }),
        );
      }),
    );
  });

  test("a part of a buffer is written as if it stood alone", () => {
    const buffer = Uint8Array.of(9, 9, 1, 2, 3, 9);
    expect(written((out) => writeSnapshot(out, 1, buffer, 2, 5))).toEqual(
      written((out) => writeSnapshot(out, 1, Uint8Array.of(1, 2, 3))),
    );
    expect(written((out) => writeEvent(out, 1, 1, 1, buffer, 2, 5))).toEqual(
      written((out) => writeEvent(out, 1, 1, 1, Uint8Array.of(1, 2, 3))),
    );
  });

  test("a message of any length gets the right length before it", () => {
    for (const length of [0, 1, 126, 127, 128, 129, 16_383, 16_384, 16_385, 100_000]) {
      const bytes = written((out) => {
        out.u8(0xaa);
        const mark = beginMessage(out, "snapshot");
        for (let i = 0; i < length; i++) out.u8(i & 0xff);
        endMessage(out, mark);
        out.u8(0xbb);
      });
      const from = new ByteReader(bytes);
      expect([from.u8(), from.u8()]).toEqual([0xaa, (6 << 3) | 2]);
      const body = from.bytes(from.varint());
      expect(body).toHaveLength(length);
      expect(body.every((byte, i) => byte === (i & 0xff))).toBe(true);
      expect([from.u8(), from.remaining]).toEqual([0xbb, 0]);
    }
  });

  test("P-ENC9 messages come in the order of their fields", () => {
    const types: WebSocketMessage[] = [
      { type: "event", payload: { m: 1, tick: 5, name: "hit", data: { target: 3, damage: 9 } } },
      { type: "confirm", payload: { m: 1, seq: 1, tick: 5, ok: true } },
      { type: "event", payload: { m: 1, tick: 5, name: "hit", data: { target: 4, damage: 8 } } },
      { type: "snapshot", payload: { m: 1, bits: Uint8Array.of(1, 2) } },
    ];
    const read = binaryCodec.decode(encoded(...types), "server");
    expect(read.map((message) => message.type)).toEqual(["event", "confirm", "event", "snapshot"]);
  });

  test("P-ENC9 unknown fields of every wire type are passed over", () => {
    const unknown = [
      0x50, 0xff, 0x01, 0x51, 1, 2, 3, 4, 5, 6, 7, 8, 0x52, 2, 9, 9, 0x55, 1, 2, 3, 4,
    ];
    const body = [0x08, 0x05, ...unknown, 0x78, 0x07];
    const bytes = Uint8Array.from([0x0a, body.length, ...body]);
    expect(binaryCodec.decode(bytes, "client")).toEqual([
      { type: "ping", id: 7, payload: { time: 5 } },
    ]);
    // a known number with another wire type is unknown too
    expect(binaryCodec.decode(Uint8Array.of(0x0a, 2, 0x0a, 0), "client")).toEqual([
      { type: "ping", payload: { time: 0 } },
    ]);
    for (const group of [0x53, 0x54, 0x56, 0x57]) {
      expect(() => binaryCodec.decode(Uint8Array.of(0x0a, 1, group), "client")).toThrow(
        /MESSAGE_MALFORMED/u,
      );
    }
  });

  test("P-ENC8 a length beyond what is left is refused", () => {
    for (const bytes of [
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [0x0a, 5, 0x08],
      [0x4a, 7, 0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 0],
      [0x1a, 6, 0x22, 0xf0, 0xff, 0xff, 0xff, 0x0f],
    ]) {
      expect(() => binaryCodec.decode(Uint8Array.from(bytes), "client")).toThrow(
        /MESSAGE_MALFORMED/u,
      );
    }
  });

  test("P-ENC11 messagesPerPacket: 64 messages are taken at once and one more is refused", () => {
    const { value: max } = limits.messagesPerPacket;
    const pings = (count: number): Uint8Array =>
      encoded(
        ...Array.from({ length: count }, (): WebSocketMessage => ({
          type: "ping",
          payload: { time: 1 },
        })),
      );
    expect(binaryCodec.decode(pings(max), "client")).toHaveLength(max);
    expect(() => binaryCodec.decode(pings(max + 1), "client")).toThrow(/MESSAGE_TOO_LARGE/u);
    expect(binaryCodec.decode(pings(max + 1), "server")).toHaveLength(max + 1);
  });

  test("a newer server's error code still says what to do", () => {
    const bytes = Uint8Array.of(0x52, 7, 0x08, 0xe7, 0x07, 0x18, 0x01, 0x20, 0x05);
    expect(binaryCodec.decode(bytes, "server")).toEqual([
      { type: "error", payload: { code: "ERROR_999", text: "", action: "retry", retryAfterMs: 5 } },
    ]);
  });

  test("game values go as bits, which the room's schema reads", () => {
    const bytes = encoded({
      type: "input",
      payload: { m: 2, seq: 1, name: "move", data: { dx: 1, dy: 0 } },
    });
    const [message] = binaryCodec.decode(bytes, "client");
    expect(message?.payload).toMatchObject({ name: 0, data: moveBits(1, 0) });
  });

  test("what can not be written is the program's fault and is said so", () => {
    const bad: WebSocketMessage[] = [
      { type: "ping", payload: { time: 0.5 } },
      { type: "leave", payload: { m: -1 } },
      { type: "input", payload: { m: 0, seq: 1, name: "nothing", data: {} } },
    ];
    expect(() => encoded(bad[0] as WebSocketMessage)).toThrow(/INTERNAL/u);
    expect(() => encoded(bad[1] as WebSocketMessage)).toThrow(/INTERNAL/u);
    expect(() => encoded(bad[2] as WebSocketMessage)).toThrow(/INPUT_UNKNOWN/u);
  });
});
