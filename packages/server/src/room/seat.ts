import type { DocumentHandle, EntityBase, Player, Point } from "@realmwright/core";
import { checkTeam, type SyncedDocument } from "@realmwright/core/internal";
import type { DocumentDefinition, EntityId } from "@realmwright/protocol";
import { Answers } from "./answers.ts";
import type { InputQueue } from "./input-queue.ts";

/** Who holds a seat. */
export interface Holder {
  readonly account: string;
  readonly name: string;
  readonly role: string;
}

/** Why a seat is to be given up at the end of the tick. */
export interface Departure {
  readonly code: string;
  readonly text?: string;
  /** Id of the room behind the door. */
  readonly to?: string;
}

/** A seat of a room and its player, as game code sees it. */
export class Seat implements Player {
  readonly seat: number;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly spectator: boolean;
  readonly queue: InputQueue;
  readonly answers: Answers = new Answers();
  /** Numbers of the inputs that are to be answered later. */
  readonly open: Set<number> = new Set();
  /** The tick at which the seat is given up, while the connection is broken. */
  graceEndTick: number | undefined;
  /** Tick in which a join took it over. */
  takenOverTick = -1;
  /** A frame has told of it, so its holder knows that it has come. */
  isSettled = false;
  /** Held ones are outside: seats of which their holders do not know yet. */
  place: "coming" | "outside" | "in" = "coming";
  /** Joins that are answered when it is let in or given up. */
  readonly tickets: number[] = [];
  departure: Departure | undefined;
  /** A door was opened and has not let the player through yet. */
  inDoor = false;
  /** Tick before which no further door opens, after one that stayed shut. */
  doorsShutUntilTick = 0;
  /** What it looks from, when that is not its own entity. */
  view: EntityId | Point | undefined;
  readonly pins: Set<EntityId> = new Set();
  /** Steered entity, 0 for none; it may have died since. */
  entityId: EntityId = 0;
  /** What readers were told last. */
  toldEntity: EntityId = -1;
  toldTeam = -1;
  readonly synced: SyncedDocument;
  readonly #entityOf: (id: EntityId) => EntityBase | undefined;
  #team = 0;

  constructor(about: {
    readonly seat: number;
    readonly holder: Holder;
    readonly spectator: boolean;
    readonly queue: InputQueue;
    readonly document: SyncedDocument;
    readonly entityOf: (id: EntityId) => EntityBase | undefined;
  }) {
    this.seat = about.seat;
    this.account = about.holder.account;
    this.name = about.holder.name;
    this.role = about.holder.role;
    this.spectator = about.spectator;
    this.queue = about.queue;
    this.synced = about.document;
    this.#entityOf = about.entityOf;
  }

  get connected(): boolean {
    return this.graceEndTick === undefined;
  }

  get outside(): boolean {
    return this.place === "outside";
  }

  get entity(): EntityBase | undefined {
    return this.entityId === 0 ? undefined : this.#entityOf(this.entityId);
  }

  get document(): DocumentHandle<DocumentDefinition> {
    return this.synced;
  }

  /** Goes on waiting for what these joins are answered by. */
  waitOutside(tickets: readonly number[]): void {
    this.place = "outside";
    this.tickets.push(...tickets);
  }

  get team(): number {
    return this.#team;
  }

  set team(team: number) {
    this.#team = checkTeam(team);
  }
}
