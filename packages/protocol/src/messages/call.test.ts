import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { codecs } from "../encodings/encodings.ts";
import { jsonCodec } from "../encodings/json.ts";
import { fitsMessage, JsonText } from "../encodings/json-text.ts";
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

/** What looks like something else. */
const odd = [
  '"__proto__":',
  { '"__proto__': 1, x__proto__: 1 },
  "[{".repeat(99),
  "\\ud800",
  ["\\"],
];

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
    for (const value of [null, 0, "x", "\ud83d\ude00", [], {}, nested(levels), ...odd]) {
      expect([fitsMessage(JSON.stringify(value), sender), carried(value)]).toEqual([true, true]);
    }
    for (const value of [nested(levels + 1), JSON.parse('{"a":[{"__proto__":1}]}') as unknown]) {
      expect([fitsMessage(JSON.stringify(value), sender), carried(value)]).toEqual([false, false]);
    }
  });
});

test.each(["\ud800", { "\udc00": 1 }, ["\\\udfff"], [Object.fromEntries([["__proto__", 1]])]])(
  "what JSON, MessagePack and Protobuf would say differently fits no message: %j",
  (value) => {
    expect(fitsMessage(JSON.stringify(value), "server")).toBe(false);
  },
);

test("texts that end nowhere fit no message", () => {
  for (const text of ['"', '"a', '{"a', '"\\', '["__proto__']) {
    expect(fitsMessage(text, "server")).toBe(false);
  }
});

test("property: what fits is what the envelope lets through", () => {
  const words = fc.constantFrom("__proto__", '"__proto__', "\ud800", "\\", '"', "[{", "}]", "a");
  const value = fc.anything({ key: words, values: [words, fc.integer()], maxDepth: 4 });
  fc.assert(
    fc.property(value, (given) => {
      const text = JSON.stringify(given) ?? "null";
      const message = { type: "result", id: 1, payload: { output: JSON.parse(text) as unknown } };
      let fits = true;
      try {
        jsonCodec.decode(JSON.stringify(message), "server");
      } catch {
        fits = false;
      }
      expect(fitsMessage(text, "server")).toBe(fits);
    }),
  );
});

test("a text stands for the value that it is of, in every encoding", () => {
  const value = { a: [1, null, "\ud83d\ude00"], '"': {} };
  for (const codec of all) {
    const said = (output: unknown) => {
      const out = new ByteWriter();
      codec.encode({ type: "result", id: 7, payload: { output } }, out, sampleLookup);
      return out.toBytes();
    };
    expect(said(new JsonText(JSON.stringify(value)))).toEqual(said(value));
  }
});

test("P-RPC2 a script's own refusal stands in the error", () => {
  const refused = { code: "TOO_POOR", text: "Gold is missing." };
  const payload = new RealmError("SCRIPT_REFUSED", { refusal: refused }).toPayload("rpc");
  const message: WebSocketMessage = { type: "error", id: 7, payload };
  for (const codec of all) expect(passed(message, codec, "server")).toEqual([message]);
  expect(payload.refusal).toEqual(refused);
});
