import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { messageSpecs, type WebSocketMessage } from "../messages/message.ts";
import type { Sender } from "../messages/table.ts";
import { anyMessage, messageOf, sampleLookup } from "../testing/messages.ts";
import type { MessageCodec } from "./codec.ts";
import { chooseSubprotocol, codecOf, codecs } from "./encodings.ts";
import { resolveMessage } from "./resolve.ts";

function encoded(codec: MessageCodec, ...messages: WebSocketMessage[]): Uint8Array {
  const out = new ByteWriter(16);
  for (const message of messages) codec.encode(message, out, sampleLookup);
  return out.toBytes();
}

function decoded(codec: MessageCodec, bytes: Uint8Array, sender: Sender): unknown[] {
  return codec.decode(bytes, sender).map((of) => resolveMessage(of, sampleLookup));
}

/** The error that decoding throws. */
function refusal(codec: MessageCodec, data: Uint8Array | string, sender: Sender): RealmError {
  try {
    codec.decode(data, sender);
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    return error as RealmError;
  }
  throw new Error("the message was accepted");
}

const refusals = ["MESSAGE_MALFORMED", "MESSAGE_UNKNOWN", "MESSAGE_TOO_LARGE"];

/** Decodes hostile bytes; anything but messages or one of the three errors fails the test. */
function expectSurvival(codec: MessageCodec, data: Uint8Array | string, sender: Sender): void {
  try {
    for (const message of codec.decode(data, sender)) expect(message).toHaveProperty("payload");
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    expect(refusals).toContain((error as RealmError).code);
    expect(JSON.stringify((error as RealmError).toPayload()).length).toBeLessThan(4096);
  }
}

const join = (options: unknown): WebSocketMessage => ({
  type: "join",
  payload: { room: "r", options },
});

