import { describe, expect, it } from "vitest";
import { Echo } from "./echo.ts";

/** A player who has steered so many times, a tenth of a second apart; answers the headings too. */
function steered(times: number): { echo: Echo; headings: number[] } {
  const echo = new Echo(1);
  const headings = Array.from({ length: times }, (_, i) => {
    const heading = echo.next();
    echo.sent(heading, i * 100);
    return heading;
  });
  return { echo, headings };
}

describe("echo", () => {
  it("measures from the input to what shows its effect", () => {
    const { echo, headings } = steered(3);
    echo.seen(headings[0]!, 60);
    echo.seen(headings[0]!, 110);
    echo.seen(headings[1]!, 170);
    expect(echo.latencies).toEqual([60, 70]);
  });

  it("takes inputs that were overtaken as echoed with the one that overtook them", () => {
    const { echo, headings } = steered(3);
    echo.seen(headings[2]!, 250);
    expect(echo.latencies).toEqual([250, 150, 50]);
    expect(echo.overdueMs(10_000, 250)).toEqual([]);
  });

  it("counts every input of a player who is never echoed, and not the newest, which may come yet", () => {
    const { echo } = steered(80);
    const overdue = echo.overdueMs(8_000, 250);
    expect(overdue).toHaveLength(78);
    expect(overdue.at(-1)).toBe(300);
    expect(overdue[0]).toBe(8_000);
    expect(echo.latencies).toEqual([]);
  });

  it("takes a heading that was never steered for no echo", () => {
    const { echo, headings } = steered(4);
    const other = Array.from({ length: 256 }, (_, i) => i).find((i) => !headings.includes(i))!;
    echo.seen(other, 500);
    expect(echo.latencies).toEqual([]);
    expect(echo.overdueMs(1_000, 250)).toHaveLength(4);
  });

  it("forgets what was measured before, but not what still waits", () => {
    const { echo, headings } = steered(2);
    echo.seen(headings[0]!, 50);
    echo.forget();
    expect(echo.latencies).toEqual([]);
    expect(echo.overdueMs(1_000, 250)).toEqual([900]);
  });
});
