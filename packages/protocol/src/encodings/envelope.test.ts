import { describe, expect, test } from "vitest";
import { RealmError } from "../errors.ts";
import { messageSpecs } from "../messages/message.ts";
import { jsonCodec } from "./json.ts";

function refusal(text: string, sender: "client" | "server" = "client"): RealmError {
  try {
    jsonCodec.decode(text, sender);
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    return error as RealmError;
  }
  throw new Error("the message was accepted");
}

const place = (text: string): string | undefined => refusal(text).problems?.[0]?.path;

describe("readable envelopes", () => {
  test.each([
    ["no JSON", "{", ""],
    ["nothing", "", ""],
    ["a number", "5", ""],
    ["null", "null", ""],
    ["a list", '[{"type":"ping","payload":{"time":1}}]', ""],
    ["no type", '{"payload":{}}', "/type"],
    ["a type that is a number", '{"type":7,"payload":{}}', "/type"],
    ["an id below 0", '{"type":"ping","id":-1,"payload":{"time":1}}', "/id"],
    ["a fraction as id", '{"type":"ping","id":0.5,"payload":{"time":1}}', "/id"],
    ["an id of 2^32", '{"type":"ping","id":4294967296,"payload":{"time":1}}', "/id"],
    ["null as id", '{"type":"ping","id":null,"payload":{"time":1}}', "/id"],
    ["no payload", '{"type":"ping"}', "/payload"],
    ["a payload that is a list", '{"type":"ping","payload":[1]}', "/payload"],
    ["null as payload", '{"type":"ping","payload":null}', "/payload"],
    ["a time that is a text", '{"type":"ping","payload":{"time":"1"}}', "/payload/time"],
    ["a membership of 256", '{"type":"leave","payload":{"m":256}}', "/payload/m"],
    ["a membership of 1.5", '{"type":"leave","payload":{"m":1.5}}', "/payload/m"],
    [
      "null for an optional key",
      '{"type":"join","payload":{"room":"r","spectate":null}}',
      "/payload/spectate",
    ],
    [
      "input data left out",
      '{"type":"input","payload":{"m":0,"seq":1,"name":"a"}}',
      "/payload/data",
    ],
    [
      "an input's place for its name",
      '{"type":"input","payload":{"m":0,"seq":1,"name":0,"data":{}}}',
      "/payload/name",
    ],
    ["a lone surrogate", '{"type":"chat","payload":{"m":0,"text":"\\ud800"}}', "/payload/text"],
  ])("P-MSG1 %s is refused where it stands", (_, text, path) => {
    expect(refusal(text).code).toBe("MESSAGE_MALFORMED");
    expect(place(text)).toBe(path);
  });

  const specs = messageSpecs.flatMap((spec) => spec.from.map((sender) => ({ spec, sender })));

  test.each(specs)("P-MSG1 each key of a $sender's $spec.type is looked at", ({ spec, sender }) => {
    const paths = (payload: unknown): string[] => {
      const error = refusalOrNone(JSON.stringify({ type: spec.type, id: 1, payload }), sender);
      return (error?.problems ?? []).map((problem) => problem.path);
    };
    const columns = Object.entries(spec.columns).filter(([, column]) => column.only !== "binary");
    const required = columns
      .filter(([, column]) => !column.optional)
      .map(([key]) => `/payload/${key}`);
    // at most 8 problems are listed, in the order of the columns
    expect(paths({})).toEqual(required.slice(0, 8));
    for (const [key, { type }] of columns) {
      if (type.kind === "data" || (type.kind === "json" && type.shape === "any")) continue;
      const wrong = type.kind === "bool" ? 1 : true;
      const place = `/payload/${key}`;
      const others = required.filter((path) => path !== place);
      if (others.length < 8) expect(paths({ [key]: wrong })).toContain(place);
    }
  });

  test("P-MSG2 an unknown type comes back with its id, shortened", () => {
    const error = refusal(`{"type":"${"x".repeat(1000)}","id":3,"payload":{}}`);
    expect([error.code, error.id, error.type?.length]).toEqual(["MESSAGE_UNKNOWN", 3, 64]);
    for (const type of ["constructor", "__proto__", "toString", ""]) {
      expect(refusal(`{"type":${JSON.stringify(type)},"payload":{}}`).code).toBe("MESSAGE_UNKNOWN");
    }
  });

  test("P-MSG3 keys that are not known are ignored", () => {
    const text =
      '{"type":"ping","more":{"a":[1]},"payload":{"time":5,"extra":"x","constructor":1}}';
    expect(jsonCodec.decode(text, "client")).toEqual([{ type: "ping", payload: { time: 5 } }]);
  });

  test("P-ENC5 thousands of levels are refused without a stack of them", () => {
    const open = '{"type":"join","payload":{"room":"r","options":';
    const deep = `${open}${"[".repeat(8000)}${"]".repeat(8000)}}}`;
    expect(refusal(deep).code).toBe("MESSAGE_MALFORMED");
  });

  test("P-ENC3 bytes that are no UTF-8 are refused", () => {
    expect(() => jsonCodec.decode(Uint8Array.of(0x22, 0xff, 0x22), "client")).toThrow(
      /MESSAGE_MALFORMED/u,
    );
  });

  test("P-ENC4 text is measured in bytes", () => {
    const chat = (count: number): string =>
      `{"type":"join","payload":{"room":"r","options":"${"ä".repeat(count)}"}}`;
    expect(refusal(chat(8200)).code).toBe("MESSAGE_TOO_LARGE");
    expect(jsonCodec.decode(chat(8100), "client")).toHaveLength(1);
  });
});

function refusalOrNone(text: string, sender: "client" | "server"): RealmError | undefined {
  try {
    jsonCodec.decode(text, sender);
    return undefined;
  } catch (error) {
    return error as RealmError;
  }
}
