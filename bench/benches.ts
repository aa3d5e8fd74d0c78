import { churn } from "./churn/churn.ts";
import { connections } from "./connections/connections.ts";
import { http } from "./http/http.ts";
import { idle } from "./idle/idle.ts";
import { kits } from "./kits/kits.ts";
import { load } from "./load/load.ts";
import { messages } from "./messages/messages.ts";
import { replication } from "./replication/replication.ts";
import type { Report } from "./report.ts";
import type { BenchOptions } from "./rounds.ts";
import { scripts } from "./scripts/scripts.ts";
import { slowReaders } from "./slow-readers/slow-readers.ts";
import { store } from "./store/store.ts";

export type Bench = (options: BenchOptions) => Promise<Report>;

/** Every bench, by the name that the command line gives. */
export const benches: Readonly<Record<string, Bench>> = {
  idle,
  replication,
  load,
  connections,
  "slow-readers": slowReaders,
  messages,
  kits,
  churn,
  scripts,
  http,
  store,
};
