import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { RealmError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { ClientMessage } from "../messages/message.ts";
import { binaryCodec, writeAck, writeInput } from "./binary.ts";
import { readUsualInputs } from "./usual-input.ts";

const tagOfInput = (3 << 3) | 2;
/** A field that no table has: a message with it is read by the tables. */
const unknownField = [0x38, 1];

/** An input whose fields are these bytes. */
const inputOf = (fields: readonly number[]): Uint8Array =>
  Uint8Array.from([tagOfInput, fields.length, ...fields]);

const nine = new Uint8Array(9).fill(5);

/** What a reading gives: the messages, or what is wrong with them but for how long they are. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return binaryCodec.decode(bytes, "client");
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    const { code, type, problems } = error;
    return { code, type, problems: problems?.map(({ path, expected }) => ({ path, expected })) };
  }
}

function usual(bytes: Uint8Array): { readonly end: number; readonly messages: ClientMessage[] } {
  const messages: ClientMessage[] = [];
  return { end: readUsualInputs(bytes, tagOfInput, messages), messages };
}

function written(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  write(out);
  return out.toBytes();
}

const number = fc.oneof(
  fc.nat(300),
  fc.nat(0xffff_ffff),
  fc.maxSafeNat(),
  fc.constantFrom(
    127,
    128,
    255,
    256,
    0xffff_ffff,
    2 ** 32,
    2 ** 45 - 1,
    2 ** 45,
    2 ** 49 - 1,
    2 ** 49,
  ),
);
const varint = number.map((value) => [...written((out) => out.varint53(value))]);
const numberField = fc
  .tuple(fc.constantFrom(8, 16, 24, 40, 48), varint)
  .map(([tag, value]) => [tag, ...value]);
const dataField = fc.uint8Array({ maxLength: 20 }).map((bytes) => [34, bytes.length, ...bytes]);
const anyField = fc.oneof(
  { weight: 6, arbitrary: numberField },
  { weight: 2, arbitrary: dataField },
  { weight: 1, arbitrary: fc.array(fc.nat(255), { maxLength: 4 }) },
);
/** A last field that goes on where its message has ended. */
const openEnd = fc.oneof(
  fc
    .tuple(fc.constantFrom(8, 16, 24, 40, 48), fc.nat(6))
    .map(([tag, more]) => [tag, ...new Array<number>(more + 1).fill(0x81)]),
  fc
    .tuple(fc.uint8Array({ maxLength: 6 }), fc.integer({ min: 1, max: 12 }))
    .map(([bytes, missing]) => [34, bytes.length + missing, ...bytes]),
);
const fields = fc
  .tuple(
    fc.array(anyField, { maxLength: 8 }),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: openEnd }),
  )
  .map(([list, end]) => [...list.flat(), ...end])
  .filter(({ length }) => length < 126);
/** What else is in the packet. */
const others = fc
  .array(
    fc.oneof(
      fc.nat(0xffff).map((seq) => written((out) => writeInput(out, 1, seq, 2, nine, 9, -1, -1))),
      fc.nat(0xffff).map((tick) => written((out) => writeAck(out, 0, tick))),
    ),
    { maxLength: 3 },
  )
  .map((list) => Uint8Array.from(list.flatMap((bytes) => [...bytes])));

describe("an input that is written as usual", () => {
  test("is read as the tables read it, and refused as they refuse it", () => {
    fc.assert(
      fc.property(fields, others, (bytes, behind) => {
        const packet = (...list: readonly number[]): Uint8Array =>
          Uint8Array.from([...inputOf(list), ...behind]);
        expect(outcome(packet(...bytes))).toStrictEqual(outcome(packet(...unknownField, ...bytes)));
      }),
      { numRuns: 5000 },
    );
  });

  test("is read without the tables", () => {
    const bytes = written((out) => {
      writeInput(out, 3, 70_000, 2, Uint8Array.of(9, 8, 7), 3, 2 ** 44, 2 ** 48);
      writeInput(out, 0, 1, 0, Uint8Array.of(), 0, -1, -1);
    });
    const { end, messages } = usual(bytes);
    expect(end).toBe(bytes.length);
    expect(messages).toStrictEqual([
      {
        type: "input",
        payload: {
          m: 3,
          seq: 70_000,
          name: 2,
          data: Uint8Array.of(9, 8, 7),
          ack: 2 ** 44,
          view: 2 ** 48,
        },
      },
      { type: "input", payload: { m: 0, seq: 1, name: 0, data: new Uint8Array(0) } },
    ]);
  });

  test("keeps its values when the message's memory is used again", () => {
    const bytes = written((out) => writeInput(out, 0, 1, 0, Uint8Array.of(5), 1, -1, -1));
    const [message] = binaryCodec.decode(bytes, "client");
    bytes.fill(0xff);
    expect(message!.payload).toMatchObject({ data: Uint8Array.of(5) });
  });
});

describe("what is left to the tables", () => {
  test.each([
    ["a field that no table has", inputOf(unknownField)],
    ["a request's id", inputOf([120, 1])],
    ["a number of eight bytes", inputOf([48, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1])],
    ["a number that is cut off", inputOf([16, 0x80])],
    ["a tag alone", inputOf([16])],
    ["bytes that are cut off", inputOf([34, 3, 1, 2])],
    ["a membership above 255", inputOf([8, 0x80, 2])],
    [
      "a length of two bytes",
      Uint8Array.of(tagOfInput, 0x80, 1, ...new Array<number>(128).fill(0)),
    ],
    ["more than there is", Uint8Array.of(tagOfInput, 4, 16, 1)],
    ["nothing behind the tag", Uint8Array.of(tagOfInput)],
    ["another message", written((out) => writeAck(out, 0, 5))],
    ["nothing at all", new Uint8Array(0)],
  ])("%s", (_what, bytes) => {
    expect(usual(bytes)).toEqual({ end: 0, messages: [] });
  });

  test("what comes behind it", () => {
    const first = written((out) => writeInput(out, 0, 7, 0, Uint8Array.of(), 0, -1, -1));
    const both = Uint8Array.from([...first, ...written((out) => writeAck(out, 0, 5))]);
    expect(usual(both).end).toBe(first.length);
    expect(binaryCodec.decode(both, "client").map(({ type }) => type)).toEqual(["input", "ack"]);
  });

  test.each([
    ["a number", [16, 0x81]],
    ["a data field", [34, 4, 1, 2]],
  ])("%s that would go on in the next message, which is refused", (_what, open) => {
    const next = written((out) => writeInput(out, 0, 1, 0, nine, 9, -1, -1));
    const packet = Uint8Array.from([...inputOf(open), ...next]);
    expect(usual(packet)).toEqual({ end: 0, messages: [] });
    expect(outcome(packet)).toMatchObject({ code: "MESSAGE_MALFORMED" });
  });

  test("one more than a message may hold", () => {
    const most = limits.messagesPerPacket.value;
    const many = (count: number): Uint8Array =>
      written((out) => {
        for (let i = 0; i < count; i++) writeInput(out, 0, 1, 0, Uint8Array.of(), 0, -1, -1);
      });
    expect(binaryCodec.decode(many(most), "client")).toHaveLength(most);
    expect(() => binaryCodec.decode(many(most + 1), "client")).toThrow(
      expect.objectContaining({ code: "MESSAGE_TOO_LARGE" }),
    );
  });
});
