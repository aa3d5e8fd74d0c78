import { withDatabases } from "./backend/databases.ts";
import { withChildren } from "./children.ts";
import type { BotsDone } from "./churn/socket-bots.ts";
import { hold } from "./connections/connections.ts";
import { calls, crowdOfLogins, quickPace } from "./http/http.ts";
import { play, scriptOf, type Side } from "./load/stage.ts";
import { play as playRealm } from "./messages/messages.ts";
import { measure, type Sample } from "./rounds.ts";
import { embedded } from "./scripts/scripts.ts";
import { stall } from "./slow-readers/slow-readers.ts";
import { oursScript } from "./store/store.ts";
import type { StoreWork } from "./store/work.ts";

const ours: Side = { name: "ours", edges: 0 };
const scene = { players: 10, visible: 5, walk: "always" } as const;
const youngFlags = ["--expose-gc", "--max-semi-space-size=512", "--min-semi-space-size=512"];
const program = (path: string): URL => new URL(path, import.meta.url);

/** What each bench does first, on our side and in small, and a figure of it that is above zero if it works. */
export const firstSteps: Readonly<Record<string, () => Promise<number | undefined>>> = {
  idle: async () => of(await measure(program("idle/hot-path.ts"), {}, youngFlags), "kibPerTick"),
  replication: async () => {
    const about = { entities: 40, clients: 10, visible: 5, seed: 1, warmUp: 5, ticks: 5 };
    return of(await measure(program("replication/pipeline.ts"), about), "bytes");
  },
  load: async () => {
    const trial = await play(ours, scene, { settleMs: 200, measureMs: 800, processes: 1 });
    return trial.bytesPerSecond;
  },
  connections: async () =>
    of(await hold(ours, scriptOf(ours), { count: 20, holdMs: 200 }), "sessions"),
  "slow-readers": async () => {
    const pace = { players: 10, settleMs: 200, calmMs: 600, stuckMs: 600 };
    return of(await stall(ours, { ...scene, streamBytes: 0 }, pace), "before");
  },
  messages: async () => of(await playRealm(2, 10, "binary"), "total"),
  kits: async () =>
    of(await measure(program("kits/zone-run.ts"), { warmUp: 2, ticks: 4 }), "cpuMs"),
  churn: () =>
    withChildren(async (start) => {
      const secret = "a secret of the benchmark's own, 32 bytes long";
      const server = start(program("churn/socket-server.ts"), { edges: 0, secret });
      const { port } = await server.answer<{ port: number }>("listening");
      const bots = start(program("churn/socket-bots.ts"), { port, count: 4, seed: 1 });
      await bots.answer("ready");
      return (await bots.ask<BotsDone>("cycles 8", "done")).cycles;
    }),
  scripts: async () => of(await embedded({ callers: 4, calls: 200 }), "perSecond"),
  http: async () => {
    const pace = { ...quickPace, warmUpMs: 100, measureMs: 300 };
    const logins = of(await crowdOfLogins(pace), "perSecond");
    return logins && of(await calls("ours", pace), "perSecond");
  },
  store: () =>
    withDatabases("sqlite", async (database) => {
      const work: StoreWork = { url: await database(), kind: "batch", callers: 4, seconds: 0.2 };
      return of(await measure(oursScript, work), "perSecond");
    }),
};

function of(sample: Sample, name: string): number | undefined {
  return sample[name];
}
