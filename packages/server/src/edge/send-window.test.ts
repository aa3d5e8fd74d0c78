import { describe, expect, test } from "vitest";
import { SendWindow } from "./send-window.ts";

/** Sends and acknowledges one snapshot after so long. */
function roundTrip(window: SendWindow, tick: number, atMs: number, tookMs: number): void {
  window.sent(tick, atMs);
  window.acknowledged(tick, atMs + tookMs);
}

describe("[S-EDGE4] a send window", () => {
  test.each([
    [0, 2],
    [1, 3],
    [50, 3],
    [51, 4],
    [200, 6],
    [3100, 64],
    [60_000, 64],
  ])("after a round trip of %i ms holds %i snapshots of 50 ms", (tookMs, size) => {
    const window = new SendWindow(50);
    expect(window.size).toBe(6);
    roundTrip(window, 1, 0, tookMs);
    expect(window.size).toBe(size);
    for (let i = 0; i < size; i++) {
      expect(window.isOpen).toBe(true);
      window.sent(2 + i, 0);
    }
    expect(window.isOpen).toBe(false);
    expect(window.inFlight).toBe(size);
  });

  test("the shortest round trip counts, but not for ever", () => {
    const window = new SendWindow(50);
    roundTrip(window, 1, 0, 10);
    roundTrip(window, 2, 100, 400);
    expect(window.size).toBe(3);
    roundTrip(window, 3, 10_500, 400);
    expect(window.size).toBe(3);
    roundTrip(window, 4, 21_000, 400);
    expect(window.size).toBe(10);
  });

  test("an acknowledgement covers all before it and is measured by its own snapshot", () => {
    const window = new SendWindow(50);
    for (let tick = 10; tick < 15; tick++) window.sent(tick, tick * 50);
    window.acknowledged(13, 13 * 50 + 70);
    expect(window.inFlight).toBe(1);
    expect(window.roundTripMs).toBe(70);
    expect(window.waitingSinceMs).toBe(14 * 50);
    window.acknowledged(12, 2000);
    expect(window.inFlight).toBe(1);
    window.acknowledged(1_000_000, 2000);
    expect(window.inFlight).toBe(0);
    expect(window.roundTripMs).toBe(70);
    expect(window.waitingSinceMs).toBeUndefined();
  });

  test.each([
    [1, 3],
    [2, 5],
    [4, 9],
    [9, 9],
  ])("leaves room for one late acknowledgement where each covers %i snapshots", (each, size) => {
    const window = new SendWindow(50);
    for (let tick = 0; tick < 60 * each; tick++) {
      window.sent(tick, tick * 50);
      if ((tick + 1) % each === 0) window.acknowledged(tick, tick * 50 + 5);
    }
    roundTrip(window, 1_000, 50_000, 5);
    expect(window.size).toBe(size);
  });

  test("what it asked for says nothing of how often a client acknowledges", () => {
    const window = new SendWindow(50);
    for (let tick = 0; tick < 300; tick++) {
      window.sent(tick, tick * 50);
      if (tick % 3 === 2) window.acknowledged(tick, tick * 50 + 5, true);
    }
    expect(window.size).toBe(3);
  });

  test("goes round and round", () => {
    const window = new SendWindow(50);
    for (let tick = 0; tick < 1000; tick += 3) {
      for (let i = 0; i < 3; i++) window.sent(tick + i, tick);
      window.acknowledged(tick + 2, tick + 40);
      expect(window.inFlight).toBe(0);
    }
  });
});
