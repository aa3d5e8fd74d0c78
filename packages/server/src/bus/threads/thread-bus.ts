import type { MessagePort } from "node:worker_threads";
import { limits, RealmError } from "@realmwright/protocol";
import type { Bus } from "../../ports/bus.ts";

/*
 * What crosses a port: one list per turn of the sender's event loop, its buffers transferred, not copied:
 *
 *   { batch: [bytes, …], taken: n }
 *
 * `taken` counts the bytes that the sender has received on this port so far, so that the other side knows how many of
 * those it sent still wait. Ports queue without limit; this is what bounds them.
 */
interface Batch {
  readonly batch: readonly Uint8Array<ArrayBuffer>[];
  readonly taken: number;
}

/** One connected endpoint. */
interface Peer {
  readonly port: MessagePort;
  out: Uint8Array<ArrayBuffer>[];
  isScheduled: boolean;
  sent: number;
  /** Of the bytes sent, those that the other side has said it has. */
  acknowledged: number;
  taken: number;
  told: number;
}

/** Bytes taken without saying so, at most, when there is nothing else to send. */
const silentBytesMax = 1024 * 1024;

/** An endpoint of a bus among worker threads, joined to each other endpoint by a message port. */
export class ThreadBus implements Bus {
  readonly address: string;
  readonly #queueBytesMax: number;
  readonly #peers = new Map<string, Peer>();
  #receive: ((from: string, bytes: Uint8Array) => void) | undefined;
  #gone: ((address: string) => void) | undefined;
  #isOpen = true;

  constructor(address: string, options: { readonly queueBytesMax?: number } = {}) {
    this.address = address;
    this.#queueBytesMax = options.queueBytesMax ?? limits.busQueueBytes.value;
  }

  /** Joins another endpoint. The port is the bus's own from here on; it reports `address` gone when the port closes. */
  connect(address: string, port: MessagePort): void {
    const isTaken = this.#peers.has(address) || address === this.address;
    if (!this.#isOpen || isTaken) throw new RealmError("BUS_CLOSED", { detail: address });
    const peer: Peer = {
      port,
      out: [],
      isScheduled: false,
      sent: 0,
      acknowledged: 0,
      taken: 0,
      told: 0,
    };
    this.#peers.set(address, peer);
    port.on("message", (message: Batch) => this.#take(address, peer, message));
    port.on("close", () => this.#lost(address, peer));
  }

  send(to: string, bytes: Uint8Array): void {
    const peer = this.#peers.get(to);
    if (!this.#isOpen || peer === undefined) throw new RealmError("BUS_CLOSED", { detail: to });
    const waiting = peer.sent - peer.acknowledged;
    if (waiting + bytes.length > this.#queueBytesMax) {
      throw new RealmError("BUS_FULL", { detail: `${waiting} bytes wait for "${to}"` });
    }
    peer.sent += bytes.length;
    // a view of part of a buffer can not be transferred without the rest
    const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength;
    peer.out.push(isWhole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice());
    this.#schedule(peer);
  }

  onReceive(receive: (from: string, bytes: Uint8Array) => void): void {
    this.#receive = receive;
  }

  onGone(gone: (address: string) => void): void {
    this.#gone = gone;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const peer of this.#peers.values()) {
      this.#flush(peer);
      peer.port.close();
    }
    this.#peers.clear();
  }

  #schedule(peer: Peer): void {
    if (peer.isScheduled) return;
    peer.isScheduled = true;
    queueMicrotask(() => {
      if (peer.isScheduled) this.#flush(peer);
    });
  }

  #flush(peer: Peer): void {
    peer.isScheduled = false;
    if (peer.out.length === 0 && peer.told === peer.taken) return;
    const message: Batch = { batch: peer.out, taken: peer.taken };
    peer.told = peer.taken;
    peer.out = [];
    peer.port.postMessage(message, [...new Set(message.batch.map((bytes) => bytes.buffer))]);
  }

  #take(from: string, peer: Peer, { batch, taken }: Batch): void {
    peer.acknowledged = taken;
    for (const bytes of batch) {
      peer.taken += bytes.length;
      if (this.#isOpen) this.#receive?.(from, bytes);
    }
    if (this.#isOpen && peer.taken - peer.told >= this.#tellBytes) this.#schedule(peer);
  }

  /** What is taken is told early enough for the other side never to wait for it with an empty queue. */
  get #tellBytes(): number {
    return Math.min(silentBytesMax, Math.max(1, Math.floor(this.#queueBytesMax / 4)));
  }

  #lost(address: string, peer: Peer): void {
    if (this.#peers.get(address) !== peer) return;
    this.#peers.delete(address);
    this.#gone?.(address);
  }
}
