import type { RoomDefinition } from "@realmwright/core";
import type { Frame } from "@realmwright/core/internal";
import { RoomAuthority } from "../room/room-authority.ts";
import type { JoinRequest, RoomNews } from "../room/room-news.ts";
import { planRoom, type RoomPlan } from "../room/room-plan.ts";
import { RecordedLog } from "./recorded-log.ts";
import { RecordedMetrics } from "./recorded-metrics.ts";

/** One room without a host, for tests: tickets are numbered, news and frames are kept. */
export class RoomBench {
  readonly plan: RoomPlan;
  readonly log: RecordedLog = new RecordedLog();
  readonly metrics: RecordedMetrics = new RecordedMetrics();
  readonly news: RoomNews[] = [];
  room: RoomAuthority;
  frame: Frame | undefined;
  #ticket = 0;

  constructor(definition: RoomDefinition, content?: unknown, seed = 1) {
    this.plan = planRoom("arena", definition, content);
    const { plan, log, metrics } = this;
    const permanent = plan.permanent;
    this.room = new RoomAuthority({ id: "arena-1", plan, permanent, log, metrics, seed, epoch: 1 });
    this.room.create();
  }

  /** Asks to join; the answer comes with a step. Returns the ticket. */
  ask(account: string, more: Partial<JoinRequest> = {}): number {
    const ticket = ++this.#ticket;
    this.room.join({
      ticket,
      account,
      name: account,
      role: "player",
      spectate: false,
      options: undefined,
      reservation: undefined,
      ...more,
    });
    return ticket;
  }

  /** Joins within one step and returns the seat. */
  join(account: string, more: Partial<JoinRequest> = {}): number {
    const ticket = this.ask(account, more);
    this.step();
    const joined = this.news.findLast((news) => news.type === "joined" && news.ticket === ticket);
    if (joined?.type !== "joined") {
      const cause = this.log.of("error")[0]?.data["error"];
      throw new Error(`${account} could not join: ${JSON.stringify(this.news)}`, { cause });
    }
    return joined.seat;
  }

  step(ticks = 1): Frame | undefined {
    for (let i = 0; i < ticks; i++) {
      this.frame = this.room.step();
      this.news.push(...this.room.takeNews());
    }
    return this.frame;
  }

  /** News of one kind so far. */
  of<T extends RoomNews["type"]>(type: T): Extract<RoomNews, { type: T }>[] {
    return this.news.filter((news): news is Extract<RoomNews, { type: T }> => news.type === type);
  }

  /** Sends one input by name. */
  input(seat: number, seq: number, name: string, value: object): void {
    const { index } = this.plan.compiled.input(name)!;
    this.room.input(seat, [{ seq, input: index, view: -1, value }]);
  }
}
