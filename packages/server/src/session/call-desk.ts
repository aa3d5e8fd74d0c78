import {
  RealmError,
  type ErrorPayload,
  type Message,
  type ResultPayload,
  type RpcPayload,
} from "@realmwright/protocol";
import { utf8Length } from "@realmwright/protocol/internal";
import { bump } from "../edge/counters.ts";
import type { EdgeContext } from "../edge/edge-context.ts";
import type { CallOutcome } from "../services/socket-calls.ts";
import type { Session } from "./session.ts";

type Answer = Message<"result", ResultPayload> | Message<"error", ErrorPayload>;

/**
 * The operations that one session asks for. An answer is kept back until the client has taken most of what was sent
 * before, so that large ones do not pass for a reader that is too slow; until then its call counts as open.
 */
export class CallDesk {
  readonly #session: Session;
  readonly #context: EdgeContext;
  readonly #open = new Set<number>();
  readonly #answers: Answer[] = [];

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
    this.#open.add(id);
    const { address } = connection;
    const call = { identity, address, operation, input, ...(key === undefined ? {} : { key }) };
    void caller.call(call).then((outcome) => this.#answered(id, outcome));
  }

  /** Sends the answers for which there is room. */
  deliver(): void {
    if (this.#answers.length === 0) return;
    const { connection, outbox } = this.#session;
    const { outQueueCoalesceBytes } = this.#context.limits;
    while (outbox.length + connection.bufferedBytes <= outQueueCoalesceBytes) {
      const answer = this.#answers.shift();
      if (answer === undefined) return;
      this.#open.delete(answer.id!);
      this.#session.answer(answer);
    }
  }

  /** The session is over: nobody waits for the answers. */
  clear(): void {
    this.#open.clear();
    this.#answers.length = 0;
  }

  #answered(id: number, outcome: CallOutcome): void {
    if (!this.#open.has(id)) return;
    if ("error" in outcome) {
      bump(this.#session.counters.refused, outcome.error.code);
      this.#answers.push({ type: "error", id, payload: outcome.error });
    } else {
      const payload = { output: JSON.parse(outcome.output) as unknown };
      this.#answers.push({ type: "result", id, payload });
    }
    this.deliver();
  }
}
