import {
  type ClientMessage,
  type ConfirmPayload,
  type ErrorCode,
  limits,
  RealmError,
} from "@realmwright/protocol";
import { type CompiledStruct, isAfter, nextSeq } from "@realmwright/protocol/internal";
import type { ClientClock } from "../ports.ts";

/** What became of an action. */
export interface Confirm {
  /** The rules took it. */
  readonly ok: boolean;
  /** The tick in which it was handled; -1 when the server did not answer. */
  readonly tick: number;
  /**
   * Why not: of the catalogue or the game's own. The client's own reasons are ANSWER_MISSING (none came in time, so it may
   * have been handled), INBOX_FULL (too many are unanswered), CLIENT_CLOSED (the membership ended first) and
   * TARGET_UNKNOWN (the connection was lost before it went out, and the entity that it names has another id now).
   */
  readonly code?: string;
  /** The game's own words for it, for people. */
  readonly text?: string;
}

/** One input that the server has not answered. */
interface OpenInput {
  readonly seq: number;
  readonly input: CompiledStruct;
  readonly data: Record<string, unknown>;
  /** Tick that the player saw, times 256; -1 for none. */
  readonly view: number;
  /** Missing for the input that is held: nobody waits for its answer. */
  readonly answer?: {
    readonly resolve: (confirm: Confirm) => void;
    readonly withdraw: () => void;
  };
}

/** What the desk needs of its room. */
export interface InputDeskOwner {
  /** Number of the membership. */
  m(): number;
  /** A connection is there and the seat is taken. */
  isLive(): boolean;
  /** The newest tick applied, if the server has not been told of it; -1 for none. */
  takeAck(): number;
  queue(message: ClientMessage): void;
}

/**
 * Inputs on their way to one seat. Each has the next number of the seat, whatever it is, and is kept until it is answered:
 * after a reconnect those that the seat has not taken are sent again, and so are actions that it has taken, for their
 * answers, which may have been lost.
 */
export class InputDesk {
  readonly #owner: InputDeskOwner;
  readonly #clock: ClientClock;
  readonly #timeoutMs: number;
  #open: OpenInput[] = [];
  #seq = 0;
  /** Name of the predicted input, once it has shown itself. */
  #predicted: string | undefined;

  constructor(owner: InputDeskOwner, clock: ClientClock, timeoutMs: number) {
    this.#owner = owner;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Inputs not answered. */
  get open(): number {
    return this.#open.length;
  }

  /** Room for more of the predicted stream. */
  get hasRoom(): boolean {
    return this.#open.length < limits.inboxPerSeat.value;
  }

  /** Sends an action. Always resolves. */
  act(input: CompiledStruct, data: Record<string, unknown>, view: number): Promise<Confirm> {
    if (!this.hasRoom) return Promise.resolve(unanswered("INBOX_FULL"));
    return new Promise((resolve) => {
      const seq = (this.#seq = nextSeq(this.#seq));
      const deadline = this.#clock.nowMs() + this.#timeoutMs;
      const withdraw = this.#clock.at(deadline, () => {
        this.#open = this.#open.filter((other) => other.seq !== seq);
        resolve(unanswered("ANSWER_MISSING"));
      });
      this.#send({ seq, input, data, view, answer: { resolve, withdraw } });
    });
  }

  /** Sends one input of the predicted stream; answers its number. */
  emit(input: CompiledStruct, data: Record<string, unknown>): number {
    const seq = (this.#seq = nextSeq(this.#seq));
    this.#send({ seq, input, data, view: -1 });
    return seq;
  }

  /**
   * The server has applied the predicted stream up to this number, which is that of one of its inputs: so it is known which
   * one it is, also where it was sent as an action.
   */
  served(seq: number, tick: number): void {
    const newest = this.#open.find((item) => item.seq === seq);
    if (newest !== undefined) this.#predicted = newest.input.name;
    const isServed = (item: OpenInput): boolean =>
      !isAfter(item.seq, seq) && (item.answer === undefined || item.input.name === this.#predicted);
    const done = this.#open.filter(isServed);
    if (done.length === 0) return;
    this.#open = this.#open.filter((item) => !isServed(item));
    for (const { answer } of done) {
      answer?.withdraw();
      answer?.resolve({ ok: true, tick });
    }
  }

  confirmed({ seq, ok, tick, code, text }: ConfirmPayload): void {
    const item = this.#open.find((other) => other.seq === seq);
    if (item === undefined) return;
    this.#open = this.#open.filter((other) => other !== item);
    item.answer?.withdraw();
    const words = text === undefined ? {} : { text };
    item.answer?.resolve({ ok, tick, ...(code === undefined ? {} : { code }), ...words });
  }

  /**
   * The seat is there again, or for the first time, and has taken inputs up to this number: the others are sent, but those
   * that the room no longer knows or that do not fit it any more, and those that name entities: on a new connection their
   * ids mean others. Actions up to this number are not handled again, only answered.
   */
  resume(takenSeq: number, inputOf: (name: string) => CompiledStruct | undefined): void {
    if (isAfter(takenSeq, this.#seq)) this.#seq = takenSeq;
    const open = this.#open;
    this.#open = [];
    for (const item of open) {
      const { seq, answer } = item;
      const isTaken = !isAfter(seq, takenSeq);
      const input = inputOf(item.input.name);
      const code = whyNotAgain(item, input, isTaken);
      if (code !== undefined || input === undefined) {
        answer?.withdraw();
        answer?.resolve(unanswered(code ?? "INPUT_UNKNOWN"));
      } else if (!isTaken || answer !== undefined) {
        // for its answer alone an action names no entity: ids of another connection might be refused
        const data = isTaken ? input.codec.mapRefs(item.data, () => 0) : item.data;
        const again = { ...item, input, data };
        this.#open.push(again);
        this.#write(again);
      }
    }
  }

  /** The room is over for this client. */
  end(): void {
    const open = this.#open;
    this.#open = [];
    for (const { answer } of open) {
      answer?.withdraw();
      answer?.resolve(unanswered("CLIENT_CLOSED"));
    }
  }

  #send(item: OpenInput): void {
    this.#open.push(item);
    if (this.#owner.isLive()) this.#write(item);
  }

  #write({ seq, input, data, view }: OpenInput): void {
    const ack = this.#owner.takeAck();
    this.#owner.queue({
      type: "input",
      payload: {
        m: this.#owner.m(),
        seq,
        name: input.name,
        data,
        ...(ack < 0 ? {} : { ack }),
        ...(view < 0 ? {} : { view }),
      },
    });
  }
}

/** Why an input can not be sent again; undefined when it can. */
function whyNotAgain(
  { data }: OpenInput,
  input: CompiledStruct | undefined,
  isTaken: boolean,
): ErrorCode | undefined {
  if (input === undefined) return "INPUT_UNKNOWN";
  if (input.codec.hasRefs && !isTaken) return "TARGET_UNKNOWN";
  try {
    input.codec.check(data);
    return undefined;
  } catch (error) {
    if (error instanceof RealmError) return "INPUT_INVALID";
    throw error;
  }
}

/** The answer to an action that the server has not answered. */
export function unanswered(code: ErrorCode): Confirm {
  return { ok: false, tick: -1, code };
}
