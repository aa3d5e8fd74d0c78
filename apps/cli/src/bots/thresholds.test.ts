import type { BotFigures } from "@realmwright/testkit";
import { describe, expect, it } from "vitest";
import { missed } from "./thresholds.ts";

const figures: BotFigures = {
  wanted: 10,
  connected: 10,
  joined: 9,
  lost: 0,
  reconnects: 0,
  rttMs: { p50: 10, p95: 20, p99: 30 },
  bytesInPerSecond: 0,
  bytesOutPerSecond: 0,
  snapshotsPerSecond: 0,
  corrections: 0,
  errors: { ROOM_FULL: 2 },
  errorCount: 2,
  seconds: 1,
};
const none = { rttP95Ms: undefined, errors: undefined, joinedPercent: undefined };

describe("thresholds", () => {
  it("hold at their value and fail one below", () => {
    expect(missed(figures, none)).toEqual([]);
    expect(missed(figures, { rttP95Ms: 20, errors: 2, joinedPercent: 90 })).toEqual([]);
    expect(missed(figures, { ...none, rttP95Ms: 19.9 })).toHaveLength(1);
    expect(missed(figures, { ...none, errors: 1 })).toHaveLength(1);
    expect(missed(figures, { ...none, joinedPercent: 91 })).toHaveLength(1);
  });

  it("fail when connections are lost, whatever was asked for", () => {
    expect(missed({ ...figures, lost: 1 }, none)).toEqual(["1 of 10 connections are lost"]);
  });

  it("fail when nobody came, whatever was asked for", () => {
    expect(missed({ ...figures, joined: 0 }, none)).toEqual(["no bot is in a room"]);
    expect(missed({ ...figures, wanted: 0, joined: 0 }, none)).toEqual([]);
  });
});
