import { Replica, type ReplicaEntity } from "@realmwright/core/internal";
import { BitReader, binaryCodec, type CompiledRoom } from "@realmwright/protocol/internal";
import { DiscardingConnection } from "../idle/discarding-connection.ts";

/** An update of an entity farther from the client than this counts as one of a far one, in tiles. */
const farFrom = 13.2;

/** Handle and type of an entity, and the tick of a snapshot, in bits. */
const headBits = 10 + 2;
const tickBits = 32;

/**
 * A client that reads what it is sent, and works out how many bytes a server would send that remembers nothing: the same
 * entities at the same sends, all of their numbers that may change, each in as many bits as it needs. What never changes
 * is left out, as if it had been sent before.
 */
export class WatchingConnection extends DiscardingConnection {
  /** Of all snapshots read: as they came, and as whole states. */
  snapshotBytes = 0;
  wholeBytes = 0;
  /** Updates of entities that are far. */
  farUpdates = 0;
  readonly #replica: Replica;
  readonly #bitsOf = new Map<string, number>();
  #received: Uint8Array[] = [];

  constructor(wire: CompiledRoom, rates: { readonly tickRate: number; readonly sendRate: number }) {
    super("binary");
    this.#replica = new Replica(wire, rates);
    this.#replica.onUpdate = (entity) => {
      if (this.#distance(entity) > farFrom) this.farUpdates++;
    };
  }

  override send(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    super.send(bytes, start, end);
    this.#received.push(bytes.slice(start, end));
  }

  /** Reads what has come since the last time. */
  read(): void {
    for (const bytes of this.#received) {
      for (const message of binaryCodec.decode(bytes, "server")) {
        if (message.type !== "snapshot" || !("bits" in message.payload)) continue;
        const { bits } = message.payload;
        this.snapshotBytes += bits.length;
        this.#replica.applyBinary(new BitReader(bits));
        this.wholeBytes += Math.ceil(this.#wholeBits() / 8);
      }
    }
    this.#received = [];
  }

  #distance(entity: ReplicaEntity): number {
    const { self } = this.#replica;
    if (self === undefined) return 0;
    const across = (name: "x" | "y"): number =>
      (entity.get(name) as number) - (self.get(name) as number);
    return Math.hypot(across("x"), across("y"));
  }

  #wholeBits(): number {
    let bits = tickBits;
    for (const entity of this.#replica.entities.values()) bits += headBits + this.#bitsFor(entity);
    return bits;
  }

  #bitsFor(entity: ReplicaEntity): number {
    const key = `${entity.type} ${entity.relation}`;
    const known = this.#bitsOf.get(key);
    if (known !== undefined) return known;
    const { compiled, relation } = entity;
    const mask = compiled.maskByRelation[relation]! & ~compiled.staticMask;
    const shown = compiled.fixed.filter(({ index }) => ((mask >>> index) & 1) === 1);
    const bits = shown.reduce((sum, { fixed }) => sum + fixed!.bits, 0);
    this.#bitsOf.set(key, bits);
    return bits;
  }
}