/** A value of so many levels, itself counted. */
function nested(levels: number): unknown {
  let value: unknown = [];
  for (let i = 1; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

const cases = messageSpecs.flatMap((spec) => spec.from.map((sender) => ({ spec, sender })));

for (const codec of Object.values(codecs)) {
  describe(codec.name, () => {
    test.each(cases.filter(({ spec }) => spec.type !== "snapshot"))(
      "P-ENC1 every $spec.type of a $sender comes back",
      ({ spec, sender }) => {
        fc.assert(
          fc.property(messageOf(spec), (message) => {
            expect(decoded(codec, encoded(codec, message), sender)).toEqual([message]);
          }),
        );
      },
    );

    test("P-ENC3 every cut of a message is a message or refused", () => {
      for (const sender of ["client", "server"] as const) {
        fc.assert(
          fc.property(anyMessage(sender), (message) => {
            const bytes = encoded(codec, message);
            for (let length = 0; length < bytes.length; length++) {
              expectSurvival(codec, bytes.slice(0, length), sender);
            }
          }),
          { numRuns: 60 },
        );
      }
    });

    test("P-ENC3 a message with any bytes changed is a message or refused", () => {
      const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
      for (const sender of ["client", "server"] as const) {
        fc.assert(
          fc.property(anyMessage(sender), change, (message, changes) => {
            const bytes = encoded(codec, message);
            for (const [at, value] of changes) bytes[at % bytes.length] = value;
            expectSurvival(codec, bytes, sender);
          }),
          { numRuns: 400 },
        );
      }
    });

    test("P-ENC3 any bytes are messages or refused", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
          expectSurvival(codec, bytes, "client");
          expectSurvival(codec, bytes, "server");
        }),
        { numRuns: 2000 },
      );
    });

    test("P-ENC3 the wrong kind of frame is refused", () => {
      expectSurvival(codec, "", "client");
      expectSurvival(codec, new Uint8Array(0), "client");
      if (!codec.isText) expect(refusal(codec, "{}", "client").code).toBe("MESSAGE_MALFORMED");
    });

    test("P-ENC4 16 KiB are taken and a byte more is refused", () => {
      const max = limits.messageBytes.value;
      const size = (length: number): Uint8Array => encoded(codec, join("x".repeat(length)));
      const most = max - size(4000).length + 4000;
      expect(size(most)).toHaveLength(max);
      expect(codec.decode(size(most), "client")).toHaveLength(1);
      expect(refusal(codec, size(most + 1), "client").code).toBe("MESSAGE_TOO_LARGE");
    });

    test("P-ENC5 16 levels are taken and one more is refused", () => {
      // the message and its payload are the first two
      const levels = limits.jsonDepth.value - 2;
      expect(codec.decode(encoded(codec, join(nested(levels))), "client")).toHaveLength(1);
      const error = refusal(codec, encoded(codec, join(nested(levels + 1))), "client");
      expect(error.code).toBe("MESSAGE_MALFORMED");
      expect(refusal(codec, encoded(codec, join(nested(1000))), "client").code).toBe(
        "MESSAGE_MALFORMED",
      );
    });

    test("P-ENC6 a key __proto__ is refused wherever it stands", () => {
      for (const hostile of ['{"__proto__":{"a":1}}', '[[{"b":{"__proto__":1}}]]']) {
        const bytes = encoded(codec, join(JSON.parse(hostile)));
        expect(refusal(codec, bytes, "client").code).toBe("MESSAGE_MALFORMED");
      }
      expect(({} as { a?: unknown }).a).toBeUndefined();
    });

    test("P-MSG2 a type that is not known is refused by a server and passed over by a client", () => {
      const unknown = { type: "ping", payload: { time: 1 } } as WebSocketMessage;
      const bytes = encoded(codec, unknown);
      const renamed = codec.packs ? Uint8Array.of(0xd2, 5, ...bytes.slice(1)) : rename(bytes);
      expect(codec.decode(renamed, "server")).toEqual([]);
      expect(refusal(codec, renamed, "client").code).toBe("MESSAGE_UNKNOWN");
    });

    test("P-MSG2 what only a server sends is not taken from a client", () => {
      const notice: WebSocketMessage = { type: "notice", id: 7, payload: { code: "C", text: "t" } };
      expect(refusal(codec, encoded(codec, notice), "client").code).toBe("MESSAGE_UNKNOWN");
      expect(codec.decode(encoded(codec, notice), "server")).toEqual([notice]);
    });

    test("P-MSG1 a value out of its column's range is refused under the type and id", () => {
      const chat = { type: "chat", id: 9, payload: { m: 256, text: "hi" } } as WebSocketMessage;
      const error = refusal(codec, encoded(codec, chat), "client");
      expect(error.code).toBe("MESSAGE_MALFORMED");
      expect(error.problems).toEqual([
        { path: "/payload/m", expected: "a whole number from 0 to 255", got: "256" },
      ]);
      expect([error.type, error.id, error.toPayload().type]).toEqual(["chat", 9, "chat"]);
    });

    test.each([
      [
        "a token",
        limits.tokenCharacters,
        (x: string) => ({ type: "auth", payload: { token: x, protocol: 1 } }),
      ],
      [
        "a resume secret",
        limits.resumeSecretCharacters,
        (x: string) => ({ type: "auth", payload: { token: "t", protocol: 1, resume: x } }),
      ],
      [
        "a room's name",
        limits.roomNameCharacters,
        (x: string) => ({ type: "join", payload: { room: x } }),
      ],
    ])("P-MSG7 %s that is too long is read, for its receiver to judge", (_, limit, make) => {
      for (const length of [limit.value, limit.value + 1]) {
        const message = make("x".repeat(length)) as WebSocketMessage;
        expect(codec.decode(encoded(codec, message), "client")).toEqual([message]);
      }
    });

    test("P-MSG1 a game's own code is taken at its longest and refused one above", () => {
      const confirm = (length: number): WebSocketMessage => ({
        type: "confirm",
        payload: { m: 0, seq: 1, tick: 1, ok: false, code: "X".repeat(length) },
      });
      const longest = confirm(limits.codeCharacters.value);
      expect(codec.decode(encoded(codec, longest), "server")).toEqual([longest]);
      const bytes = encoded(codec, confirm(limits.codeCharacters.value + 1));
      expect(refusal(codec, bytes, "server").code).toBe("MESSAGE_MALFORMED");
    });

    test("P-ROOM7 a refusal's text is taken at its longest, and refused one above or half a character", () => {
      const confirm = (text: string): WebSocketMessage => ({
        type: "confirm",
        payload: { m: 0, seq: 1, tick: 1, ok: false, code: "NO", text },
      });
      const { value: max, error } = limits.errorTextCharacters;
      for (const text of ["", "é", "x".repeat(max), "\u{1f600}".repeat(max / 2)]) {
        const message = confirm(text);
        expect(codec.decode(encoded(codec, message), "server")).toEqual([message]);
      }
      const bytes = encoded(codec, confirm("x".repeat(max + 1)));
      expect(refusal(codec, bytes, "server").code).toBe(error);
    });

    test("P-ENC4 a client takes 1 MiB from a server and not a byte more", () => {
      const notice = (length: number): WebSocketMessage => ({
        type: "notice",
        payload: { code: "C", text: "t", data: "x".repeat(length) },
      });
      const max = limits.serverMessageBytes.value;
      const most = max - encoded(codec, notice(100_000)).length + 100_000;
      expect(codec.decode(encoded(codec, notice(most)), "server")).toHaveLength(1);
      expect(refusal(codec, encoded(codec, notice(most + 1)), "server").code).toBe(
        "MESSAGE_TOO_LARGE",
      );
    });
  });
}

