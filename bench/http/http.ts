import { withDatabases } from "../backend/databases.ts";
import { backendScript, type BackendSettings } from "../backend/settings.ts";
import { wait, withChildren } from "../children.ts";
import type { ServerFigures } from "../load/desk.ts";
import type { Report, Row } from "../report.ts";
import {
  alone,
  beside,
  highest,
  interleave,
  measure,
  type BenchOptions,
  type Sample,
} from "../rounds.ts";
import type { CallersFigures, CallersSettings } from "./callers.ts";
import type { LoginsFigures, LoginsSettings } from "./logins.ts";

const secret = "a secret of the benchmark's own, 32 bytes long";
const processes = 2;

/** How many and how long. */
export interface HttpPace {
  readonly callers: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly loginsPerSecond: number;
  readonly loginSeconds: number;
  readonly members: number;
}

const usual: HttpPace = {
  callers: 64,
  warmUpMs: 3_000,
  measureMs: 8_000,
  loginsPerSecond: 200,
  loginSeconds: 10,
  members: 400,
};
export const quickPace: HttpPace = {
  callers: 8,
  warmUpMs: 300,
  measureMs: 700,
  loginsPerSecond: 200,
  loginSeconds: 1,
  members: 32,
};

/** What one process answers over HTTP: calls of a script with a token, and a crowd that logs in. */
export async function http({ runs, quick }: BenchOptions): Promise<Report> {
  const pace = quick ? quickPace : usual;
  return { bench: "http", rows: [...(await rpc(runs, pace)), ...(await logins(runs, pace))] };
}

async function rpc(runs: number, pace: HttpPace): Promise<Row[]> {
  const what = `RPC with a token, ${pace.callers} callers`;
  const samples = await interleave(what, runs, {
    ours: () => calls("ours", pace),
    floor: () => calls("floor", pace),
  });
  const row = (metric: string, unit: string, name: string, bound?: Row["bound"]): Row => ({
    case: what,
    metric,
    unit,
    ...beside(samples.ours, samples.floor, name),
    ...(bound === undefined ? {} : { bound }),
  });
  return [
    {
      ...row("answered", "1/s", "perSecond", { of: "ours", min: 5_000 }),
      about: "beside: Node's own HTTP, which checks no token and runs no script",
    },
    {
      case: what,
      metric: "answers that were wrong",
      unit: "",
      ours: highest(samples.ours, "wrong"),
      bound: { of: "ours", max: 0 },
      about: "the worst of the runs",
    },
    row("p50", "ms", "p50Ms"),
    row("p99", "ms", "p99Ms"),
    row("server CPU per call, all threads", "µs", "cpuMicroseconds"),
    row("server CPU", "cores", "serverCpu"),
    row("server's loop lag p99", "ms", "lagMs"),
    row("busiest load process: CPU", "cores", "clientCpu"),
  ];
}

/** Callers of one side, for a while. */
export async function calls(side: "ours" | "floor", pace: HttpPace): Promise<Sample> {
  return await withBackend(side, 0, async (port, server, start) => {
    const crowds = Array.from({ length: processes }, () => {
      const callers = Math.ceil(pace.callers / processes);
      const about: CallersSettings = { port, callers, hasTokens: side === "ours" };
      return start(new URL("callers.ts", import.meta.url), about);
    });
    await Promise.all(crowds.map((crowd) => crowd.answer("joined")));
    await wait(pace.warmUpMs);
    for (const child of [server, ...crowds]) child.tell("begin");
    await wait(pace.measureMs);
    const [spent, ...seen] = await Promise.all([
      server.ask<ServerFigures>("end", "figures"),
      ...crowds.map((crowd) => crowd.ask<CallersFigures>("end", "figures")),
    ]);
    const sum = (of: (figures: CallersFigures) => number): number =>
      seen.reduce((total, figures) => total + of(figures), 0);
    const worst = (of: (figures: CallersFigures) => number): number => Math.max(...seen.map(of));
    const seconds = worst((figures) => figures.seconds);
    const answers = sum((figures) => figures.answers);
    return {
      perSecond: answers / seconds,
      wrong: sum((figures) => figures.wrong),
      p50Ms: worst(({ p50Ms }) => p50Ms),
      p99Ms: worst(({ p99Ms }) => p99Ms),
      cpuMicroseconds: (spent.cpuMs * 1_000) / answers,
      serverCpu: spent.cpuMs / (seconds * 1_000),
      lagMs: spent.lagP99Ms,
      clientCpu: worst(({ cpuMs }) => cpuMs) / (seconds * 1_000),
    };
  });
}

