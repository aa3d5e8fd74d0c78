import { createHistogram } from "node:perf_hooks";
import { HttpLine, requestOf, type Answer } from "../backend/http-line.ts";
import { memberName, memberPassword } from "../backend/settings.ts";
import { settings } from "../load/desk.ts";

/*
 * People who log in, in a process of their own that the bench has forked: so many come each second, whether those before them
 * were answered or not. They come from many addresses, as people do. After "begin" they answer once, when the last was answered.
 */

export interface LoginsSettings {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** Accounts that they log in to, in turn. */
  readonly members: number;
}

export interface LoginsFigures {
  readonly offered: number;
  readonly offeredPerSecond: number;
  readonly succeeded: number;
  /** 429 or 503, with when to come again. */
  readonly refused: number;
  /** The first answer that was anything else, or how none came. */
  readonly wrongly: string | undefined;
  /** Of those that succeeded. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const { port, perSecond, seconds, members } = settings<LoginsSettings>();
const addresses = 100;
const histogram = createHistogram();
/** Connections by address that wait for the next who comes from there. */
const free = new Map<string, HttpLine[]>();
let succeeded = 0;
let refused = 0;
let wrongly: string | undefined;

process.on("disconnect", () => process.exit(1));
process.on("message", (message) => {
  if (message !== "begin") return;
  offer().then(
    (figures) => process.send?.({ type: "figures", ...figures }),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.send?.({ type: "joined" });

async function offer(): Promise<LoginsFigures> {
  const beganMs = performance.now();
  const all: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(
        ((performance.now() - beganMs) / 1_000) * perSecond,
        perSecond * seconds,
      );
      while (all.length < due) all.push(logIn(all.length));
      if (all.length < perSecond * seconds) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  const tookMs = performance.now() - beganMs;
  await Promise.all(all);
  return {
    offered: all.length,
    offeredPerSecond: (all.length * 1_000) / tookMs,
    succeeded,
    refused,
    wrongly,
    p50Ms: histogram.percentile(50) / 1_000,
    p99Ms: histogram.percentile(99) / 1_000,
  };
}

async function logIn(number: number): Promise<void> {
  const from = `127.0.1.${1 + (number % addresses)}`;
  const beganMs = performance.now();
  try {
    const line = free.get(from)?.pop() ?? (await HttpLine.open(port, from));
    const credentials = { username: memberName(number % members), password: memberPassword };
    const body = JSON.stringify(credentials);
    const answer = await line.ask(requestOf({ method: "POST", path: "/login", body }));
    count(answer, performance.now() - beganMs);
    free.set(from, [...(free.get(from) ?? []), line]);
  } catch (error) {
    wrongly ??= String(error);
  }
}

function count({ status, retryAfter, text }: Answer, ms: number): void {
  const isIn = status === 200 && text.includes('"token"');
  if (isIn) {
    succeeded++;
    histogram.record(Math.max(1, Math.round(ms * 1_000)));
  } else if ((status === 429 || status === 503) && retryAfter !== undefined) refused++;
  else wrongly ??= `${status} ${text}`;
}