/** The same bytes with the type "ping" read as "pin!". */
function rename(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((_, i) => String.fromCharCode(...bytes.slice(i, i + 4)) === "ping");
  return bytes.with(at + 3, 0x21);
}

describe("all encodings", () => {
  test("P-ENC2 a message means the same in each", () => {
    for (const sender of ["client", "server"] as const) {
      fc.assert(
        fc.property(anyMessage(sender), (message) => {
          const [first, ...others] = Object.values(codecs).map((codec) =>
            decoded(codec, encoded(codec, message), sender),
          );
          for (const other of others) expect(other).toEqual(first);
        }),
        { numRuns: 300 },
      );
    }
  });

  test("P-ENC2 what came in binary can be sent on as readable, and back", () => {
    fc.assert(
      fc.property(anyMessage("server"), (message) => {
        const binary = encoded(codecs["realm.binary"], message);
        const [packed] = codecs["realm.binary"].decode(binary, "server");
        const json = encoded(codecs["realm.json"], packed as WebSocketMessage);
        expect(json).toEqual(encoded(codecs["realm.json"], message));
        const [plain] = codecs["realm.json"].decode(json, "server");
        expect(encoded(codecs["realm.binary"], plain as WebSocketMessage)).toEqual(binary);
      }),
      { numRuns: 300 },
    );
  });

  test("P-ENC12 the first known subprotocol is taken, and JSON without one", () => {
    expect(chooseSubprotocol(["realm.json", "realm.binary"])).toBe("realm.json");
    expect(chooseSubprotocol(["chat", "realm.binary", "realm.json"])).toBe("realm.binary");
    expect(chooseSubprotocol(["chat", "constructor"])).toBeUndefined();
    expect(chooseSubprotocol([])).toBeUndefined();
    expect(codecOf(undefined)).toBe(codecs["realm.json"]);
    expect(codecOf("")).toBe(codecs["realm.json"]);
    expect(codecOf("realm.msgpack")).toBe(codecs["realm.msgpack"]);
  });

  test("a membership that is not known resolves to nothing", () => {
    const event = { type: "event", payload: { m: 1, tick: 1, name: "hit", data: {} } } as const;
    expect(resolveMessage(event, () => undefined)).toBeUndefined();
    const ping = { type: "ping", payload: { time: 1 } } as const;
    expect(resolveMessage(ping, () => undefined)).toBe(ping);
  });

  test("an input that the room does not have is refused by its schema", () => {
    const input = { m: 0, seq: 1, data: {} };
    for (const name of ["nothing", 2, -1, "__proto__"]) {
      const message = { type: "input", payload: { ...input, name } } as const;
      expect(() => resolveMessage(message, sampleLookup)).toThrow(/INPUT_UNKNOWN/u);
    }
    const bad = { type: "input", payload: { ...input, name: "move" } } as const;
    expect(() => resolveMessage(bad, sampleLookup)).toThrow(/INPUT_INVALID/u);
    const short = {
      type: "input",
      payload: { ...input, name: 0, data: new Uint8Array(1) },
    } as const;
    expect(() => resolveMessage(short, sampleLookup)).toThrow(/DECODE_TRUNCATED/u);
  });
});
