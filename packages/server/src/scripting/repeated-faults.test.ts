import { beforeEach, describe, expect, test } from "vitest";
import { RepeatedFaults } from "./repeated-faults.ts";

let faults: RepeatedFaults;
let told: string[];

beforeEach(() => {
  faults = new RepeatedFaults();
  told = [];
});

const note = (kind: string, nowMs: number, text = kind): void =>
  faults.note(kind, nowMs, (times) => told.push(`${text} ${times}`));

describe("[S-LUA48] repeated faults", () => {
  test("are told at once, then once a minute with how many they were", () => {
    for (let ms = 0; ms < 60_000; ms += 50) note("tick", ms);
    expect(told).toEqual(["tick 1"]);
    note("tick", 60_000);
    expect(told).toEqual(["tick 1", "tick 1199"]);
    faults.due(119_999);
    expect(told).toHaveLength(2);
    faults.due(120_000);
    expect(told.at(-1)).toBe("tick 1");
  });

  test("are told in the words of the newest", () => {
    for (const text of ["first", "second", "third"]) note("tick", 0, text);
    faults.due(60_000);
    expect(told).toEqual(["first 1", "third 2"]);
  });

  test("are told apart, and a kind that stayed away is told at once again", () => {
    note("tick", 0);
    note("join", 1);
    faults.due(59_999);
    faults.due(60_001);
    note("tick", 60_002);
    expect(told).toEqual(["tick 1", "join 1", "tick 1"]);
  });

  test("of more kinds than are told apart count as one", () => {
    for (let i = 0; i < 1000; i++) note(`line ${i}`, i);
    expect(told).toHaveLength(65);
    faults.due(60_100);
    expect(told.slice(65)).toEqual(["line 999 935"]);
  });

  test("are not silenced by a clock that goes back", () => {
    note("tick", 6_000_000);
    note("tick", 100);
    expect(told).toEqual(["tick 1", "tick 1"]);
    note("tick", 200);
    expect(told).toHaveLength(2);
  });
});
