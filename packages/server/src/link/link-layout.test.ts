import { ByteWriter } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBatch, writeBye, writeInputs, writeMessage } from "./link-layout.ts";
import type { EdgeToHost } from "./messages.ts";

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const value = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,9}$/u),
  fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    fc.string(),
    fc.boolean(),
    fc.array(uint32),
  ),
);
const inputs = fc.record(
  {
    type: fc.constant("input" as const),
    session: fc.stringMatching(/^[0-9a-f]{32}$/u),
    room: fc.string({ minLength: 1, maxLength: 60 }),
    seat: fc.integer({ min: 0, max: 4_000 }),
    since: fc.integer({ min: 0, max: 2 ** 45 - 1 }),
    items: fc.array(
      fc.record({
        seq: uint32,
        input: fc.integer({ min: 0, max: 255 }),
        view: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER - 1 }),
        value,
      }),
    ),
  },
  { requiredKeys: ["type", "session", "room", "seat", "items"] },
);

/** Messages of a batch, as they are read. */
function read(batch: Uint8Array): object[] {
  const messages: object[] = [];
  readBatch(batch, {
    hello: () => undefined,
    message: (message) => messages.push(message),
    frame: () => undefined,
    bye: () => undefined,
  });
  return messages;
}

function batchOf(messages: readonly EdgeToHost[]): Uint8Array {
  const out = new ByteWriter(16);
  for (const message of messages) {
    if (message.type === "input") writeInputs(message, new ByteWriter(16), new ByteWriter(16), out);
    else writeMessage(message, new ByteWriter(16), out);
  }
  return out.toBytes();
}

describe("[S-LINK2] a batch", () => {
  test("brings inputs as they were, between other messages", () => {
    const drop: EdgeToHost = { type: "drop", session: "s" };
    fc.assert(
      fc.property(fc.array(inputs), (list) => {
        const messages = list.flatMap((message) => [message, drop]);
        expect(read(batchOf(messages))).toEqual(messages);
      }),
    );
  });

  test("cut short or bent it is refused by an error of decoding, or is another one", () => {
    fc.assert(
      fc.property(inputs, fc.nat(), fc.nat(255), (message, at, byte) => {
        const whole = batchOf([message]);
        const bent = whole.slice();
        bent[at % whole.length] = byte;
        for (const bytes of [whole.subarray(0, 1 + (at % (whole.length - 1))), bent]) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^DECODE_/u) as string });
          }
        }
      }),
    );
    const bye = new ByteWriter(4);
    writeBye(bye);
    expect(read(bye.toBytes())).toEqual([]);
  });
});
