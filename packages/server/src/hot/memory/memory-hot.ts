import { limits, RealmError } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { Hot, HotCall, HotReply, HotScript, HotValue } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import type { Engine } from "../engine.ts";
import { hotState } from "../hot-state.ts";
import { ScriptRefusal } from "../scripts.ts";
import { commandOf, type CommandContext } from "./commands.ts";
import { Keyspace } from "./keyspace.ts";

export interface MemoryHotOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly prefix?: string;
  /** By default the limits of `limits`. */
  readonly keysMax?: number;
  readonly bytesMax?: number;
}

/** Hot state in this process, for servers of one node. It ends with the process. */
export function createMemoryHot(options: MemoryHotOptions): Hot {
  return hotState(new MemoryEngine(options), options.prefix);
}

class MemoryEngine implements Engine {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #space: Keyspace;
  readonly #context: CommandContext;
  readonly #channels = new Map<string, Set<(message: Uint8Array) => void>>();
  #isOpen = true;

  constructor({ clock, log, keysMax, bytesMax }: MemoryHotOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#space = new Keyspace({
      keysMax: keysMax ?? limits.hotMemoryKeys.value,
      bytesMax: bytesMax ?? limits.hotMemoryBytes.value,
    });
    this.#context = {
      space: this.#space,
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
    };
  }

  // what throws inside rejects
  async call(command: string, args: readonly HotValue[], bytes = false): Promise<HotReply> {
    this.#begin();
    if (command === "PUBLISH") return this.#publish(args[0] as string, args[1]!);
    const reply = commandOf(command)(this.#context, args);
    if (reply instanceof Uint8Array) return bytes ? reply.slice() : Buffer.from(reply).toString();
    return bytes && typeof reply === "string" ? new TextEncoder().encode(reply) : reply;
  }

  async run(
    script: HotScript,
    keys: readonly string[],
    args: readonly HotValue[],
  ): Promise<HotReply> {
    this.#begin();
    const call: HotCall = (command, ...given) => commandOf(command)(this.#context, given);
    try {
      return script.memory(call, keys, args);
    } catch (error) {
      if (error instanceof RealmError) throw error;
      const detail = error instanceof ScriptRefusal ? error.message : "it threw";
      throw new RealmError("HOT_SCRIPT_FAILED", {
        detail: `${script.name}: ${detail}`,
        cause: error,
      });
    }
  }

  async subscribe(
    channel: string,
    listener: (message: Uint8Array) => void,
  ): Promise<() => Promise<void>> {
    this.#begin();
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners);
    // the same function may listen twice
    const own = (message: Uint8Array): void => listener(message);
    listeners.add(own);
    return async () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#channels.get(channel) === listeners) {
        this.#channels.delete(channel);
      }
    };
  }

  async version(): Promise<string> {
    return "memory";
  }

  isReady(): boolean {
    return this.#isOpen;
  }

  /** It never goes. */
  onReturn(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#channels.clear();
  }

  #begin(): void {
    if (!this.#isOpen) throw new RealmError("HOT_UNAVAILABLE", { detail: "closed" });
    this.#space.expire(this.#clock.nowMs());
  }

  /** Delivers later, so that nobody is called inside a call of his own. */
  #publish(channel: string, message: HotValue): number {
    const listeners = [...(this.#channels.get(channel) ?? [])];
    if (listeners.length === 0) return 0;
    const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message.slice();
    this.#clock.at(this.#clock.nowMs(), () => {
      for (const listener of listeners) {
        if (this.#channels.get(channel)?.has(listener) !== true) continue;
        try {
          listener(bytes);
        } catch (error) {
          this.#log.error("a listener of a channel threw", { channel, error });
        }
      }
    });
    return listeners.length;
  }
}
