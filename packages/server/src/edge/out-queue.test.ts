import { limits } from "@realmwright/protocol";
import { expect, test } from "vitest";
import type { Connection } from "../ports/transport.ts";
import { limitValues } from "../session/limit-values.ts";
import { OutQueue } from "./out-queue.ts";

/** A queue over a connection that has been handed so much, and still holds so much of it. */
function queueOf(state: { bytesOut: number; bufferedBytes: number }): OutQueue {
  return new OutQueue(state as unknown as Connection, limitValues(), 0);
}

test.each([
  ["outQueueCoalesceBytes", limits.outQueueCoalesceBytes.value, "open", "coalesce"],
  ["outQueueLatestBytes", limits.outQueueLatestBytes.value, "coalesce", "latest"],
  ["outQueueCloseBytes", limits.outQueueCloseBytes.value, "latest", "closed"],
] as const)("[S-EDGE6] %s: %i bytes are %s, one more is %s", (_, bytes, at, above) => {
  const state = { bytesOut: bytes, bufferedBytes: bytes };
  const queue = queueOf(state);
  expect(queue.level(0)).toBe(at);
  state.bufferedBytes++;
  state.bytesOut++;
  expect(queue.level(1)).toBe(above);
  state.bufferedBytes = 0;
  expect(queue.level(2)).toBe("open");
});

test("[S-EDGE6] outQueueStuckMs: a connection may take nothing for so long, not a moment longer", () => {
  const { value: stuckMs } = limits.outQueueStuckMs;
  const state = { bytesOut: 10, bufferedBytes: 10 };
  const queue = queueOf(state);
  expect(queue.level(0)).toBe("open");
  expect(queue.level(stuckMs)).toBe("open");
  // more that it does not take is no progress
  state.bytesOut = 20;
  state.bufferedBytes = 20;
  expect(queue.level(stuckMs + 1)).toBe("closed");
});

test("[S-EDGE6] outQueueStuckMs: whoever takes a byte has as long again", () => {
  const { value: stuckMs } = limits.outQueueStuckMs;
  const state = { bytesOut: 10, bufferedBytes: 10 };
  const queue = queueOf(state);
  for (let i = 1; i < 10; i++) {
    state.bufferedBytes--;
    expect(queue.level(i * stuckMs)).toBe("open");
  }
  expect(queue.level(10 * stuckMs + 1)).toBe("closed");
  state.bufferedBytes = 0;
  expect(queue.level(1000 * stuckMs)).toBe("open");
});
