import type { Clock } from "../ports/clock.ts";

/** The machine's clock and the event loop's timers. */
export function systemClock(): Clock {
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    at(atMs, call) {
      const waitMs = atMs - performance.now();
      // a timer of 0 ms waits 1 ms and more; an immediate runs after the input that is waiting now
      if (waitMs <= 0) {
        const immediate = setImmediate(call);
        return () => clearImmediate(immediate);
      }
      const timer = setTimeout(call, Math.ceil(waitMs));
      return () => clearTimeout(timer);
    },
  };
}
