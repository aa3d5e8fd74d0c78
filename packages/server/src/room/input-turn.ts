import type { Entity } from "@realmwright/core";
import type { InputItem } from "../link/messages.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Hooks } from "./hooks.ts";
import { RoomLater } from "./later.ts";
import type { RoomState } from "./room-state.ts";
import type { Seat } from "./seat.ts";

/** Takes in what players send, and lets it act when its tick has come. */
export class InputTurn {
  readonly #room: RoomState;
  readonly #hooks: Hooks;
  readonly #metrics: Metrics;
  readonly #labels: { readonly room: string };

  constructor(room: RoomState, hooks: Hooks, metrics: Metrics) {
    this.#room = room;
    this.#hooks = hooks;
    this.#metrics = metrics;
    this.#labels = { room: room.plan.name };
  }

  /**
   * Queues inputs of a seat. A refusal is confirmed in the next frame, but for predicted ones, which `served` answers. What
   * was answered before is answered the same again: its first answer may have been lost with a connection.
   *
   * @param fits whether an input fits the room's schema, where that is not known.
   */
  offer(
    number: number,
    items: readonly InputItem[],
    fits: (item: InputItem) => boolean = () => true,
  ): void {
    const seat = this.#room.seats.get(number);
    if (seat === undefined) return;
    for (const item of items) {
      const offer = seat.queue.offer(item, fits(item), seat.open.size);
      if (offer === "waiting") this.#dropped("stale");
      else if (offer === "stale") this.#repeat(seat, item);
      else if (seat.spectator) {
        seat.queue.clear();
        this.#refused(seat, item, "spectator", "SPECTATOR_READ_ONLY");
      } else if (offer === "unfit") this.#refused(seat, item, "unfit", "INPUT_INVALID");
      else if (offer === "full") this.#refused(seat, item, "full", "INBOX_FULL");
    }
  }

  /** Lets act what is due, seat by seat. */
  apply(): void {
    let waited = 0;
    const isPredicting = this.#room.plan.predicted >= 0;
    for (const seat of this.#room.seats.players.values()) {
      const { length } = seat.queue;
      waited += length;
      // a seat has time to account for only where an input is predicted
      if (isPredicting || length > 0) this.#applySeat(seat);
    }
    this.#metrics.observe("realmwright_inbox", waited, this.#labels);
  }

  #applySeat(seat: Seat): void {
    const { queue } = seat;
    const { predicted, neutral } = this.#room.plan;
    const passedOver = queue.beginTick();
    if (passedOver > 0) this.#dropped("late", passedOver);
    let applied = 0;
    for (let next = queue.take(applied); next !== undefined; next = queue.take(applied)) {
      if (next.input === predicted) {
        applied++;
        this.#step(seat, next.value);
        if (this.#hooks.handles(next.input)) this.#hooks.input(seat, next.input, next.value);
      } else this.#handle(seat, next);
    }
    if (queue.endTick(applied)) this.#step(seat, neutral);
    const served = queue.takeServed();
    if (served !== undefined) this.#room.writer.served(seat.seat, served);
  }

  #handle(seat: Seat, { seq, input, value }: InputItem): void {
    if (!this.#hooks.handles(input)) {
      this.#answer(seat, seq, "INPUT_REFUSED");
      return;
    }
    const result = this.#hooks.input(seat, input, value);
    if (result instanceof RoomLater) this.#leaveOpen(seat, seq, result);
    else this.#answer(seat, seq, result?.code, result?.text);
  }

  /** The answer comes when the game has one. Nobody waits for it any more when the seat was given up. */
  #leaveOpen(seat: Seat, seq: number, later: RoomLater): void {
    seat.open.add(seq);
    later.bind((refusal) => {
      seat.open.delete(seq);
      if (this.#room.seats.get(seat.seat) !== seat) return;
      this.#answer(seat, seq, refusal?.code, refusal?.text);
    });
  }

  #step(seat: Seat, value: object): void {
    const { options, rates } = this.#room.plan;
    const { entity } = seat;
    if (options.predict === undefined || entity?.type.name !== options.predict.entity.name) return;
    this.#hooks.step(entity as Entity, value, 1 / rates.tickRate);
  }

  #refused(seat: Seat, item: InputItem, cause: string, code: string): void {
    this.#dropped(cause);
    if (item.input === this.#room.plan.predicted) return;
    this.#answer(seat, item.seq, code);
  }

  #repeat(seat: Seat, { seq, input }: InputItem): void {
    this.#dropped("stale");
    if (input === this.#room.plan.predicted || seat.open.has(seq)) return;
    const { code, text } = seat.answers.get(seq) ?? { code: "INPUT_STALE" };
    this.#room.writer.confirm(seat.seat, seq, code, text);
  }

  #answer(seat: Seat, seq: number, code: string | undefined, text?: string): void {
    seat.answers.add({ seq, code, text });
    this.#room.writer.confirm(seat.seat, seq, code, text);
  }

  #dropped(cause: string, by = 1): void {
    this.#metrics.count("realmwright_inputs_dropped_total", { ...this.#labels, cause }, by);
  }
}
