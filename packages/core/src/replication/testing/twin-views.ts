import type { EntityDefinition } from "@realmwright/protocol";
import {
  BitReader,
  BitWriter,
  compileDescriptor,
  compileRoom,
} from "@realmwright/protocol/internal";
import { expect, vi } from "vitest";
import type { InterestOptions } from "../../game/definition.ts";
import type { Entity } from "../../game/room.ts";
import { World } from "../../world/world.ts";
import { ClientView } from "../client-view.ts";
import { FrameWriter } from "../frame-writer.ts";
import { Mirror } from "../mirror.ts";
import { Replica } from "../replica.ts";

const rates = { tickRate: 20, sendRate: 20 };

/** Entities of one kind that a seat sees twice: by a view that sends the usual way, and by one that sends lists. */
export class TwinViews<D extends EntityDefinition> {
  readonly world: World;
  readonly entities: readonly Entity<D>[];
  readonly replicas: readonly [Replica, Replica];
  readonly views: readonly [ClientView, ClientView];
  readonly #writer: FrameWriter;
  readonly #mirrors: readonly [Mirror, Mirror];
  /** Seat 1 on each mirror, which is sent to first. */
  readonly #before: readonly ClientView[] = [];
  readonly #bits = new BitWriter();
  #tick = 0;

  /**
   * @param make spawns all that there is; seats 0 and 1 are of team 1 and look from the first
   * @param before what seat 1 sees, if there is one
   */
  constructor(
    definition: D,
    make: (world: World) => readonly Entity<D>[],
    { before }: { readonly before?: InterestOptions } = {},
  ) {
    const most = 1_000;
    const room = compileRoom({ entities: { [definition.name]: definition } });
    const wire = compileDescriptor(room.descriptor);
    const mirror = (): Mirror => new Mirror(wire, { historyTicks: 8, cellSize: 10 });
    this.#mirrors = [mirror(), mirror()];
    this.world = new World(room, most);
    this.#writer = new FrameWriter(this.world, this.#mirrors[0]);
    this.entities = make(this.world);
    for (const seat of [0, 1]) {
      this.#writer.seat(seat, { entity: 0, team: 1 });
      this.#writer.viewpoint(seat, this.entities[0]!.id);
    }
    const interest = { enter: 2_000, leave: 2_100, nearest: most, bytesPerSecond: 10_000_000 };
    const view = (on: Mirror, seat: number, sees: InterestOptions): ClientView =>
      new ClientView(on, { seat, spectator: false, interest: sees, phase: 0, ...rates });
    if (before !== undefined) this.#before = this.#mirrors.map((on) => view(on, 1, before));
    this.views = [view(this.#mirrors[0], 0, interest), view(this.#mirrors[1], 0, interest)];
    this.replicas = [new Replica(wire, rates), new Replica(wire, rates)];
    vi.spyOn(this.views[1].cache.stream, "write").mockReturnValue(false);
  }

  /** Ends a tick and sends it; both must send the same. Answers the bits of the updates that went the usual way. */
  turn(): number {
    this.world.endTick();
    this.#mirrors[1].apply(this.#writer.write("twins", 1, this.#tick++, true));
    for (const view of this.#before) {
      this.#bits.reset();
      view.writeBinary(this.#bits);
    }
    const sent = this.views.map((view, i) => {
      this.#bits.reset();
      view.writeBinary(this.#bits);
      const bytes = this.#bits.toBytes();
      this.replicas[i]!.applyBinary(new BitReader(bytes));
      return bytes;
    });
    // comparing long arrays by `expect` takes seconds
    if (Buffer.compare(sent[0]!, sent[1]!) !== 0) expect(sent[0]).toEqual(sent[1]);
    return this.views[0].cache.stream.bits;
  }
}
