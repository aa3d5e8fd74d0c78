import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { turned } from "./turned.ts";

const MIB = 1024 * 1024;

/** Watches how much this process holds above what it held at first. */
export class MemoryWatch {
  /** Heap and buffers after a collection, the most above the start, in MiB. */
  heldMib = 0;
  /** All that the system has given to the process, the most above the start, in MiB. */
  residentMib = 0;
  readonly #collect: () => void;
  readonly #heldAtFirst: number;
  readonly #residentAtFirst: number;

  constructor() {
    setFlagsFromString("--expose-gc");
    this.#collect = runInNewContext("gc") as () => void;
    this.#collect();
    this.#heldAtFirst = heldBytes();
    this.#residentAtFirst = process.memoryUsage.rss();
  }

  async look(): Promise<void> {
    const resident = process.memoryUsage.rss() - this.#residentAtFirst;
    this.residentMib = Math.max(this.residentMib, resident / MIB);
    this.#collect();
    // buffers are given back behind the collection
    await turned();
    this.#collect();
    this.heldMib = Math.max(this.heldMib, (heldBytes() - this.#heldAtFirst) / MIB);
  }
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
