import { describe, expect, test } from "vitest";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { RealmError } from "../errors.ts";
import type { WebSocketMessage } from "../messages/message.ts";
import { sampleLookup } from "../testing/messages.ts";
import { codecs } from "./encodings.ts";

/* What one encoding can say and another can not: NaN, infinities, halves of surrogate pairs. */

const utf8 = new TextEncoder();
const all = Object.values(codecs);
const json = codecs["realm.json"];

function refusal(run: () => unknown): RealmError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    return error as RealmError;
  }
  throw new Error("it was accepted");
}

/** An error as every client gets it. */
function expectReadable(error: RealmError): void {
  const answer: WebSocketMessage = { type: "error", payload: error.toPayload() };
  for (const codec of all) {
    const out = new ByteWriter();
    codec.encode(answer, out, sampleLookup);
    expect(codec.decode(out.toBytes(), "server")).toEqual([answer]);
  }
}

describe("free JSON", () => {
  const hostile = ["1e999", "[0,-1e999]", '"\\ud800"', '{"a":"\\udc00\\ud800"}', '{"\\ud83d":1}'];

  test.each(hostile)("P-ENC13 %s is refused where it stands", (options) => {
    const text = `{"type":"join","payload":{"room":"r","options":${options}}}`;
    const error = refusal(() => json.decode(text, "client"));
    expect(error.code).toBe("MESSAGE_MALFORMED");
    expect(error.problems?.[0]?.path).toBe("/payload/options");
    // the same in binary, where it is a text inside
    const part = utf8.encode(options);
    const payload = Uint8Array.of(0x0a, 1, 0x72, 0x12, part.length, ...part);
    const message = Uint8Array.of(0x62, payload.length, ...payload);
    expect(refusal(() => codecs["realm.binary"].decode(message, "client"))).toMatchObject({
      code: "MESSAGE_MALFORMED",
      problems: error.problems,
    });
  });

  test("P-ENC13 NaN and infinities are refused in MessagePack too", () => {
    const out = new ByteWriter();
    const join: WebSocketMessage = { type: "join", payload: { room: "r", options: 0.1 } };
    codecs["realm.msgpack"].encode(join, out, sampleLookup);
    const bytes = out.toBytes();
    for (const head of [
      [0x7f, 0xf8],
      [0x7f, 0xf0],
      [0xff, 0xf0],
    ]) {
      bytes.set([...head, 0, 0, 0, 0, 0, 0], bytes.length - 8);
      const error = refusal(() => codecs["realm.msgpack"].decode(bytes, "client"));
      expect(error.problems?.[0]?.path).toBe("/payload/options");
    }
  });

  test("P-ENC13 whole pairs, zero and the largest number are taken", () => {
    const text = '{"type":"join","payload":{"room":"r","options":["\\ud83d\\ude00",-0,1e308]}}';
    expect(json.decode(text, "client")).toHaveLength(1);
  });
});

describe("answers that repeat what was foreign", () => {
  test("P-MSG2 half a pair in an unknown type is replaced, also where the cut makes it", () => {
    for (const type of ["le\\ud800ave", `${"x".repeat(63)}😀`]) {
      expectReadable(refusal(() => json.decode(`{"type":"${type}","payload":{}}`, "client")));
    }
  });

  test("P-SCH7 half a pair in an unknown key is replaced, also where the cut makes it", () => {
    const codec = sampleLookup("sample")?.input("move")?.codec;
    for (const key of ["\ud800", `${"x".repeat(117)}😀`]) {
      const error = refusal(() => codec?.check({ dx: 0, dy: 0, [key]: 1 }));
      expect(error.problems?.[0]?.expected).toBe("no such key");
      expectReadable(error);
    }
  });

  test("P-MSG1 half a pair in a code is refused", () => {
    const text =
      '{"type":"confirm","payload":{"m":0,"seq":1,"tick":1,"ok":false,"code":"\\ud800"}}';
    const error = refusal(() => json.decode(text, "server"));
    expect(error.problems?.[0]?.path).toBe("/payload/code");
  });
});

test("P-MSG7 a token far too long is read in every encoding", () => {
  const auth: WebSocketMessage = {
    type: "auth",
    payload: { token: "x".repeat(10_000), protocol: 1 },
  };
  for (const codec of all) {
    const out = new ByteWriter();
    codec.encode(auth, out, sampleLookup);
    expect(codec.decode(out.toBytes(), "client")).toEqual([auth]);
  }
});

test("P-ENC3 text of all lengths of characters is read across the steps of eight", () => {
  for (const piece of ["a", "ä", "漢", "😀", "aä", "aaaaaaa漢", "aaaaaaaa😀b"]) {
    for (let count = 0; count < 20; count++) {
      const text = piece.repeat(count);
      const message = { type: "chat", payload: { m: 0, text } };
      const bytes = utf8.encode(JSON.stringify(message));
      expect(json.decode(bytes, "client")).toEqual([message]);
    }
  }
});
