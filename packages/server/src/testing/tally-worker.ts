import { parentPort, workerData } from "node:worker_threads";
import { SharedTally } from "../transports/shared-tally.ts";

/* Run by a test as a thread: counts as often as it may, takes some back, and says how much it has in the end. */

export interface TallyWork {
  readonly memory: SharedArrayBuffer;
  readonly threads: number;
  readonly thread: number;
  readonly addresses: readonly string[];
  readonly addressMax: number;
  readonly rounds: number;
}

const { memory, threads, thread, addresses, addressMax, rounds } = workerData as TallyWork;
const tally = new SharedTally(memory, threads, thread);
const held = new Map<string, number>();
for (let i = 0; i < rounds; i++) {
  const address = addresses[i % addresses.length]!;
  const count = held.get(address) ?? 0;
  if (i % 3 === 2 && count > 0) {
    tally.give(address);
    held.set(address, count - 1);
  } else if (tally.take(address, addressMax, Infinity) === "taken") {
    held.set(address, count + 1);
  }
}
// then all that there is room for
for (const address of addresses) {
  while (tally.take(address, addressMax, Infinity) === "taken") {
    held.set(address, (held.get(address) ?? 0) + 1);
  }
}
parentPort!.postMessage([...held], []);
