import { limits, RealmError } from "@realmwright/protocol";
import type { Bus } from "../../ports/bus.ts";

export interface MemoryBusOptions {
  /** Calls back later, never inside this call; several calls keep their order. */
  readonly later: (call: () => void) => void;
  /** Bytes of one endpoint that may wait for another; by default the limit of `limits`. */
  readonly queueBytesMax?: number;
}

/** A bus among endpoints of one thread. */
export class MemoryBus {
  readonly #later: (call: () => void) => void;
  readonly #queueBytesMax: number;
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(options: MemoryBusOptions) {
    this.#later = options.later;
    this.#queueBytesMax = options.queueBytesMax ?? limits.busQueueBytes.value;
  }

  /** A new endpoint. Throws `BUS_CLOSED` when the name is taken. */
  endpoint(address: string): Bus {
    if (this.#endpoints.has(address)) {
      throw new RealmError("BUS_CLOSED", { detail: `"${address}" is on the bus already` });
    }
    const endpoint = new Endpoint(address, {
      send: (to, bytes) => this.#send(address, to, bytes),
      close: () => this.#close(address),
    });
    this.#endpoints.set(address, endpoint);
    return endpoint;
  }

  #send(from: string, to: string, bytes: Uint8Array): void {
    const target = this.#endpoints.get(to);
    if (target === undefined) throw new RealmError("BUS_CLOSED", { detail: `no "${to}"` });
    const waiting = target.waiting.get(from) ?? 0;
    if (waiting + bytes.length > this.#queueBytesMax) {
      throw new RealmError("BUS_FULL", { detail: `${waiting} bytes wait for "${to}"` });
    }
    target.waiting.set(from, waiting + bytes.length);
    this.#later(() => {
      target.waiting.set(from, target.waiting.get(from)! - bytes.length);
      target.receive?.(from, bytes);
    });
  }

  #close(address: string): void {
    this.#endpoints.delete(address);
    for (const other of this.#endpoints.values()) this.#later(() => other.gone?.(address));
  }
}

class Endpoint implements Bus {
  readonly address: string;
  /** Bytes on the way to this endpoint, by sender. */
  readonly waiting: Map<string, number> = new Map();
  receive: ((from: string, bytes: Uint8Array) => void) | undefined;
  gone: ((address: string) => void) | undefined;
  readonly #hub: { send(to: string, bytes: Uint8Array): void; close(): void };
  #isOpen = true;

  constructor(address: string, hub: { send(to: string, bytes: Uint8Array): void; close(): void }) {
    this.address = address;
    this.#hub = hub;
  }

  send(to: string, bytes: Uint8Array): void {
    if (!this.#isOpen) throw new RealmError("BUS_CLOSED");
    this.#hub.send(to, bytes);
  }

  onReceive(receive: (from: string, bytes: Uint8Array) => void): void {
    if (this.#isOpen) this.receive = receive;
  }

  onGone(gone: (address: string) => void): void {
    if (this.#isOpen) this.gone = gone;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.receive = undefined;
    this.gone = undefined;
    this.#hub.close();
  }
}