async function logins(runs: number, pace: HttpPace): Promise<Row[]> {
  const what = `${pace.loginsPerSecond} logins/s offered`;
  const samples = await interleave(what, runs, {
    ours: () => crowdOfLogins(pace),
    bare: () => hashes(pace),
  });
  const row = (metric: string, unit: string, name: string, bound?: Row["bound"]): Row => ({
    case: what,
    metric,
    unit,
    ...alone(samples.ours, name),
    ...(bound === undefined ? {} : { bound }),
  });
  return [
    {
      ...row("succeeded", "1/s", "perSecond", { of: "ratio", min: 0.8 }),
      ...beside(samples.ours, samples.bare, "perSecond"),
      about: "beside: a loop of argon2id alone, as far as so many are offered",
    },
    row("refused with 429 or 503 and a time to wait", "1/s", "refusedPerSecond"),
    row("server's loop lag p99", "ms", "lagMs", { of: "ours", max: 50 }),
    row("offered", "1/s", "offeredPerSecond", { of: "ours", min: pace.loginsPerSecond * 0.99 }),
    row("p50 of those that succeeded", "ms", "p50Ms"),
    row("p99 of those that succeeded", "ms", "p99Ms"),
    row("server CPU", "cores", "serverCpu"),
  ];
}

/** A crowd that logs in. Rejects with the first answer that is neither a login nor a refusal as it should be. */
export async function crowdOfLogins(pace: HttpPace): Promise<Sample> {
  return await withBackend("ours", pace.members, async (port, server, start) => {
    const about: LoginsSettings = {
      port,
      perSecond: pace.loginsPerSecond,
      seconds: pace.loginSeconds,
      members: pace.members,
    };
    const crowd = start(new URL("logins.ts", import.meta.url), about);
    await crowd.answer("joined");
    server.tell("begin");
    const seen = await crowd.ask<LoginsFigures>("begin", "figures");
    const spent = await server.ask<ServerFigures>("end", "figures");
    if (seen.wrongly !== undefined) throw new Error(`a login was answered by ${seen.wrongly}`);
    // those who came last may be answered a little later
    const seconds = spent.moments.at(-1)!.ms / 1_000;
    return {
      perSecond: seen.succeeded / seconds,
      refusedPerSecond: seen.refused / seconds,
      offeredPerSecond: seen.offeredPerSecond,
      p50Ms: seen.p50Ms,
      p99Ms: seen.p99Ms,
      lagMs: spent.lagP99Ms,
      serverCpu: spent.cpuMs / (seconds * 1_000),
    };
  });
}

async function hashes(pace: HttpPace): Promise<Sample> {
  const script = new URL("bare-hashing.ts", import.meta.url);
  const { perSecond } = await measure<{ perSecond: number }>(script, {
    seconds: pace.loginSeconds,
  });
  return { perSecond: Math.min(perSecond, pace.loginsPerSecond) };
}

type Start = Parameters<Parameters<typeof withChildren>[0]>[0];

/** A server of one side, ours on a new file of SQLite, for as long as the work takes. */
async function withBackend<T>(
  side: "ours" | "floor",
  members: number,
  work: (port: number, server: ReturnType<Start>, start: Start) => Promise<T>,
): Promise<T> {
  const script = side === "ours" ? backendScript : new URL("floor.ts", import.meta.url);
  return await withDatabases("sqlite", (database) =>
    withChildren(async (start) => {
      const about: BackendSettings = { url: await database(), secret, members };
      const server = start(script, about);
      const { port } = await server.answer<{ port: number }>("listening");
      return await work(port, server, start);
    }),
  );
}
