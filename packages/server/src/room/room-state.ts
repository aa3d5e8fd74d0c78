import type { EntityBase, GameStorage } from "@realmwright/core";
import { Random } from "@realmwright/core";
import { cloneJson, FrameWriter, Mirror, SyncedDocument, World } from "@realmwright/core/internal";
import type { DocumentState } from "../link/messages.ts";
import { sureLog } from "../logging/sure-log.ts";
import type { Log } from "../ports/log.ts";
import { InputQueue } from "./input-queue.ts";
import { Reservations } from "./reservations.ts";
import type { RoomNews, SeatReport } from "./room-news.ts";
import type { RoomPlan } from "./room-plan.ts";
import { RoomWork } from "./room-work.ts";
import { type Holder, Seat } from "./seat.ts";
import { Seats } from "./seats.ts";
import { noStorage } from "./no-storage.ts";
import { Timers } from "./timers.ts";

/** "closing": ends after this tick. "closed" and "failed" are final. */
export type RoomStatus = "running" | "closing" | "closed" | "failed";

export interface RoomStateOptions {
  readonly id: string;
  readonly plan: RoomPlan;
  readonly log: Log;
  /** Any 32-bit number; starts the room's randomness. */
  readonly seed: number;
  /** Rises with each restore, so that frames of an earlier life can be told apart. */
  readonly epoch: number;
  /** Kept while nobody is in it. */
  readonly permanent: boolean;
  /** Default: there is none, and its calls say so. */
  readonly storage?: GameStorage | undefined;
  /** Kept until this tick though nobody has been in it yet. Default: it is not. */
  readonly keptUntilTick?: number;
  /** Of a restored room; else the defaults. */
  readonly shared?: DocumentState;
  readonly state?: Record<string, unknown>;
}

/** Everything that a room is. The authority runs it, game code sees it through its face, a checkpoint keeps it. */
export class RoomState {
  readonly id: string;
  readonly plan: RoomPlan;
  readonly log: Log;
  readonly epoch: number;
  readonly permanent: boolean;
  readonly random: Random;
  readonly world: World;
  readonly mirror: Mirror;
  readonly writer: FrameWriter;
  readonly seats: Seats = new Seats();
  readonly reservations: Reservations = new Reservations();
  readonly timers: Timers = new Timers();
  readonly work: RoomWork;
  readonly storage: GameStorage;
  readonly shared: SyncedDocument;
  readonly state: Record<string, unknown>;
  tick = 0;
  locked = false;
  /** Before this tick it does not end for being empty. */
  keptUntilTick: number;
  status: RoomStatus = "running";
  news: RoomNews[] = [];

  constructor(options: RoomStateOptions) {
    const { plan } = options;
    this.id = options.id;
    this.plan = plan;
    this.log = sureLog(options.log);
    this.work = new RoomWork(this.log);
    this.storage = options.storage ?? noStorage;
    this.epoch = options.epoch;
    this.permanent = options.permanent;
    this.keptUntilTick = options.keptUntilTick ?? 0;
    this.random = new Random(options.seed);
    this.world = new World(plan.compiled, plan.maxEntities);
    this.mirror = new Mirror(plan.wire, plan.mirror);
    this.writer = new FrameWriter(this.world, this.mirror, plan.options.predict?.entity);
    const { value, version } = options.shared ?? newDocument(plan.sharedCodec.defaultValue);
    this.shared = new SyncedDocument((v) => plan.sharedCodec.check(v), value, version);
    this.state = options.state ?? cloneJson(plan.stateCodec.defaultValue);
    if (plan.compiled.documents.shared !== undefined) {
      this.writer.document(-1, this.shared.version, this.shared.value, []);
    }
  }

  /** Adds a seat and says so in the next frame. */
  seat(
    number: number,
    holder: Holder,
    spectator: boolean,
    document: DocumentState = newDocument(this.plan.privateCodec.defaultValue),
  ): Seat {
    const { privateCodec, predicted, rates, compiled } = this.plan;
    const seat = new Seat({
      seat: number,
      holder,
      spectator,
      queue: new InputQueue(predicted, rates.tickRate),
      document: new SyncedDocument((v) => privateCodec.check(v), document.value, document.version),
      entityOf: (id): EntityBase | undefined => this.world.entity(id),
    });
    this.seats.add(seat);
    this.writer.seat(number, { entity: 0, team: 0 });
    if (compiled.documents.private !== undefined) {
      this.writer.document(number, seat.synced.version, seat.synced.value, []);
    }
    return seat;
  }

  /** Removes a seat and all that it owns. */
  removeSeat(seat: Seat): void {
    const { world } = this;
    for (const type of Object.values(this.plan.options.entities ?? {})) {
      for (const entity of world.all(type)) {
        if (entity.owner === seat.seat) world.despawn(entity);
      }
    }
    // what only this seat could see is nobody's now, and not the next holder's
    for (let slot = 0; slot < world.high; slot++) {
      if (world.seatOf[slot] === seat.seat) world.seatOf[slot] = -1;
    }
    this.seats.remove(seat);
    this.writer.seat(seat.seat, undefined);
  }

  /** What the holder of a seat is told when it comes or comes back. Valid between ticks. */
  report(seat: Seat): SeatReport {
    const { documents } = this.plan.compiled;
    return {
      seat: seat.seat,
      spectator: seat.spectator,
      tick: this.tick,
      entity: seat.entity?.id ?? 0,
      team: seat.team,
      inputSeq: seat.queue.lastSeq,
      documents: {
        ...(documents.shared === undefined ? {} : { shared: this.shared.published }),
        ...(documents.private === undefined ? {} : { private: seat.synced.published }),
      },
    };
  }
}

function newDocument(value: object): DocumentState {
  return { version: 1, value };
}
