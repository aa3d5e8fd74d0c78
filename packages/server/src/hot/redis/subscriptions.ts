import type { Log } from "../../ports/log.ts";
import { Line, type LineOptions } from "./line.ts";

type Listener = (message: Uint8Array) => void;

/** Channels with their listeners, on a connection of their own: an engine cuts a reader that is slow. */
export class Subscriptions {
  readonly #options: Omit<LineOptions, "name" | "greet" | "message">;
  readonly #log: Log;
  readonly #channels = new Map<string, Set<Listener>>();
  #line: Line | undefined;
  /** The first connection, while it is being made. */
  #opening: Promise<Line> | undefined;
  #isClosed = false;

  constructor(options: Omit<LineOptions, "name" | "greet" | "message">) {
    this.#options = options;
    this.#log = options.log;
  }

  /** Nobody listens, or all who do are served. */
  get isWhole(): boolean {
    return this.#line === undefined || this.#line.isReady;
  }

  async add(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const line = await this.#open();
    const own: Listener = (message) => listener(message);
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners);
    // before the call: messages may come with its answer
    listeners.add(own);
    try {
      await line.call("SUBSCRIBE", [channel]);
    } catch (error) {
      this.#forget(channel, own);
      throw error;
    }
    return async () => {
      if (!this.#forget(channel, own) || !line.isReady) return;
      try {
        await line.call("UNSUBSCRIBE", [channel]);
      } catch (error) {
        // the connection that carried it is gone, and the next one begins without it
        this.#log.debug("unsubscribe", { channel, error });
      }
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#channels.clear();
    this.#line?.close();
  }

  /** True: nobody listens to the channel any more. */
  #forget(channel: string, own: Listener): boolean {
    const listeners = this.#channels.get(channel);
    if (listeners?.delete(own) !== true || listeners.size > 0) return false;
    return this.#channels.delete(channel);
  }

  #open(): Promise<Line> {
    if (this.#line !== undefined) return Promise.resolve(this.#line);
    this.#opening ??= this.#first().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #first(): Promise<Line> {
    const line = new Line({
      ...this.#options,
      name: "subscriptions",
      greet: async (call) => {
        for (const channel of this.#channels.keys()) await call("SUBSCRIBE", [channel], false);
      },
      message: (channel, message) => this.#deliver(channel, message),
    });
    await line.open();
    this.#line = line;
    if (this.#isClosed) line.close();
    return line;
  }

  #deliver(channel: string, message: Uint8Array): void {
    for (const listener of [...(this.#channels.get(channel) ?? [])]) {
      try {
        listener(message);
      } catch (error) {
        this.#log.error("a listener of a channel threw", { channel, error });
      }
    }
  }
}
