import { expect, expectTypeOf, test } from "vitest";
import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { RealmError } from "../errors.ts";
import { compileRoom } from "./compile.ts";
import { document, entity, event, input, type Of } from "./definition.ts";
import { t } from "./field.ts";
import { structCodec } from "./struct-codec.ts";

const Player = entity("player", {
  x: t.position({ min: 0, max: 1024, step: 1 / 32 }),
  heading: t.angle(8),
  mood: t.enum(["calm", "angry"]),
  target: t.entity(),
  name: t.string(24).static(),
  gold: t.uint(1e6).audience("owner"),
  seed: t.float().unreplicated(),
  effects: t.list(t.enum(["haste", "regeneration"]), 8),
  mount: t.optional(t.uint(7)),
});
const Move = input("move", { dx: t.unit(8), dy: t.unit(8) });
const Hit = event("hit", { target: t.entity(), damage: t.uint(255) });
const Board = document("board", {
  phase: t.enum(["lobby", "play"]),
  scores: t.list(t.object({ name: t.string(24), score: t.uint(1e6) }), 100),
});

test("types are inferred from a definition", () => {
  expectTypeOf<Of<typeof Player>>().toEqualTypeOf<{
    x: number;
    heading: number;
    mood: "calm" | "angry";
    target: number;
    name: string;
    gold: number;
    seed: number;
    effects: ("haste" | "regeneration")[];
    mount: number | null;
  }>();
  expectTypeOf<Of<typeof Board>>().toEqualTypeOf<{
    phase: "lobby" | "play";
    scores: { name: string; score: number }[];
  }>();
  expectTypeOf(Move.name).toEqualTypeOf<"move">();
});

test("a room compiles with its masks", () => {
  const room = compileRoom({
    entities: { Player },
    inputs: { Move },
    events: { Hit },
    documents: { shared: Board },
  });
  const player = room.entity("player");
  expect(player?.fixed.map((f) => f.name)).toEqual([
    "x",
    "heading",
    "mood",
    "target",
    "gold",
    "seed",
    "mount",
  ]);
  expect(player?.blobs.map((f) => f.name)).toEqual(["name", "effects"]);
  expect(player?.xField).toBe(0);
  expect(player?.yField).toBe(-1);
  expect(player?.replicatedMask).toBe(0b110111111 | (0 << 6));
  expect(player?.staticMask).toBe(0b10000);
  expect(player?.maskByRelation[1]).toBe(0b110011111);
  expect(player?.maskByRelation[5]).toBe(0b110111111);
  expect(room.input(0)?.name).toBe("move");
});

test("a struct goes through bits", () => {
  const codec = structCodec(Board);
  const value = { phase: "play", scores: [{ name: "Änne", score: 7 }] };
  const out = new BitWriter();
  codec.write(out, value);
  expect(codec.read(new BitReader(out.toBytes()))).toEqual(value);
  expect(codec.check(value)).toEqual(value);
  expect(() => codec.check({ phase: "x", scores: [1], more: 2 })).toThrow(RealmError);
});
