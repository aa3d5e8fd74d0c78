import { describe, expect, test } from "vitest";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { fitsMessage } from "../encodings/envelope.ts";
import { codecs } from "../encodings/encodings.ts";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import { sampleLookup } from "../testing/messages.ts";
import type { WebSocketMessage } from "./message.ts";
import type { Sender } from "./table.ts";

const all = Object.values(codecs);

function passed(message: WebSocketMessage, codec: (typeof all)[number], sender: Sender): unknown {
  const out = new ByteWriter();
  codec.encode(message, out, sampleLookup);
  return codec.decode(out.toBytes(), sender);
}

function refusal(run: () => unknown): RealmError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    return error as RealmError;
  }
  throw new Error("it was accepted");
}

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};

describe.each(all)("operations in $name", (codec) => {
  test("P-RPC1 an rpc or result without an id is malformed, with one of 0 it is not", () => {
    const rpc: WebSocketMessage = { type: "rpc", payload: { operation: "objects.read" } };
    const result: WebSocketMessage = { type: "result", payload: { output: null } };
    for (const [message, sender] of [
      [rpc, "client"],
      [result, "server"],
    ] as const) {
      const error = refusal(() => passed(message, codec, sender));
      expect([error.code, error.type]).toEqual(["MESSAGE_MALFORMED", message.type]);
      expect(error.problems?.map(({ path }) => path)).toEqual(["/id"]);
      const named = { ...message, id: 0 };
      expect(passed(named, codec, sender)).toEqual([named]);
    }
  });

  test("P-RPC3 names and keys that are too long are read, for who has an error for them", () => {
    const message: WebSocketMessage = {
      type: "rpc",
      id: 1,
      payload: {
        operation: "o".repeat(limits.operationCharacters.value + 1),
        key: "k".repeat(limits.idempotencyKeyCharacters.value + 1),
      },
    };
    expect(passed(message, codec, "client")).toEqual([message]);
  });

  test.each(["client", "server"] as const)("what fits a message of a %s is carried", (sender) => {
    const carried = (value: unknown): boolean => {
      const message: WebSocketMessage =
        sender === "client"
          ? { type: "rpc", id: 1, payload: { operation: "o", input: value } }
          : { type: "result", id: 1, payload: { output: value } };
      try {
        expect(passed(message, codec, sender)).toEqual([message]);
        return true;
      } catch (error) {
        if (error instanceof RealmError) return false;
        throw error;
      }
    };
    const levels = (sender === "client" ? 1 : 4) * limits.jsonDepth.value - 2;
    for (const value of [null, 0, "x", "\ud83d\ude00", [], {}, nested(levels)]) {
      expect([fitsMessage(value, sender), carried(value)]).toEqual([true, true]);
    }
    for (const value of [nested(levels + 1), JSON.parse('{"a":[{"__proto__":1}]}') as unknown]) {
      expect([fitsMessage(value, sender), carried(value)]).toEqual([false, false]);
    }
  });
});

test.each(["\ud800", { "\udc00": 1 }, Number.NaN, [Infinity], undefined, { a: undefined }])(
  "what JSON, MessagePack and Protobuf would say differently fits no message: %j",
  (value) => {
    expect(fitsMessage(value, "server")).toBe(false);
  },
);

test("P-RPC2 a script's own refusal stands in the error", () => {
  const refused = { code: "TOO_POOR", text: "Gold is missing." };
  const payload = new RealmError("SCRIPT_REFUSED", { refusal: refused }).toPayload("rpc");
  const message: WebSocketMessage = { type: "error", id: 7, payload };
  for (const codec of all) expect(passed(message, codec, "server")).toEqual([message]);
  expect(payload.refusal).toEqual(refused);
});
