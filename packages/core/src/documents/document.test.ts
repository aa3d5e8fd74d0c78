import { document, limits, t } from "@realmwright/protocol";
import { structCodec } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SyncedDocument } from "./document.ts";
import { applyPatch } from "./json-patch.ts";

const Board = document("board", {
  phase: t.enum(["lobby", "play"]),
  scores: t.list(t.object({ name: t.string(200), score: t.uint(1000) }), 100),
});

function board(): SyncedDocument<typeof Board> {
  const codec = structCodec(Board);
  return new SyncedDocument((value) => codec.check(value), codec.defaultValue);
}

describe("SyncedDocument", () => {
  it("turns several updates into one version and one patch", () => {
    const handle = board();
    const before = handle.value;
    handle.update((draft) => {
      draft.phase = "play";
    });
    handle.update((draft) => {
      draft.scores.push({ name: "ann", score: 1 });
    });
    const change = handle.takeChange()!;
    expect(change.version).toBe(1);
    expect(applyPatch<unknown>(before, change.patch)).toEqual(handle.value);
    expect(handle.takeChange()).toBeUndefined();
    expect(handle.version).toBe(1);
  });

  it("reports nothing when a change was taken back", () => {
    const handle = board();
    handle.update((draft) => {
      draft.phase = "play";
    });
    handle.update((draft) => {
      draft.phase = "lobby";
    });
    expect(handle.takeChange()).toBeUndefined();
    expect(handle.version).toBe(0);
  });

  it("replaces the whole when the patch would be longer", () => {
    const handle = board();
    handle.update((draft) => {
      draft.scores = Array.from({ length: 9 }, (_, i) => ({ name: `n${i}`, score: i }));
    });
    handle.takeChange();
    handle.update((draft) => {
      draft.scores = draft.scores.map(({ name, score }) => ({
        name: `${name}x`,
        score: score + 1,
      }));
    });
    expect(handle.takeChange()!.patch).toEqual([{ op: "replace", path: "", value: handle.value }]);
  });

  it("is frozen for readers, all the way down", () => {
    const handle = board();
    handle.update((draft) => {
      draft.scores.push({ name: "ann", score: 1 });
    });
    expect(() => {
      (handle.value.scores[0] as { score: number }).score = 2;
    }).toThrow(TypeError);
    expect(() => (handle.value.scores as unknown[]).push(1)).toThrow(TypeError);
  });

  it("keeps the old value when the draft does not fit, or the change throws", () => {
    const handle = board();
    const before = handle.value;
    expect(() =>
      handle.update((draft) => {
        draft.phase = "over" as "play";
      }),
    ).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
    expect(() =>
      handle.update((draft) => {
        draft.phase = "play";
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(handle.value).toBe(before);
    expect(handle.takeChange()).toBeUndefined();
  });

  it("names what does not fit", () => {
    const handle = board();
    expect(() =>
      handle.update((draft) => {
        draft.scores.push({ name: "ann", score: 1001 });
      }),
    ).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ path: "/scores/0/score" })],
      }),
    );
  });

  it("takes a value of the limit and refuses one byte more", () => {
    const max = limits.documentBytes.value;
    const Note = document("note", { lines: t.list(t.string(4096), 8) });
    const codec = structCodec(Note);
    const note = new SyncedDocument<typeof Note>((v) => codec.check(v), codec.defaultValue);
    // five lines share the bytes that the brackets and quotes leave
    const around = JSON.stringify({ lines: ["", "", "", "", ""] }).length;
    const lines = (bytes: number): string[] => {
      const each = Math.floor((bytes - around) / 5);
      const rest = bytes - around - each * 4;
      return [...Array.from({ length: 4 }, () => "x".repeat(each)), "x".repeat(rest)];
    };
    note.update((draft) => {
      draft.lines = lines(max);
    });
    expect(JSON.stringify(note.value).length).toBe(max);
    expect(() =>
      note.update((draft) => {
        draft.lines = lines(max + 1);
      }),
    ).toThrow(expect.objectContaining({ code: "LIMIT_REACHED" }));
  });

  it("a reader who applies every patch holds the value", () => {
    const score = fc.record({ name: fc.string({ maxLength: 8 }), score: fc.nat({ max: 1000 }) });
    const change = fc.record({
      at: fc.nat({ max: 9 }),
      remove: fc.nat({ max: 3 }),
      add: fc.array(score, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const handle = board();
        let held: unknown = handle.value;
        let version = 0;
        for (const { at, remove, add } of changes) {
          handle.update((draft) => {
            draft.scores.splice(at, remove, ...add);
          });
          const news = handle.takeChange();
          if (news === undefined) continue;
          expect(news.version).toBe(++version);
          held = applyPatch(held, news.patch);
          expect(held).toEqual(handle.value);
        }
      }),
    );
  });
});
