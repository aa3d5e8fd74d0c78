import { createHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { HttpLine, requestOf } from "../backend/http-line.ts";
import { settings } from "../load/desk.ts";

/*
 * Callers of an RPC, in a process of their own that the bench has forked: each has a connection and asks again as soon as it is
 * answered. They answer "begin" and "end".
 */

export interface CallersSettings {
  readonly port: number;
  readonly callers: number;
  /** Whether they log in as guests first. */
  readonly hasTokens: boolean;
}

/** What they saw between "begin" and "end". */
export interface CallersFigures {
  readonly answers: number;
  /** Answers that were not what was asked for. */
  readonly wrong: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly seconds: number;
  readonly cpuMs: number;
  readonly lagP99Ms: number;
}

const about = settings<CallersSettings>();
const histogram = createHistogram();
const delay = monitorEventLoopDelay({ resolution: 1 });
let answers = 0;
let wrong = 0;
let beganMs = 0;
let cpu = process.cpuUsage();
const stop = { isWanted: false };

process.on("disconnect", () => process.exit(1));
process.on("message", (message) => {
  if (message === "begin") begin();
  else if (message === "end") process.send?.({ type: "figures", ...end() });
});

const crowd = await Promise.all(Array.from({ length: about.callers }, () => comeIn()));
delay.enable();
process.send?.({ type: "joined" });
await Promise.all(crowd.map(({ line, request }) => callOn(line, request)));

async function comeIn(): Promise<{ line: HttpLine; request: Buffer }> {
  const line = await HttpLine.open(about.port);
  const path = "/api/rpc";
  const body = JSON.stringify({ script: "count", args: { by: 1 } });
  if (!about.hasTokens) return { line, request: requestOf({ method: "POST", path, body }) };
  const login = requestOf({ method: "POST", path: "/guest-login", body: "{}" });
  const answer = await line.ask(login);
  if (answer.status !== 200) throw new Error(`no guest may log in: ${answer.text}`);
  const { token } = JSON.parse(answer.text) as { token: string };
  return { line, request: requestOf({ method: "POST", path, token, body }) };
}

async function callOn(line: HttpLine, request: Buffer): Promise<void> {
  let before = 0;
  while (!stop.isWanted) {
    const sentMs = performance.now();
    const { status, text } = await line.ask(request);
    histogram.record(Math.max(1, Math.round((performance.now() - sentMs) * 1_000)));
    answers++;
    const { n } = JSON.parse(text) as { n?: number };
    // each caller has a counter of its own, which goes up by one with each call
    if (status !== 200 || n !== ++before) wrong++;
  }
  line.close();
}

function begin(): void {
  answers = 0;
  histogram.reset();
  delay.reset();
  cpu = process.cpuUsage();
  beganMs = performance.now();
}

function end(): CallersFigures {
  const { user, system } = process.cpuUsage(cpu);
  stop.isWanted = true;
  return {
    answers,
    wrong,
    p50Ms: histogram.percentile(50) / 1_000,
    p99Ms: histogram.percentile(99) / 1_000,
    seconds: (performance.now() - beganMs) / 1_000,
    cpuMs: (user + system) / 1_000,
    lagP99Ms: delay.percentile(99) / 1e6,
  };
}
