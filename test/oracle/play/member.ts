import type { JoinedPayload, ServerMessage } from "@realmwright/protocol";
import type { CompiledRoom } from "@realmwright/protocol/internal";
import type { SnapshotNews } from "../model/client-view.ts";
import { NaiveReplica } from "../model/naive-replica.ts";
import type { Stay } from "../model/stay.ts";
import { BinaryReplica } from "./binary-replica.ts";
import { type Director, type Handled, keyOf } from "./director.ts";
import type { Figures } from "./figures.ts";
import { memberOf } from "./stage.ts";
import { stayOf } from "./stay-of.ts";

type Snapshot = Extract<ServerMessage, { type: "snapshot" }>["payload"];

/** What the oracle thinks of one client in one room. */
export class Member {
  readonly joined: JoinedPayload;
  readonly stay: Stay;
  /** Names the seat in tables of the whole run. */
  readonly key: string;
  readonly #figures: Figures;
  readonly #director: Director;
  readonly #take: (snapshot: Snapshot) => SnapshotNews;
  /** Pokes that are not answered, by sequence number. */
  readonly #pokes = new Map<number, number>();
  #news: SnapshotNews | undefined;

  constructor(about: {
    readonly joined: JoinedPayload;
    readonly compiled: CompiledRoom;
    readonly account: string;
    readonly isReadable: boolean;
    readonly director: Director;
    readonly figures: Figures;
  }) {
    const { joined, account, isReadable, director, figures } = about;
    this.joined = joined;
    this.#director = director;
    this.#figures = figures;
    this.key = keyOf(joined, memberOf(account, joined.spectator));
    this.stay = stayOf(joined, account, isReadable, director, figures);
    const naive = new NaiveReplica();
    const binary = new BinaryReplica(about.compiled, joined);
    this.#take = (snapshot) =>
      "bits" in snapshot ? binary.take(snapshot.bits) : naive.take(snapshot);
  }

  /** Handles in sight, in the order of their coming. */
  get handles(): readonly number[] {
    return [...(this.#news?.entities.keys() ?? [])];
  }

  /** Sends a poke under a number. */
  pokes(seq: number, n: number): void {
    this.#pokes.set(seq, n);
  }

  receive(message: ServerMessage): void {
    const figures = this.#figures;
    switch (message.type) {
      case "snapshot":
        this.#snapshot(message.payload);
        return;
      case "event": {
        figures.events++;
        const { tick, data } = message.payload;
        this.stay.event(tick, { who: 0, ...(data as { n: number; who?: number }) });
        return;
      }
      case "document":
        figures.documents++;
        this.stay.document(message.payload);
        return;
      case "confirm":
        figures.confirms++;
        this.#confirm(message.payload);
        return;
      default:
    }
  }

  #snapshot(snapshot: Snapshot): void {
    this.#news = this.#take(snapshot);
    this.stay.snapshot(this.#news);
    const figures = this.#figures;
    figures.snapshots++;
    figures.seenMax = Math.max(figures.seenMax, this.#news.entities.size);
  }

  /** Each is answered once, before the state of the tick in which it was handled, by what became of it. */
  #confirm(payload: Extract<ServerMessage, { type: "confirm" }>["payload"]): void {
    const { seq, tick, ok, code } = payload;
    const n = this.#pokes.get(seq);
    if (n === undefined) throw new Error(`input ${seq} is confirmed that was not waiting`);
    this.#pokes.delete(seq);
    const handled = this.#handled(n);
    // refused at the edge for what it named, or at the room's door since too many wait
    const isRefused = code === "TARGET_UNKNOWN" || code === "INBOX_FULL";
    if (handled === undefined && isRefused && !ok) return;
    if (handled?.tick !== tick || handled.code !== code || ok !== (code === undefined)) {
      const due = JSON.stringify(handled);
      throw new Error(`input ${seq} is confirmed by ${JSON.stringify(payload)}, due was ${due}`);
    }
    if (tick <= this.stay.tick) throw new Error(`input ${seq} is confirmed behind its tick`);
  }

  #handled(n: number): Handled | undefined {
    return this.#director.pokes.get(this.key)?.find((one) => one.n === n);
  }
}
