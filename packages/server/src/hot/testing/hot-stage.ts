import { randomBytes } from "node:crypto";
import type { Hot } from "../../ports/hot.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { VirtualClock } from "../../scheduler/virtual-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { createMemoryHot } from "../memory/memory-hot.ts";
import { openRedisHot } from "../redis/redis-hot.ts";
import { PrivateServer } from "./private-server.ts";

/** Hot state of one engine, for a test file. */
export interface HotStage {
  readonly hot: Hot;
  readonly log: RecordedLog;
  /** The same engine by another way: as from another node, or for another game. */
  another(prefix?: string): Promise<Hot>;
  /** Tries until it is so; where time is virtual, it goes on by 1 ms with each try. */
  settle(isSo: () => boolean | Promise<boolean>): Promise<void>;
  /** Forgets all scripts. */
  forgetScripts(): Promise<void>;
  close(): Promise<void>;
}

/** Engines by name, with the variable that holds the path of their server. */
export const engines = {
  memory: undefined,
  redis: process.env["REDIS_SERVER"] ?? "",
  valkey: process.env["VALKEY_SERVER"] ?? "",
};

export type EngineName = keyof typeof engines;

export const engineNames: readonly EngineName[] = ["memory", "redis", "valkey"];
export const serverNames = ["redis", "valkey"] as const;

/** Whether tests can run on it. Under CI it must be: they run, and fail. */
export const isThere = (name: EngineName): boolean =>
  engines[name] !== "" || Boolean(process.env["CI"]);

export async function openStage(name: EngineName): Promise<HotStage> {
  const binary = engines[name];
  return binary === undefined ? memoryStage() : serverStage(binary);
}

function memoryStage(): HotStage {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const hot = createMemoryHot({ clock, log });
  return {
    hot,
    log,
    // one process has one memory: who shares it, shares the object
    another: async (prefix = "") => (prefix === "" ? hot : createMemoryHot({ clock, log, prefix })),
    async settle(isSo) {
      for (let tries = 0; !(await isSo()); tries++) {
        if (tries > 10_000) throw new Error("It never came.");
        clock.advance(1);
      }
    },
    forgetScripts: async () => {},
    close: () => hot.close(),
  };
}

async function serverStage(binary: string): Promise<HotStage> {
  const server = await PrivateServer.start(binary);
  const log = new RecordedLog();
  const open: Hot[] = [];
  const another = async (prefix = ""): Promise<Hot> => {
    const { url } = server;
    const hot = await openRedisHot({ url, clock: systemClock(), log, randomBytes, prefix });
    open.push(hot);
    return hot;
  };
  return {
    hot: await another(),
    log,
    another,
    async settle(isSo) {
      const end = performance.now() + 15_000;
      while (!(await isSo())) {
        if (performance.now() > end) throw new Error("It never came.");
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async forgetScripts() {
      await server.ask("SCRIPT FLUSH");
    },
    async close() {
      await Promise.all(open.map((hot) => hot.close()));
      await server.stop();
    },
  };
}
