import { entity, RealmError, t } from "@realmwright/protocol";
import {
  ByteReader,
  ByteWriter,
  compileDescriptor,
  compileRoom,
} from "@realmwright/protocol/internal";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "./frame-codec.ts";
import { Frame } from "./frame.ts";
import { Mirror } from "./mirror.ts";
import type { ReadableState } from "./readable-writer.ts";
import { Replica } from "./replica.ts";

const Walker = entity("walker", {
  x: t.position({ min: 0, max: 100, step: 1 }),
  mood: t.enum(["calm", "angry"]),
  target: t.entity(),
  title: t.string(8),
});
const room = compileDescriptor(compileRoom({ entities: { Walker } }).descriptor);

function refusal(run: () => void): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RealmError);
    return (error as RealmError).code;
  }
  return "accepted";
}

/** A frame through its bytes into a mirror. */
function taken(change: (frame: Frame) => void): string {
  const frame = new Frame();
  frame.room = "r";
  frame.key = true;
  // slot, type, generation, owner, team, seat, audience
  for (const word of [3, 0, 1, 0, 0, -1, 0]) frame.enters.push(word);
  change(frame);
  const out = new ByteWriter();
  encodeFrame(frame, room, out);
  const read = new Frame();
  const mirror = new Mirror(room, { historyTicks: 2, cellSize: 10 });
  return refusal(() => {
    decodeFrame(new ByteReader(out.view()), room, read);
    mirror.apply(read);
    mirror.place();
  });
}

describe("frames that can be read and make no sense", () => {
  const bytes = new Uint8Array(1);

  test("a whole one is taken", () => {
    expect(taken(() => undefined)).toBe("accepted");
  });

  test.each([
    [undefined, undefined, undefined],
    [undefined, "lost: nothing was refused", undefined],
    ["NO", undefined, undefined],
    ["NO", "", undefined],
    ["NO", "\u{1f600}".repeat(128), "\u{1f600}".repeat(128)],
  ])("a confirm by %j with the text %j has the text %j", (code, text, read) => {
    const frame = new Frame();
    frame.room = "r";
    for (let seq = 1; seq <= 2; seq++) frame.confirms.push({ seat: 0, seq, code, text });
    const out = new ByteWriter();
    encodeFrame(frame, room, out);
    const into = new Frame();
    decodeFrame(new ByteReader(out.view()), room, into);
    const answers = [1, 2].map((seq) => ({ seat: 0, seq, code, text: read }));
    expect(into.confirms).toEqual(answers);
  });

  test("a confirm with a text beyond its limit is refused", () => {
    const text = "\u20ac".repeat(257);
    const confirm = { seat: 0, seq: 1, code: "NO", text };
    expect(taken((frame) => frame.confirms.push(confirm))).toBe("DECODE_INVALID");
  });

  test.each<[string, (frame: Frame) => void]>([
    ["changes of a free slot", (frame) => [4, 1, 7].forEach((word) => frame.changes.push(word))],
    ["changes far away", (frame) => [60_000, 1, 7].forEach((word) => frame.changes.push(word))],
    ["a text of a free slot", (frame) => frame.blobs.push({ slot: 4, blob: 0, bytes })],
    ["a type below all", (frame) => (frame.enters.items[1] = -2)],
    ["a type above all", (frame) => (frame.enters.items[1] = 1)],
  ])("[S-LINK2] %s are refused", (_, change) => {
    expect(taken(change)).toBe("DECODE_INVALID");
  });

  test.each([[-1], [1], [2 ** 40], [0.5], [Number.NaN], [Infinity]])(
    "[S-LINK2] precise values said to be %d are refused before any memory is taken",
    (count) => {
      const verdict = taken((frame) => {
        const at = frame.precise.extend(2);
        frame.precise.items.set([0, count], at);
      });
      expect(verdict).toBe("DECODE_INVALID");
    },
  );
});

test("the highest sequence numbers are served as they are", () => {
  const mirror = new Mirror(room, { historyTicks: 0, cellSize: 0 });
  const frame = new Frame();
  frame.key = true;
  frame.served.push(0);
  frame.served.push(0xffff_ffff);
  mirror.apply(frame);
  expect(mirror.seats.get(0)?.served).toBe(0xffff_ffff);
});

describe("readable snapshots, whose lists hold any JSON", () => {
  const enter = { id: 1, type: "walker", x: 5, mood: "calm", target: 0, title: "" };

  test.each<[string, object]>([
    ["nothing enters", { enter: [null] }],
    ["a number enters", { enter: [5] }],
    ["an id beyond 16 bits", { enter: [{ ...enter, id: 65_536 }] }],
    ["an unknown type", { enter: [{ ...enter, type: "__proto__" }] }],
    ["a position that is a text", { enter: [{ ...enter, x: "5" }] }],
    ["a word that is none", { enter: [{ ...enter, mood: "sad" }] }],
    ["a target that is a list", { enter: [{ ...enter, target: [] }] }],
    ["a target below 0", { enter: [{ ...enter, target: -1 }] }],
    ["a text that is a number", { enter: [{ ...enter, title: 5 }] }],
    ["a text that is too long", { enter: [{ ...enter, title: "x".repeat(9) }] }],
    ["nothing is updated", { enter: [enter], update: [null] }],
    ["an update of nothing", { update: [{ id: 7 }] }],
    ["an update by a text", { enter: [enter], update: [{ id: 1, title: {} }] }],
    ["a leave of nothing", { leave: [null] }],
    ["a leave by a list", { enter: [enter], leave: [[1]] }],
    ["self without id", { enter: [enter], self: {} }],
    ["self of what is not there", { enter: [enter], self: { id: 2 } }],
  ])("P-SNAP3 %s is refused", (_, snapshot) => {
    const replica = new Replica(room, { tickRate: 20, sendRate: 20 });
    const given = { tick: 1, ...snapshot } as ReadableState;
    expect(refusal(() => replica.applyReadable(given))).toBe("DECODE_INVALID");
    // what was there before is still of its kind
    for (const seen of replica.entities.values()) expect(seen.get("title")).toBe("");
  });

  test("what fits is taken as it is", () => {
    const replica = new Replica(room, { tickRate: 20, sendRate: 20 });
    replica.applyReadable({ tick: 1, enter: [{ ...enter, id: 65_535, title: "é" }] });
    const seen = replica.entities.get(65_535);
    expect(["x", "mood", "target", "title"].map((name) => seen?.get(name))).toEqual([
      5,
      "calm",
      0,
      "é",
    ]);
  });
});
