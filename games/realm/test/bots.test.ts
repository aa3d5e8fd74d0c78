import { Random } from "realmwright";
import type { BotBehaviour } from "realmwright/testing";
import { describe, expect, it } from "vitest";
import behaviour from "../bots.ts";

interface Line {
  readonly bot: number;
  readonly place: string;
  readonly atMs: number;
  readonly text: string;
}

/** What a dozen bots say in so many minutes with nobody else about, from their coming on. */
function talk(minutes: number, { come = 0 } = {}): Line[] {
  const said: Line[] = [];
  const listeners: { readonly place: string; readonly hear: (line: { text: string }) => void }[] =
    [];
  const all = Array.from({ length: 12 }, (_, index) => {
    const place = behaviour.room!(index);
    const player = { id: index + 1, x: 20, y: 20, hp: 10 };
    const room = {
      name: place,
      self: player,
      get: () => player,
      all: () => [],
      input: () => undefined,
      onChat: (hear: (line: { text: string }) => void) => listeners.push({ place, hear }),
      chat(text: string) {
        said.push({ bot: index, place, atMs: nowMs, text });
        for (const one of listeners) if (one.place === place) one.hear({ text });
      },
    };
    const memory = behaviour.remember!(index);
    const random = new Random(index + 1);
    return { room: room as unknown as Parameters<BotBehaviour["act"]>[0], index, memory, random };
  });
  let nowMs = come;
  for (; nowMs < come + minutes * 60_000; nowMs += 100) {
    for (const { room, ...turn } of all) behaviour.act(room, { ...turn, nowMs });
  }
  return said;
}

describe.each([0, 3_600_000])("what bots say when they have come after %i ms", (come) => {
  const said = talk(10, { come });

  it("is much, and of everyone", () => {
    expect(new Set(said.map(({ bot }) => bot)).size).toBe(12);
    expect(said.length).toBeGreaterThan(12 * 5);
  });

  it("is never said by all together, nor at once on coming", () => {
    for (const place of ["town", "forest"]) {
      const times = said.filter((line) => line.place === place).map(({ atMs }) => atMs);
      const gaps = times.slice(1).map((atMs, i) => atMs - times[i]!);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000);
    }
    expect(said.every(({ atMs }) => atMs - come >= 4_000)).toBe(true);
  });

  it("is not what was said of late in the same place", () => {
    for (const place of ["town", "forest"]) {
      const texts = said.filter((line) => line.place === place).map(({ text }) => text);
      expect(texts.filter((text, i) => texts.slice(Math.max(0, i - 6), i).includes(text))).toEqual(
        [],
      );
    }
  });

  it("fits the place, and is the same in every run", () => {
    const of = (place: string): Set<string> =>
      new Set(said.filter((line) => line.place === place).map(({ text }) => text));
    expect(of("town").size).toBeGreaterThan(6);
    expect([...of("town")].filter((text) => of("forest").has(text))).toEqual([]);
    expect(talk(10, { come })).toEqual(said);
  });
});
