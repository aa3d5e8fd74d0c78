import { Budget, enterBytesMax } from "./budget.ts";
import type { SeenEntity, SnapshotNews } from "./client-view.ts";
import { EventOrder } from "./events.ts";
import { Freshness, type Names } from "./freshness.ts";
import type { ModelRoom } from "./model-room.ts";
import type { Moment, SeatRow } from "./moment.ts";
import { patched } from "./patch.ts";
import type { RoomShape } from "./rules.ts";
import { same } from "./same.ts";
import { isLater } from "./serial.ts";
import { shapeOf } from "./shapes.ts";
import { Sight } from "./sight.ts";
import type { Tally } from "./tally.ts";

type DocumentName = "shared" | "private";

interface DocumentMessage {
  readonly doc: DocumentName;
  readonly tick: number;
  readonly version: number;
  readonly value?: unknown;
  readonly patch?: readonly { readonly op: "add" | "replace" | "remove"; readonly path: string }[];
}

/**
 * One client in one room, from `joined` to `left`: judges every message by the room's rules and history. Each method throws
 * what is wrong.
 */
export class Stay {
  readonly #room: ModelRoom;
  readonly #shape: RoomShape;
  readonly #seat: number;
  readonly #sight: Sight;
  readonly #events: EventOrder;
  readonly #budget: Budget;
  readonly #freshness: Freshness;
  readonly #documents: Record<DocumentName, unknown>;
  readonly #versions: Record<DocumentName, number> = { shared: -1, private: -1 };
  readonly #tags = new Map<number, number>();
  readonly #handles = new Map<number, number>();
  /** By index: the handle that was last in use there. */
  readonly #lastHandles = new Map<number, number>();
  readonly #names: Names = {
    tagOf: (handle) => this.#tags.get(handle)!,
    handleOf: (tag) => this.#handles.get(tag) ?? 0,
  };
  readonly #isSilent: boolean;
  readonly #tally: Tally;
  #tick = -1;
  /** Something may have had to wait for bytes in the newest snapshot. */
  #wasFull = false;
  /** Newest input that the client has sent to this seat, perhaps on an earlier connection. */
  #sentSeq: number;

  /** @param isSilent the encoding sends nothing when there is nothing to say. */
  constructor(about: {
    readonly room: ModelRoom;
    readonly shape: RoomShape;
    readonly seat: number;
    readonly tick: number;
    readonly isSilent: boolean;
    readonly sentSeq: number;
    readonly documents: { readonly shared?: unknown; readonly private?: unknown };
    readonly tally: Tally;
  }) {
    const { room, shape, seat, tick, isSilent, documents } = about;
    this.#room = room;
    this.#shape = shape;
    this.#seat = seat;
    this.#isSilent = isSilent;
    this.#sentSeq = about.sentSeq;
    this.#tally = about.tally;
    this.#sight = new Sight(shape);
    this.#events = new EventOrder(room, shape, seat, tick);
    this.#budget = new Budget(shape);
    this.#freshness = new Freshness(shape, this.#sight, about.tally);
    this.#documents = { shared: documents.shared, private: documents.private };
    const { moment, seat: row } = this.#now(tick);
    this.#compareDocuments(moment, row);
  }

  /** Tick of the newest snapshot, -1 before the first. */
  get tick(): number {
    return this.#tick;
  }

  /** Ticks that have passed since the newest snapshot; undefined before the first. */
  get lag(): number | undefined {
    return this.#tick < 0 ? undefined : this.#room.openTick - this.#tick;
  }

  /** Tag of what the client calls by a handle, 0 for nothing. */
  tagOf(handle: number): number {
    return this.#tags.get(handle) ?? 0;
  }

  /** The client sends an input. */
  sends(seq: number): void {
    this.#sentSeq = seq;
  }

  event(tick: number, data: { readonly n: number; readonly who: number }): void {
    const event = this.#events.take(tick, data.n, this.#sight.held);
    const who = this.#handles.get(event.who) ?? 0;
    if (data.who !== who) throw new Error(`event ${data.n} names ${data.who} instead of ${who}`);
  }

  /** The client shows a document so, whatever it was told of it. */
  holds(doc: DocumentName, value: unknown): void {
    this.#documents[doc] = value;
  }

  document(message: DocumentMessage): void {
    const { doc, tick, version, value, patch } = message;
    if (version <= this.#versions[doc]) throw new Error(`${doc} version ${version} came twice`);
    const before = this.#documents[doc];
    this.#documents[doc] = patch === undefined ? value : patched(before, patch);
    this.#versions[doc] = version;
    // the shared one may still come to who leaves in that very tick
    const moment = this.#at(tick);
    const row = doc === "shared" ? moment.shared : this.#now(tick).seat.document;
    if (version !== row.version) {
      throw new Error(`${doc} version ${version} where ${row.version} was due`);
    }
    this.#compare(doc, row.value, tick);
  }

  snapshot(news: SnapshotNews): void {
    const { tick } = news;
    if (tick <= this.#tick) throw new Error(`tick ${tick} came after ${this.#tick}`);
    const { moment, seat } = this.#now(tick);
    this.#events.close(tick, this.#sight.held);
    this.#compareDocuments(moment, seat);
    const stride = Math.round(this.#shape.tickRate / this.#shape.sendRate);
    if (this.#isSilent && this.#tick >= 0 && tick > this.#tick + stride) this.#sight.silence();
    this.#tick = tick;
    this.#budget.begin();
    this.#sights(news, moment, seat);
    this.#tally.entered += news.entered.length;
    this.#tally.left += news.left.length;
    this.#tally.updated += news.updated.length;
    this.#freshness.take({
      news,
      moment,
      seat,
      isFull: (this.#wasFull = this.#isFull(news, moment)),
      ...this.#names,
    });
    this.#self(news, seat);
    this.#spend(news, moment);
  }

  /** Nothing has happened for a while, so the client has all of it. */
  end(): void {
    const { moment, seat } = this.#now(this.#room.openTick - 1);
    this.#events.close(moment.tick, this.#sight.held);
    this.#compareDocuments(moment, seat);
    if (this.#sight.isWaiting && !this.#wasFull) {
      throw new Error("something is in reach and never came");
    }
    // inputs that were long on their way may have moved somebody just now
    const { tickRate, sendRate } = this.#shape;
    const earlier = this.#room.at(moment.tick - (8 * tickRate) / sendRate);
    const isDue = earlier !== undefined && !this.#wasFull;
    if (isDue) this.#freshness.end(moment, earlier, this.#names);
  }

  #at(tick: number): Moment {
    const moment = this.#room.at(tick);
    if (moment === undefined) throw new Error(`there is no tick ${tick}`);
    return moment;
  }

  #now(tick: number): { readonly moment: Moment; readonly seat: SeatRow } {
    const moment = this.#at(tick);
    const seat = moment.seats.get(this.#seat);
    if (seat === undefined) throw new Error(`seat ${this.#seat} is nobody's at tick ${tick}`);
    return { moment, seat };
  }

  #compareDocuments(moment: Moment, seat: SeatRow): void {
    this.#compare("shared", moment.shared.value, moment.tick);
    this.#compare("private", seat.document.value, moment.tick);
  }

  #compare(doc: DocumentName, due: unknown, tick: number): void {
    if (same(this.#documents[doc], due)) return;
    const [is, ought] = [this.#documents[doc], due].map((one) => JSON.stringify(one));
    throw new Error(`${doc} document of tick ${tick} is ${is} and ought to be ${ought}`);
  }

  #sights(news: SnapshotNews, moment: Moment, seat: SeatRow): void {
    const left = news.left.map((handle) => this.#tagAt(handle));
    for (const [i, handle] of news.left.entries()) {
      this.#tags.delete(handle);
      this.#handles.delete(left[i]!);
    }
    const entered = news.entered.map((entity) => this.#name(entity));
    const affords = (come: readonly number[], next: number): boolean => {
      let bytes = 0;
      for (const tag of [...come, next]) {
        bytes += enterBytesMax(this.#room.row(tag, moment.tick)!);
      }
      return bytes <= this.#budget.tokens;
    };
    const problem = this.#sight.take(moment, seat, { left, entered }, affords);
    if (problem !== undefined) throw new Error(problem);
    if (news.entities.size !== this.#sight.held.size) {
      throw new Error(`${news.entities.size} in sight, not ${this.#sight.held.size}`);
    }
  }

  #spend({ bytes, entered, updated, left }: SnapshotNews, moment: Moment): void {
    const rows = entered.map(({ handle }) => moment.row(this.#tags.get(handle)!)!);
    // those that leave take two bytes each, whatever there is
    const most = this.#budget.most(rows) + left.length * 2;
    if (bytes !== undefined && bytes > most) {
      throw new Error(`a snapshot takes ${bytes} bytes of ${most}`);
    }
    if (updated.length > this.#budget.updatesMost(rows)) {
      throw new Error(`${updated.length} updates come where no bytes are left`);
    }
    this.#budget.spend(bytes ?? Budget.reckoned(entered.length, updated.length));
  }

  /** Whether a snapshot took so much that something may have had to wait. What updates take is foreseen roughly. */
  #isFull({ entered, updated, bytes }: SnapshotNews, moment: Moment): boolean {
    const { tokens } = this.#budget;
    let enterBytes = 0;
    for (const { handle } of entered) {
      enterBytes += enterBytesMax(moment.row(this.#tags.get(handle)!)!);
    }
    const taken = bytes ?? Budget.reckoned(entered.length, updated.length);
    return taken >= tokens / 3 - 64 || enterBytes >= tokens;
  }

  #tagAt(handle: number): number {
    const tag = this.#tags.get(handle);
    if (tag === undefined) throw new Error(`handle ${handle} left that was not in use`);
    return tag;
  }

  /** Takes note of a handle; answers the entity that it stands for. */
  #name(entity: SeenEntity): number {
    const { handle } = entity;
    const shape = shapeOf(entity.type);
    const tag = entity.quanta[shape.fixed.findIndex(({ name }) => name === "tag")]!;
    if (this.#tags.has(handle)) throw new Error(`handle ${handle} entered that is in use`);
    if (this.#handles.has(tag)) throw new Error(`#${tag} entered twice`);
    const index = (handle - 1) % 1024;
    const last = this.#lastHandles.get(index);
    if (last === handle) throw new Error(`handle ${handle} means another entity by now`);
    if (last !== undefined && handle < last) this.#tally.handleWraps++;
    this.#lastHandles.set(index, handle);
    this.#tags.set(handle, tag);
    this.#handles.set(tag, handle);
    return tag;
  }

  #self({ self, seq, precise, tick }: SnapshotNews, seat: SeatRow): void {
    const due = this.#handles.get(seat.entity) ?? 0;
    if (self !== due) throw new Error(`own entity is ${self} and not ${due}`);
    if (seq !== undefined) {
      if (isLater(seat.stepped, seq)) throw new Error(`seq ${seq}, but ${seat.stepped} is applied`);
      if (isLater(seq, this.#sentSeq)) throw new Error(`seq ${seq}, but ${this.#sentSeq} was sent`);
    }
    if (due === 0 || precise === undefined) return;
    const row = this.#room.row(seat.entity, tick)!;
    for (const [i, value] of row.precise.entries()) {
      const shown = precise[i]!;
      if (shown === value || (Number.isNaN(shown) && Number.isNaN(value))) continue;
      const { name } = row.type.fixed[row.type.precise[i]!]!;
      throw new Error(`own ${name} is ${shown} and not ${value}`);
    }
  }
}
