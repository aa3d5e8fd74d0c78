import { describe, expect, test } from "vitest";
import { benches } from "./benches.ts";
import { firstSteps } from "./first-steps.ts";

/** Whether they keep their bounds says `npm run bench`; a bench that does not even start is found here. */
describe("benches", () => {
  test("each has a first step", () => {
    expect(Object.keys(firstSteps).sort()).toEqual(Object.keys(benches).sort());
  });

  test.each(Object.keys(benches))("%s starts and measures something", async (name) => {
    expect(await firstSteps[name]?.()).toBeGreaterThan(0);
  });
});
