import { Random } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import { ByteReader, ByteWriter } from "@realmwright/protocol/internal";
import type { Bus, VirtualClock } from "@realmwright/server/internal";
import { type NetworkConditions, networkConditions } from "./conditions.ts";
import { Lane } from "./lane.ts";

/** The kind of record of a link's batch that holds a frame; see the server's `link-layout.ts`. */
const kindFrame = 3;
const roomBytesMax = 256;

/** Tells of a frame that will not arrive: who was to read it, and the room's id. */
export type FrameLost = (reader: string, room: string) => void;

/**
 * A bus in virtual time that may be late and lose frames. All else arrives, in order: a bus that can not say that much is
 * none.
 */
export class SimulatedBus {
  /** Between any two endpoints. */
  readonly conditions: NetworkConditions = networkConditions();
  /** Share of frames that get lost, 0 to 1. */
  frameLossRate = 0;
  onFrameLost: FrameLost | undefined;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A new endpoint. Throws `BUS_CLOSED` when the name is taken. */
  endpoint(address: string): Bus {
    if (this.#endpoints.has(address)) throw new RealmError("BUS_CLOSED");
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
    const kept = this.frameLossRate > 0 ? this.#thinned(to, bytes) : bytes;
    this.#lane(from, to).carry(kept.length, () => target.receive?.(from, kept));
  }

  #close(address: string): void {
    this.#endpoints.delete(address);
    for (const [to, other] of this.#endpoints) {
      this.#lane(address, to).carry(0, () => other.gone?.(address));
    }
  }

  #lane(from: string, to: string): Lane {
    const key = `${from} ${to}`;
    const chances = (): Random => new Random(this.#random.uint32());
    const lane = this.#lanes.get(key) ?? new Lane(this.#clock, chances(), this.conditions);
    this.#lanes.set(key, lane);
    return lane;
  }

  /** A batch without the frames that get lost. */
  #thinned(to: string, batch: Uint8Array): Uint8Array {
    const out = new ByteWriter(batch.length);
    const from = new ByteReader(batch);
    let start = 0;
    while (from.remaining > 0) {
      const kind = from.u8();
      const length = from.varint();
      const content = from.skip(length);
      const end = content + length;
      if (kind === kindFrame && this.#random.chance(this.frameLossRate)) {
        this.onFrameLost?.(to, new ByteReader(batch, content, end).string(roomBytesMax));
      } else out.bytes(batch, start, end);
      start = end;
    }
    return out.toBytes();
  }
}

class Endpoint implements Bus {
  readonly address: string;
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
