import { describe, expect, it } from "vitest";
import { MemoryChurn } from "./memory-churn.ts";

/** The whole of it, with 20,000 cycles and over sockets: `npm run bench -- churn`. */
describe("churn", () => {
  it("leaves nothing behind of players who came and went in every way", async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", listen);
    const churn = await MemoryChurn.start(1);
    await churn.churn(1_000);
    const before = await churn.remains();
    await churn.churn(4_000);
    const after = await churn.remains();
    process.off("unhandledRejection", listen);

    expect(churn.joins).toBeGreaterThan(3_000);
    expect(after).toEqual({
      bytes: after.bytes,
      timers: before.timers,
      sessions: 0,
      keptSessions: 0,
      edgeSessions: 0,
      rooms: 1,
    });
    expect(after.bytes - before.bytes).toBeLessThan(2 ** 20);
    expect(churn.errors).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});
