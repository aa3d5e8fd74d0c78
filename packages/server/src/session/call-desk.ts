import { RealmError, type RpcPayload } from "@realmwright/protocol";
import { JsonText, utf8Length } from "@realmwright/protocol/internal";
import { bump } from "../edge/counters.ts";
import type { EdgeContext } from "../edge/edge-context.ts";
import type { CallOutcome } from "../services/socket-calls.ts";
import type { Session } from "./session.ts";

interface Answer {
  readonly id: number;
  readonly outcome: CallOutcome;
}

/**
 * The operations that one session asks for. An answer is kept back, as text, until the client has taken most of what was
 * sent before, so that large ones do not pass for a reader that is too slow; until then its call counts as open.
 */
export class CallDesk {
  readonly #session: Session;
  readonly #context: EdgeContext;
  /** What ends each call, by its id. */
  readonly #open = new Map<number, () => void>();
  readonly #answers: Answer[] = [];
  /** What ends the calls whose answers are on their way. */
  readonly #sent: (() => void)[] = [];
  /** Since when answers wait without one being taken. */
  #sinceMs = 0;

  constructor(session: Session, context: EdgeContext) {
    this.#session = session;
    this.#context = context;
  }

  /** Throws what refuses the call at once; later refusals are answered. */
  call(id: number, { operation, input, key }: RpcPayload): void {
    const { caller, limits } = this.#context;
    const { connection, identity } = this.#session;
    if (identity === undefined) return;
    // its answers could not be told apart
    if (this.#open.has(id)) throw new RealmError("MESSAGE_OUT_OF_ORDER", { detail: "id in use" });
    if (this.#open.size >= limits.openCalls) throw new RealmError("CALLS_FULL");
    if (caller === undefined || operation.length > limits.operationCharacters) {
      throw new RealmError("OPERATION_UNKNOWN");
    }
    if (input !== undefined && utf8Length(JSON.stringify(input)) > limits.callInputBytes) {
      throw new RealmError("CALL_TOO_LARGE");
    }
    const { address } = connection;
    const call = { identity, address, operation, input, ...(key === undefined ? {} : { key }) };
    this.#open.set(
      id,
      caller.call(call, (outcome) => this.#answered(id, outcome)),
    );
  }

  /** Sends the answers for which there is room. */
  deliver(): void {
    if (this.#answers.length === 0 && this.#sent.length === 0) return;
    const { connection, outbox } = this.#session;
    const { outQueueCoalesceBytes } = this.#context.limits;
    while (outbox.length + connection.bufferedBytes <= outQueueCoalesceBytes) {
      for (const end of this.#sent.splice(0)) end();
      this.#sinceMs = this.#context.clock.nowMs();
      const answer = this.#answers.shift();
      if (answer === undefined) return;
      this.#send(answer);
    }
  }

  /** Whether the client has taken none of its answers for too long. */
  isStuck(nowMs: number): boolean {
    if (this.#answers.length === 0 && this.#sent.length === 0) return false;
    return nowMs - this.#sinceMs > this.#context.limits.callAnswerStuckMs;
  }

  /** The session is over: nobody waits for the answers. */
  clear(): void {
    for (const end of this.#open.values()) end();
    for (const end of this.#sent) end();
    this.#open.clear();
    this.#sent.length = 0;
    this.#answers.length = 0;
  }

  #answered(id: number, outcome: CallOutcome): void {
    if (!this.#open.has(id)) return;
    if ("error" in outcome) bump(this.#session.counters.refused, outcome.error.code);
    if (this.#answers.length === 0 && this.#sent.length === 0) {
      this.#sinceMs = this.#context.clock.nowMs();
    }
    this.#answers.push({ id, outcome });
    this.deliver();
  }

  #send({ id, outcome }: Answer): void {
    this.#sent.push(this.#open.get(id)!);
    this.#open.delete(id);
    if ("error" in outcome) {
      this.#session.answer({ type: "error", id, payload: outcome.error });
    } else {
      const payload = { output: new JsonText(outcome.output) };
      this.#session.answer({ type: "result", id, payload });
    }
  }
}
